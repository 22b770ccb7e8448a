import type { Json } from '../../contracts/json.ts';
import { textTable } from '../../util/text-table.ts';

type Row = readonly Json[];

/**
 * What is different between two bags of rows, as a table for people; undefined when nothing is.
 * `+++` is a row that nobody expected, `---` one that is missing, `→` one with other values. The
 * order of rows does not matter.
 */
export function rowDiff(
  columns: readonly string[],
  actual: readonly Row[],
  expected: readonly Row[],
): string | undefined {
  const left = new Map<string, { row: Row; count: number }>();
  for (const row of expected) {
    const key = JSON.stringify(row);
    left.set(key, { row, count: (left.get(key)?.count ?? 0) + 1 });
  }
  const unexpected: Row[] = [];
  const same: Row[] = [];
  for (const row of actual) {
    const found = left.get(JSON.stringify(row));
    if (found !== undefined && found.count > 0) {
      found.count -= 1;
      same.push(row);
    } else unexpected.push(row);
  }
  const missing = [...left.values()].flatMap(({ row, count }) => Array<Row>(count).fill(row));
  if (unexpected.length === 0 && missing.length === 0) return undefined;
  const rows: Json[][] = same.slice(0, 3).map((row) => ['', ...row.map(shown)]);
  for (const wanted of missing) {
    const at = nearest(wanted, unexpected);
    if (at < 0) rows.push(['---', ...wanted.map(shown)]);
    else {
      const [got] = unexpected.splice(at, 1);
      rows.push(['→', ...wanted.map((value, i) => change(value, got![i]!))]);
    }
  }
  for (const row of unexpected) rows.push(['+++', ...row.map(shown)]);
  return textTable({ columns: ['@@', ...columns].map((name) => ({ name })), rows });
}

/** Index of the row that shares most values, at least one, with `wanted`; -1 when there is none. */
function nearest(wanted: Row, rows: readonly Row[]): number {
  let best = -1;
  let most = 0;
  for (const [i, row] of rows.entries()) {
    const shared = row.filter((value, c) => sameValue(value, wanted[c]!)).length;
    if (shared > most) {
      best = i;
      most = shared;
    }
  }
  return best;
}

function sameValue(a: Json, b: Json): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}

function change(wanted: Json, got: Json): string {
  return JSON.stringify(wanted) === JSON.stringify(got)
    ? shown(wanted)
    : `${shown(wanted)}→${shown(got)}`;
}

function shown(value: Json): string {
  if (value === null) return 'NULL';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
