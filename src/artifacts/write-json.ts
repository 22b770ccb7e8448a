import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** Writes a text file whole or not at all: a reader never sees half of it. */
export function writeFileAtomic(path: string, contents: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  } catch (error) {
    throw tsdbtError(
      'file-not-writable',
      { path, problem: (error as Error).message },
      { cause: error },
    );
  }
}

/** Writes an artifact as JSON; `mask` takes out what must not be written. */
export function writeJson(path: string, value: unknown, mask: (text: string) => string): void {
  writeFileAtomic(path, mask(JSON.stringify(value)));
}
