import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem } from '../../errors/file-problem.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';

/** How many full files are kept beside the one that is written, as dbt does. */
const kept = 5;

/**
 * `dbt.log` in a folder: lines are added to what is there; when it would be larger than `maxBytes` (0: no
 * limit) it becomes `dbt.log.1`, and so on up to `dbt.log.5`.
 */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #size: number;
  #failed = false;

  constructor(folder: string, maxBytes: number) {
    this.#path = join(folder, 'dbt.log');
    this.#maxBytes = maxBytes;
    this.#size = this.#attempt(() => {
      mkdirSync(folder, { recursive: true });
      return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    });
  }

  /** Throws when the file can't be written, once: what comes after is let go. */
  write(line: string): void {
    if (this.#failed) return;
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    this.#attempt(() => {
      if (this.#maxBytes > 0 && this.#size > 0 && this.#size + bytes > this.#maxBytes) this.#roll();
      appendFileSync(this.#path, text);
      this.#size += bytes;
    });
  }

  #roll(): void {
    rmSync(`${this.#path}.${kept}`, { force: true });
    for (let n = kept - 1; n >= 1; n--) {
      if (existsSync(`${this.#path}.${n}`))
        renameSync(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
    }
    renameSync(this.#path, `${this.#path}.1`);
    this.#size = 0;
  }

  #attempt<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.#failed = true;
      throw tsdbtError('log-not-writable', { path: this.#path, problem: fileProblem(error) });
    }
  }
}
