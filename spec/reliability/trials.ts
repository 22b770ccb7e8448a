/** Counts trials and failures of a reliability spec, and prints them as one line. */
export class Trials {
  readonly #name: string;
  #trials = 0;
  readonly #failures: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Notes a trial; `problem` says what went wrong in it, if anything. */
  note(problem: string | undefined): void {
    this.#trials++;
    if (problem !== undefined) this.#failures.push(problem);
  }

  get count(): number {
    return this.#trials;
  }

  /** The figure, which is printed, and what went wrong in the first trials that failed. */
  report(): string {
    const figure = `${this.#name}: ${this.#trials} trials, ${this.#failures.length} failures`;
    process.stdout.write(`${figure}\n`);
    return [figure, ...this.#failures.slice(0, 3)].join('\n');
  }
}
