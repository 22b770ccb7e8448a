import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileReach } from '../adapters/adapter-factory.ts';
import { externalLocation } from '../compile/external-source.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import { compilePattern } from '../ingest/files/path-pattern.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * What a project works with beside its database: the target folder, seeds, landing folders, and the files
 * of sources and external models. Packages widen it by their seeds and landing folders only: a location
 * that a package names may be anywhere.
 */
export function fileReach(parsed: ParsedProject): FileReach {
  const { project, manifest, request, target } = parsed;
  const { root } = project;
  const folders = new Set<string>([resolve(root, project.targetPath)]);
  const files = new Set<string>();
  for (const one of [project, ...manifest.packages])
    for (const seeds of one.paths.seeds) folders.add(resolve(one.root, seeds));
  for (const source of manifest.sources.values()) {
    for (const pattern of landingPatterns(source)) folders.add(folderOf(pattern, root));
    if (source.packageName !== project.name) continue;
    for (const path of externalPaths(source)) addPath(path, request.cwd, { folders, files }, root);
  }
  const externalRoot = target.credentials['external_root'];
  for (const node of manifest.nodes.values()) {
    if (node.config['materialized'] !== 'external' || node.packageName !== project.name) continue;
    const written = locationOf(node, typeof externalRoot === 'string' ? externalRoot : '.');
    addPath(written, request.cwd, { folders, files }, root);
  }
  return {
    folders: [...folders],
    files: [...files],
    isDefault: project.file === 'project.yml',
  };
}

function landingPatterns({ landing }: SourceNode): readonly string[] {
  const written = landing?.['path'] ?? [];
  return (Array.isArray(written) ? written : [written]).map(String);
}

function folderOf(pattern: string, root: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\/[^*?{[]*\//i.exec(pattern);
  return address === null ? resolve(root, compilePattern(pattern).baseFolder) : address[0];
}

/** The paths in the text that a source is read by, which may be a call: `read_csv('data/*.csv')`. */
function externalPaths(source: SourceNode): readonly string[] {
  let text: string | undefined;
  try {
    text = externalLocation(source);
  } catch {
    // Where the source is read, what is wrong with it is an error.
  }
  return [...(text ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, path]) =>
    path!.replaceAll("''", "'"),
  );
}

/** Where an external model is written (macro `external_location`): its file, or its folder of parts. */
function locationOf({ config, alias }: Node, externalRoot: string): string {
  const { location, format } = config;
  if (typeof location === 'string' && location !== '') return location.trim();
  return `${externalRoot}/${alias}.${typeof format === 'string' ? format : 'parquet'}`;
}

interface Reached {
  readonly folders: Set<string>;
  readonly files: Set<string>;
}

/**
 * Adds a file, the one that is written beside it before it is published, and its folder, unless that
 * holds the project: `profiles.yml` is there. Of a pattern, the folder before its first wildcard.
 */
function addPath(path: string, cwd: string, { folders, files }: Reached, root: string): void {
  const isAddress = path.includes('://');
  const fixed = path.split(/[*?[{]/)[0]!;
  if (isAddress) {
    folders.add(fixed.slice(0, fixed.lastIndexOf('/') + 1));
    return;
  }
  const isPattern = fixed !== path;
  const absolute = resolve(cwd, isPattern ? `${fixed}x` : path);
  const folder = dirname(absolute);
  if (!holds(folder, root)) folders.add(folder);
  if (isPattern) {
    if (holds(folder, root)) files.add(resolve(cwd, path));
    return;
  }
  files.add(absolute);
  files.add(join(folder, `__tsdbt_tmp_${basename(absolute)}`));
  folders.add(absolute);
}

function holds(folder: string, inside: string): boolean {
  const path = relative(folder, inside);
  return path === '' || !(path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path));
}
