import type { TsdbtError } from './tsdbt-error.ts';

/** A project that can't be used, with everything that is wrong in it. */
export class ProjectErrors extends Error {
  readonly errors: readonly TsdbtError[];

  constructor(errors: readonly TsdbtError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'ProjectErrors';
    this.errors = errors;
  }
}
