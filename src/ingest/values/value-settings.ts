/** How the text of a column is to be understood, beside its type. */
export interface ValueSettings {
  /** `strptime` formats of which the first that fits counts; empty: ISO 8601. */
  readonly formats: readonly string[];
  readonly decimalSeparator: string;
  /** Between groups of three digits; empty when digits are not grouped. */
  readonly thousandsSeparator: string;
  /** Texts that mean that there is no value, compared before anything else is done. */
  readonly nullValues: readonly string[];
  /** Whether white space around the text is no part of it. */
  readonly trim: boolean;
  /** IANA name of the zone that times without an offset are local to; undefined: UTC. */
  readonly timezone: string | undefined;
}

export const plainValues: ValueSettings = {
  formats: [],
  decimalSeparator: '.',
  thousandsSeparator: '',
  nullValues: [],
  trim: false,
  timezone: undefined,
};
