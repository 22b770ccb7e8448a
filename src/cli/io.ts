import type { EventSink } from '../contracts/event.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { Reporter } from './reporters/reporter.ts';

/** Where the command line writes, and what it knows of its surroundings. */
export interface Io {
  /** Data and progress. */
  readonly out: (text: string) => void;
  /** Errors and warnings that must not mix with data. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  /** The command line, for the record. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when the output is a terminal, which obeys the control characters of a text. */
  readonly isTerminal?: boolean;
  /** True when colour is wanted on the output. */
  readonly color: boolean;
  /** Aborted by Ctrl-C or a request to end. */
  readonly signal: AbortSignal;
  /** Takes the values of secret variables out of a text; `out` and `err` do so themselves. */
  readonly mask?: (text: string) => string;
  /** Holds the reporter of the command, once it has made one, and its name: `tsdbt docs generate`. */
  readonly reporting?: { reporter?: Reporter; command?: string };
  /** For callers inside a program: what the run tells, and the errors that kept it from running. */
  readonly onEvent?: EventSink;
  readonly onErrors?: (errors: readonly TsdbtError[]) => void;
}

/** Colour: on a terminal, unless NO_COLOR is set; FORCE_COLOR wins over both (no-color.org). */
export function wantsColor(env: Io['env'], isTerminal: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
