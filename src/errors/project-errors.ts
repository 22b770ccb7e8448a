import type { TsdbtError } from './tsdbt-error.ts';

/** What was noticed before a project turned out to be wrong; see `contracts/warning.ts`. */
interface Noticed {
  readonly name: string;
  readonly text: string;
  readonly from?: string;
  readonly until?: string;
}

/** A project that can't be used, with everything that is wrong in it. */
export class ProjectErrors extends Error {
  readonly errors: readonly TsdbtError[];
  /** Warnings: one of them may be why. */
  readonly warnings: readonly Noticed[];

  constructor(errors: readonly TsdbtError[], warnings: readonly Noticed[] = []) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'ProjectErrors';
    this.errors = errors;
    this.warnings = warnings;
  }
}
