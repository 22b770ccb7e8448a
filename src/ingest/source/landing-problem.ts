/** Path from a source table's entry in the property file to a value: `['columns', 2, 'format']`. */
export type SettingPath = readonly (string | number)[];

/** Ends the validation of a landing source with one problem: what is wrong, where, what to do. */
export type Refuse = (problem: string, at?: SettingPath, hint?: string) => never;
