import { tsdbtError } from '../errors/tsdbt-error.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { SourceText } from './source-text.ts';

/** One macro call that has not returned; `callerPos` is where its caller stood. */
export interface CallRecord {
  readonly name: string;
  readonly file: string;
  readonly callerText: SourceText | undefined;
  readonly callerPos: number;
  readonly outer: CallRecord | undefined;
}

/** What one render has used so far, shared by all macros it calls. */
export interface Run {
  readonly limits: Limits;
  steps: number;
  depth: number;
  /** As `depth`, of macros that a host bound only: not those a template defines, nor call blocks. */
  bound: number;
  calls: CallRecord | undefined;
  /** Where the call stands that is being made. */
  callerText: SourceText | undefined;
  callerPos: number;
}

/** A fresh account of resources. */
export function newRun(limits: Partial<Limits> = {}): Run {
  return {
    limits: { ...defaultLimits, ...limits },
    steps: 0,
    depth: 0,
    bound: 0,
    calls: undefined,
    callerText: undefined,
    callerPos: 0,
  };
}

const idle: Run = newRun({ steps: Number.POSITIVE_INFINITY });

/**
 * The run whose code is executing right now. Drivers set it around each resumption of a generator
 * and put the former one back, so interleaved renders never see each other's.
 */
let current: Run = idle;

/** The run that is executing. */
export function currentRun(): Run {
  return current;
}

/** Makes `run` the executing one; gives the former, to be put back. */
export function enterRun(run: Run): Run {
  const former = current;
  current = run;
  return former;
}

/** Whether no driver is active. */
export function isIdle(): boolean {
  return current === idle;
}

/** Counts work; fails when the render has used up its steps. */
export function spend(steps: number): void {
  current.steps += steps;
  if (current.steps > current.limits.steps) {
    throw tsdbtError('jinja-limit', { limit: `more than ${current.limits.steps} steps` });
  }
}

/** Fails when a text of this many characters is too long to be made. */
export function checkTextLength(length: number): void {
  if (length > current.limits.outputCharacters) {
    throw tsdbtError('jinja-limit', {
      limit: `a text of more than ${current.limits.outputCharacters} characters`,
    });
  }
}

/** Fails when a list of this many items is too long to be made; counts it as work otherwise. */
export function checkItemCount(count: number): void {
  if (count > 10_000_000) {
    throw tsdbtError('jinja-limit', { limit: 'a list of more than 10000000 items' });
  }
  spend(count);
}
