import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileProblem } from '../errors/file-problem.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/**
 * Writes many small files while other work goes on: `add` never throws, `finish` throws the first
 * failure. For files that can be made again, such as compiled SQL; what must be whole or not there
 * is written by `writeFileAtomic`.
 *
 * The writes are synchronous on purpose: a file that holds the text already is found out in 0.01 ms and
 * left alone, one that does not is overwritten in 0.1 ms, less than a promise round through the thread
 * pool costs, where the running queries wait too.
 */
export class FileWriter {
  readonly #mask: (text: string) => string;
  readonly #folders = new Set<string>();
  #failure: unknown;

  /** `mask` takes out of each file what must not be written. */
  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  add(path: string, contents: string): void {
    try {
      const folder = dirname(path);
      if (!this.#folders.has(folder)) {
        // Other versions, dbt's among them, write a file where a folder of its name is to be.
        const isCode = /\.(sql|ya?ml)$/.test(folder);
        if (isCode && statSync(folder, { throwIfNoEntry: false })?.isFile() === true)
          rmSync(folder);
        mkdirSync(folder, { recursive: true });
        this.#folders.add(folder);
      }
      const text = this.#mask(contents);
      if (!holds(path, text)) writeFileSync(path, text);
    } catch (error) {
      const problem = fileProblem(error);
      this.#failure ??= tsdbtError('file-not-writable', { path, problem }, { cause: error });
    }
  }

  finish(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}
