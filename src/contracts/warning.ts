/** Something that is not as it should be and keeps nothing from running. */
export interface Warning {
  /** The log event that dbt has for it, or a name of ours in the same form: what `--warn-error-options` names. */
  readonly name: string;
  readonly text: string;
  /** The property file that it is of, as `<package>\t<path>`; of what else there is it depends on nothing. */
  readonly file?: string;
  /** Instants (ISO 8601) from which and until which it is so. */
  readonly from?: string;
  readonly until?: string;
}

/** Whether something is so at an instant. */
export function isDue({ from, until }: Warning, now: Date): boolean {
  const at = now.getTime();
  return (
    (from === undefined || Date.parse(from) <= at) &&
    (until === undefined || at < Date.parse(until))
  );
}
