import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** Files that are written at the same time. */
const inFlight = 4;

/**
 * Writes many small files beside other work: `add` returns at once, `drain` waits for all and throws
 * the first failure. For files that can be made again, such as compiled SQL; what must be whole or
 * not there is written by `writeFileAtomic`.
 */
export class FileWriter {
  readonly #folders = new Set<string>();
  readonly #waiting: { readonly path: string; readonly contents: string }[] = [];
  readonly #running = new Set<Promise<void>>();
  #failure: unknown;

  add(path: string, contents: string): void {
    this.#waiting.push({ path, contents });
    this.#pump();
  }

  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #pump(): void {
    while (this.#running.size < inFlight && this.#waiting.length > 0) {
      const { path, contents } = this.#waiting.shift()!;
      const written = this.#write(path, contents).catch((error: unknown) => {
        this.#failure ??= tsdbtError(
          'file-not-writable',
          { path, problem: (error as Error).message },
          { cause: error },
        );
      });
      const done = written.then(() => {
        this.#running.delete(done);
        this.#pump();
      });
      this.#running.add(done);
    }
  }

  async #write(path: string, contents: string): Promise<void> {
    const folder = dirname(path);
    if (!this.#folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
    }
    await writeFile(path, contents);
  }
}
