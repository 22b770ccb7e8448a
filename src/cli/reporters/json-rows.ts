import type { QueryResult } from '../../adapters/adapter.ts';
import type { Json } from '../../contracts/json.ts';

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL)/i;

/**
 * Rows as objects for `show --output json`: numbers as numbers where that loses nothing (dbt's rows are so),
 * times as ISO text.
 */
export function jsonRows({
  columns,
  rows,
}: QueryResult): readonly Readonly<Record<string, Json>>[] {
  return rows.map((row) =>
    Object.fromEntries(
      row.map((value, i) => [columns[i]!.name, jsonValue(value, columns[i]!.type)]),
    ),
  );
}

function jsonValue(value: Json, type: string): Json {
  if (typeof value !== 'string') return value;
  if (numeric.test(type)) return isExact(value) ? Number(value) : value;
  return type.startsWith('TIMESTAMP') ? value.replace(' ', 'T') : value;
}

/** Fifteen digits are what a number holds of any decimal. */
function isExact(text: string): boolean {
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15;
}
