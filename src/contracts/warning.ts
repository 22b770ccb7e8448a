/** Something that is not as it should be and keeps nothing from running. */
export interface Warning {
  /** The log event that dbt has for it, or a name of ours in the same form: what `--warn-error-options` names. */
  readonly name: string;
  readonly text: string;
}
