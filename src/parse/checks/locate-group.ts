import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import type { SourceLocation } from '../../errors/tsdbt-error.ts';

/**
 * Where the group of a node is stated: in its text, in the property file that describes it, or in the
 * project file. These are read again, since nobody keeps what is only asked for when it is wrong.
 */
export function locateGroup(
  node: Node,
  group: string,
  projects: ReadonlyMap<string, Project>,
): SourceLocation {
  const name = group.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const inText = lineOf(node.rawCode, new RegExp(`\\bgroup\\s*=\\s*["']${name}["']`));
  if (inText !== undefined) {
    const [line, column] = inText;
    return { file: node.originalFilePath, line: line + node.firstLine - 1, column };
  }
  const written = new RegExp(`\\+?["']?\\bgroup["']?\\s*:\\s*["']?${name}["']?(?![\\w-])`);
  const { patchPath, patchPackage = node.packageName } = node;
  const described = patchPath === null ? undefined : textOf(projects.get(patchPackage), patchPath);
  if (described !== undefined && patchPath !== null) {
    const own = new RegExp(`["']?\\bname["']?\\s*:\\s*["']?${node.name}["']?(?![\\w-])`);
    const from = Math.max(0, described.search(own));
    const found = lineOf(described, written, from) ?? lineOf(described, written);
    if (found !== undefined) return { file: patchPath, line: found[0], column: found[1] };
  }
  const project = projects.get(node.packageName);
  const tree = project === undefined ? undefined : textOf(project, project.file);
  const found = tree === undefined ? undefined : lineOf(tree, written);
  if (project !== undefined && found !== undefined)
    return { file: project.file, line: found[0], column: found[1] };
  return { file: patchPath ?? node.originalFilePath };
}

function textOf(project: Project | undefined, path: string): string | undefined {
  try {
    return project && readFileSync(join(project.root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Line and column of the first match from a place on. */
function lineOf(
  text: string,
  pattern: RegExp,
  from = 0,
): [line: number, column: number] | undefined {
  const at = text.slice(from).search(pattern);
  if (at === -1) return undefined;
  const before = text.slice(0, from + at).split('\n');
  return [before.length, before.at(-1)!.length + 1];
}
