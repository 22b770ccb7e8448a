import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileProblem } from '../errors/file-problem.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { replaceFile } from '../util/replace-file.ts';
import type { SiteFile } from './data-file.ts';

/** Files of the site by their hashed names; anything else in the folder is not ours. */
const ours = new Map([
  ['data', /^(?:boot|search|runs|[mq]\d+)-[0-9a-f]{10}\.js$/],
  ['assets', /^(?:app-[0-9a-f]{10}\.js|style-[0-9a-f]{10}\.css)$/],
]);

/**
 * Writes the site into `directory`: the hashed files first, then index.html by rename, so that a
 * reader sees the old site or the new one. Files of an older site are removed last; other files of
 * the folder stay.
 */
export function writeSite(files: readonly SiteFile[], directory: string): void {
  let current = directory;
  try {
    for (const folder of ['', ...ours.keys()]) {
      current = join(directory, folder);
      mkdirSync(current, { recursive: true });
    }
    const pages = files.filter((file) => file.path === 'index.html');
    for (const file of files) {
      current = target(directory, file.path);
      // The name holds the hash of the contents: a file that is there is right, unless it was cut short.
      if (!pages.includes(file) && sizeOf(current) !== Buffer.byteLength(file.contents))
        replace(current, file.contents);
    }
    for (const page of pages) {
      current = target(directory, page.path);
      replace(current, page.contents);
    }
    for (const [folder, pattern] of ours) {
      current = join(directory, folder);
      removeStale(current, pattern, new Set(files.map((file) => file.path)), folder);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const problem = fileProblem(error);
    throw tsdbtError('file-not-writable', { path: current, problem }, { cause: error });
  }
}

function target(directory: string, path: string): string {
  return join(directory, ...path.split('/')).replaceAll('/', sep);
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}

function replace(path: string, contents: string): void {
  replaceFile(path, (temporary) => writeFileSync(temporary, contents));
}

function removeStale(
  path: string,
  pattern: RegExp,
  kept: ReadonlySet<string>,
  folder: string,
): void {
  for (const name of readdirSync(path)) {
    if (pattern.test(name) && !kept.has(`${folder}/${name}`))
      rmSync(join(path, name), { force: true });
  }
}
