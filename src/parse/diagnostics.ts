import type { Warning } from '../contracts/warning.ts';
import { type TsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';

/**
 * Collects what is wrong with a project, so that one look shows all of it. The errors come out
 * sorted by file and line.
 */
export class Diagnostics {
  readonly #errors: TsdbtError[] = [];
  readonly #warnings: Warning[] = [];
  readonly #seen = new WeakSet<object>();
  readonly #broken = new Set<string>();

  add(...errors: readonly TsdbtError[]): void {
    this.#errors.push(...errors);
  }

  warn(name: string, text: string, more: Pick<Warning, 'from' | 'until' | 'file'> = {}): void {
    this.#warnings.push({ name, text, ...more });
  }

  /**
   * Notes that something could not be read, and why is an error already: that others do not find it
   * is a consequence. Without a name it may be anything of its kind.
   */
  noteBroken(kind: 'source' | 'node', name = '*'): void {
    this.#broken.add(`${kind} ${name}`);
  }

  /** Whether something of this name could not be read. */
  isBroken(kind: 'source' | 'node', name: string): boolean {
    return this.#broken.has(`${kind} ${name}`) || this.#broken.has(`${kind} *`);
  }

  /** Whether something that many nodes share is looked at for the first time. */
  isNew(shared: object): boolean {
    if (this.#seen.has(shared)) return false;
    this.#seen.add(shared);
    return true;
  }

  /** Runs `body`; an error it throws is kept and undefined is given. */
  collect<T>(body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.#errors.push(toTsdbtError(error));
      return undefined;
    }
  }

  get errors(): readonly TsdbtError[] {
    return [...this.#errors].sort(
      (a, b) =>
        compare(a.location?.file ?? '', b.location?.file ?? '') ||
        (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
        (a.location?.column ?? 0) - (b.location?.column ?? 0),
    );
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
