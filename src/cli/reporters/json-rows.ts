import type { QueryResult } from '../../adapters/adapter.ts';
import type { Json } from '../../contracts/json.ts';
import { mappingKey } from '../../util/mapping-key.ts';
import { floatOf, type WholeFloat } from '../../util/whole-float.ts';

const whole = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/i;
const fraction = /^(DECIMAL|DOUBLE|FLOAT)/i;

/**
 * Rows as objects for `show --output json`: numbers as numbers where that loses nothing (dbt's rows are so),
 * those with a fraction as such (`3.0`), times as ISO text.
 */
export function jsonRows({
  columns,
  rows,
}: QueryResult): readonly Readonly<Record<string, Json | WholeFloat>>[] {
  return rows.map((row) =>
    Object.fromEntries(
      row.map((value, i) => [mappingKey(columns[i]!.name), jsonValue(value, columns[i]!.type)]),
    ),
  );
}

function jsonValue(value: Json, type: string): Json | WholeFloat {
  if (fraction.test(type)) {
    if (typeof value === 'number') return floatOf(value);
    return typeof value === 'string' && isExact(value) ? floatOf(Number(value)) : value;
  }
  if (typeof value !== 'string') return value;
  if (whole.test(type)) return isExact(value) ? Number(value) : value;
  return type.startsWith('TIMESTAMP') ? value.replace(' ', 'T') : value;
}

/** Fifteen digits are what a number holds of any decimal. */
function isExact(text: string): boolean {
  return /^-?[\d.]+$/.test(text) && text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15;
}
