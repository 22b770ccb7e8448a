/** Filters that say how a YAML value is to be read. */
export const markers: ReadonlySet<string> = new Set([
  'as_native',
  'as_bool',
  'as_number',
  'as_text',
]);
