import type { Node } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseSqlNodes } from './parse-nodes.ts';
import {
  docsOf,
  type ParseRequest,
  type ParseSetup,
  parseContext,
  propertyFolders,
} from './parse-setup.ts';
import { readFile, type SourceFile } from './source-file.ts';

/** A node whose text was edited; what describes it was not. */
export interface EditedNode {
  readonly project: Project;
  readonly resourceType: 'model' | 'analysis' | 'test';
  /** Relative to the root of the package. */
  readonly path: string;
  readonly propertyFile: string | null;
}

/**
 * Parses single `.sql` files again as `parseProject` would, as far as that depends on no other node:
 * `dependsOn` is not resolved. Undefined when something is not as it should be; a parse of the whole
 * project will say what.
 */
export function parseEdited(
  request: ParseRequest,
  { projects, host }: ParseSetup,
  edited: readonly EditedNode[],
): readonly Node[] | undefined {
  const diagnostics = new Diagnostics();
  const nodes: Node[] = [];
  diagnostics.collect(() => {
    for (const project of projects) {
      const own = edited.filter((node) => node.project === project);
      if (own.length === 0) continue;
      const properties = propertyFilesFor(project, own);
      const usesDocs = properties.some(({ contents }) => /\bdoc\b/.test(contents));
      const docs = usesDocs ? docsOf(projects, diagnostics) : [];
      const context = parseContext(request, project, { host, docs }, properties, diagnostics);
      for (const { resourceType, path } of own) {
        const file = readFile(project.root, foldersOf(project, resourceType), path);
        if (file !== undefined) nodes.push(...parseSqlNodes(context, resourceType, [file]));
      }
    }
  });
  return diagnostics.errors.length === 0 && nodes.length === edited.length ? nodes : undefined;
}

function propertyFilesFor(project: Project, edited: readonly EditedNode[]): SourceFile[] {
  const paths = new Set(edited.map(({ propertyFile }) => propertyFile));
  return [...paths]
    .flatMap((path) =>
      path === null ? [] : (readFile(project.root, propertyFolders(project), path) ?? []),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function foldersOf({ paths }: Project, resourceType: EditedNode['resourceType']) {
  return { model: paths.models, analysis: paths.analyses, test: paths.tests }[resourceType];
}
