import { readFileSync } from 'node:fs';

/** The text of a UTF-8 file. An error of the file system names the file, also where Node's own does not. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? Object.assign(error, { path }) : error;
  }
}
