import type { Json } from '../contracts/json.ts';

/**
 * What a template said something with: `print()`, `log(info=true)`, `log()`, `exceptions.warn()`; or the name
 * of a warning about what it does.
 */
export type Speaker = 'print' | 'info' | 'debug' | 'warning' | `warning:${string}`;

/** One invocation: what is the same for every template of a run. All of it is given, never read from the process. */
export interface Invocation {
  readonly id: string;
  readonly startedAt: Date;
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags that templates can ask for, upper case: FULL_REFRESH, WHICH, … */
  readonly flags: Readonly<Record<string, Json>>;
  /** `invocation_args_dict`: all flags under dbt's names. */
  readonly args?: Readonly<Record<string, Json>>;
  /** Called by `log(…)` with `info` or `debug`, by `print(…)` and by `exceptions.warn(…)`; may throw, where a warning is an error. */
  readonly say: (message: string, by?: Speaker) => void;
}
