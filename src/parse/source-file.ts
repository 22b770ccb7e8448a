import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { ignoredPaths } from './ignored-paths.ts';

/** A file of a project, read. Paths use `/` on every system. */
export interface SourceFile {
  /** Relative to the root of its package: `models/raw/raw_orders.sql`. */
  readonly path: string;
  /** Relative to its resource folder: `raw/raw_orders.sql`. */
  readonly subPath: string;
  readonly contents: string;
}

/** Where files are read: the folder of a package, and what its `.dbtignore` says. */
export type FileRoot = Pick<Project, 'root' | 'ignored'>;

/**
 * The files with one of the `endings` under the given folders of a package, sorted by path.
 * Folders that do not exist count as empty; hidden ones, other projects inside and what `.dbtignore` names
 * are not read.
 */
export function readFiles(
  { root, ignored }: FileRoot,
  folders: readonly string[],
  endings: readonly string[],
): SourceFile[] {
  const files: SourceFile[] = [];
  const isIgnored = ignoredPaths(ignored);
  for (const folder of folders) {
    for (const subPath of walk(join(root, folder), '', endings)) {
      const path = `${folder.replace(/\/+$/, '')}/${subPath}`;
      if (!isIgnored(path))
        files.push({ path, subPath, contents: readText(join(root, path), path) });
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** The paths of the files, without reading them. */
export function listFiles(
  { root, ignored }: FileRoot,
  folders: readonly string[],
  endings: readonly string[],
): Omit<SourceFile, 'contents'>[] {
  const isIgnored = ignoredPaths(ignored);
  return folders.flatMap((folder) =>
    [...walk(join(root, folder), '', endings)]
      .sort()
      .map((subPath) => ({ path: `${folder}/${subPath}`, subPath }))
      .filter(({ path }) => !isIgnored(path)),
  );
}

/** One file of a package; undefined when it is in none of the folders, or in several. */
export function readFile(
  { root, ignored }: FileRoot,
  folders: readonly string[],
  path: string,
): SourceFile | undefined {
  const names = new Set(folders.map((name) => name.replace(/\/+$/, '')));
  const [folder, second] = [...names].filter((name) => path.startsWith(`${name}/`));
  if (folder === undefined || second !== undefined || ignoredPaths(ignored)(path)) return undefined;
  return {
    path,
    subPath: path.slice(folder.length + 1),
    contents: readText(join(root, path), path),
  };
}

export function sha256(contents: string | Buffer): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** The checksum of a file of text: white space of any kind and length counts as one blank (core 1.12). */
export function textChecksum(contents: string): string {
  return sha256(contents.trim().replaceAll(/\s+/g, ' '));
}

/**
 * The checksum of a seed: of its text without the blanks around it, whatever ends its lines (core
 * `artifacts/resources/base.py`).
 */
export function seedChecksum(bytes: Buffer, isLarge: boolean): string {
  return isLarge
    ? sha256(bytes)
    : sha256(withoutBlanks(bytes.toString('utf8').replaceAll(/\r\n?/g, '\n')));
}

/** As Python strips a text: a byte order mark is no blank there. */
function withoutBlanks(text: string): string {
  return text.startsWith('\ufeff') ? `\ufeff${text.slice(1).trimEnd()}` : text.trim();
}

function* walk(folder: string, prefix: string, endings: readonly string[]): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  const nested = entries.some((e) => e.name === 'project.yml' || e.name === 'dbt_project.yml');
  if (nested && prefix !== '') return;
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const inside = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(inside, `${prefix}${entry.name}/`, endings);
    else if (
      entry.isFile() &&
      endings.some((ending) => entry.name.toLowerCase().endsWith(ending))
    ) {
      yield `${prefix}${entry.name}`;
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readText(absolute: string, path: string): string {
  try {
    return utf8.decode(readFileSync(absolute));
  } catch (error) {
    if (error instanceof TypeError)
      throw tsdbtError('file-not-text', { file: path }, { location: { file: path } });
    throw error instanceof Error ? Object.assign(error, { path: absolute }) : error;
  }
}
