import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { LandingConfig } from './landing-config.ts';
import { compilePattern, isCalendarDate, type PathPattern } from './path-pattern.ts';

/** A landing file as it is on disk. */
export interface LandingFile {
  /** Relative to the project, with `/` between parts. */
  readonly path: string;
  readonly absolutePath: string;
  /** The date in the path, null for files without one. */
  readonly date: string | null;
  readonly size: number;
  /** Last change in microseconds since 1970. */
  readonly modifiedMicros: bigint;
}

export interface FileListing {
  /** Sorted by path. */
  readonly files: readonly LandingFile[];
  readonly notices: readonly string[];
}

/** Lists the files of a landing source; the first pattern that matches a file gives its date. */
export async function listLandingFiles(
  landing: LandingConfig,
  sourceName: string,
  projectDir: string,
): Promise<FileListing> {
  const patterns = landing.paths.map(compilePattern);
  const root = await realpath(projectDir);
  const found = new Map<string, LandingFile>();
  const notices: string[] = [];
  for (const folder of new Set(patterns.map((pattern) => pattern.baseFolder))) {
    const base = join(projectDir, folder);
    const isFolder = await stat(base).then(
      (info) => info.isDirectory(),
      () => false,
    );
    if (!isFolder) throw tsdbtError('landing-folder-missing', { source: sourceName, folder });
    const prefix = folder === '.' ? '' : `${folder}/`;
    await walk(base, prefix, root, new Set(), async (path, absolutePath) => {
      if (found.has(path)) return;
      const date = dateOf(path, patterns, notices);
      if (date === undefined) return;
      const info = await stat(absolutePath, { bigint: true });
      if (!info.isFile()) return;
      found.set(path, {
        path,
        absolutePath,
        date,
        size: Number(info.size),
        modifiedMicros: info.mtimeNs / 1000n,
      });
    });
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, notices };
}

function dateOf(
  path: string,
  patterns: readonly PathPattern[],
  notices: string[],
): string | null | undefined {
  for (const pattern of patterns) {
    const match = pattern.match(path);
    if (match === undefined) continue;
    if (match.date === null || isCalendarDate(match.date)) return match.date;
    notices.push(`${path} was left out: ${match.date} is not a date.`);
    return undefined;
  }
  return undefined;
}

async function walk(
  folder: string,
  prefix: string,
  root: string,
  visited: Set<string>,
  visit: (path: string, absolutePath: string) => Promise<void>,
): Promise<void> {
  const real = await realpath(folder);
  // A link that leads to a folder above itself would never end.
  if (visited.has(real)) return;
  visited.add(real);
  refuseOutside(real, root, prefix);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    const absolutePath = join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      const target = await realpath(absolutePath).catch(() => undefined);
      if (target === undefined) continue;
      refuseOutside(target, root, path);
      if ((await stat(target)).isDirectory()) {
        await walk(absolutePath, `${path}/`, root, visited, visit);
      } else await visit(path, absolutePath);
    } else if (entry.isDirectory()) await walk(absolutePath, `${path}/`, root, visited, visit);
    else if (entry.isFile()) await visit(path, absolutePath);
  }
}

function refuseOutside(real: string, root: string, path: string): void {
  if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return;
  throw tsdbtError('path-outside-project', { path, what: 'The landing path' });
}
