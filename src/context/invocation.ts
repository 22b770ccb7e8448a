/** One invocation: what is the same for every template of a run. All of it is given, never read from the process. */
export interface Invocation {
  readonly id: string;
  readonly startedAt: Date;
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags that templates can ask for, upper case: FULL_REFRESH, WHICH, … */
  readonly flags: Readonly<Record<string, string | number | boolean | null>>;
  /** Called by `log(…, info=true)` and `print(…)`. */
  readonly say: (message: string) => void;
}
