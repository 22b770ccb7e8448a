/** The parts of an entry of dbt's manifest that golden projects keep, and that specs compare. */
export function recordedEntry(entry: Readonly<Record<string, unknown>>): Record<string, unknown>;
