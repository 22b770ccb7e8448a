import type { Connection } from '../../adapters/adapter.ts';
import type { Json } from '../../contracts/json.ts';
import type { UnitTestRows } from '../../contracts/node.ts';
import type { Column } from '../../contracts/relation.ts';
import { rowDiff } from '../../materializations/unit-test/row-diff.ts';
import { keyText } from '../../util/mapping-key.ts';
import type { RunContext } from '../run-context.ts';
import { rowsSql } from './given-inputs.ts';

/** A query and the rows it must give. */
export interface RowsCheck {
  /** Named in messages: empty for the model itself, `CTE "paid"` for a part of it. */
  readonly label: string;
  readonly sql: string;
  readonly expected: UnitTestRows;
}

/**
 * The one query that gives actual and expected rows side by side, told apart by a last column, and
 * its columns. Only the columns that are expected are compared; they are cast to the actual types.
 */
export async function comparisonSql(
  check: RowsCheck,
  context: RunContext,
  connection: Connection,
): Promise<{ readonly sql: string; readonly columns: readonly string[] }> {
  const { dialect } = context;
  const actual = await connection.describe(check.sql);
  const where = `The expectation of ${check.label === '' ? 'the model' : check.label}`;
  const expectedSql = rowsSql(check.expected, actual, where, context);
  const columns = await comparedColumns(check.expected, actual, expectedSql, connection);
  const list = columns.map((name) => dialect.quote(name)).join(', ');
  const side = (sql: string, name: string) =>
    `select ${list}, '${name}' as actual_or_expected\nfrom (\n${sql}\n) as ${name}_rows`;
  return {
    sql: `${side(check.sql, 'actual')}\nunion all\n${side(expectedSql, 'expected')}`,
    columns,
  };
}

/** Runs a comparison; undefined when both sides are the same, else a table of what differs. */
export async function compareRows(
  comparison: { readonly sql: string; readonly columns: readonly string[] },
  connection: Connection,
): Promise<string | undefined> {
  const { rows } = await connection.query(comparison.sql);
  const sideOf = (side: string): (readonly Json[])[] =>
    rows.filter((row) => row.at(-1) === side).map((row) => row.slice(0, -1));
  return rowDiff(comparison.columns, sideOf('actual'), sideOf('expected'));
}

async function comparedColumns(
  { format, rows }: UnitTestRows,
  actual: readonly Column[],
  expectedSql: string,
  connection: Connection,
): Promise<readonly string[]> {
  if (format === 'sql') return (await connection.describe(expectedSql)).map(({ name }) => name);
  const [first] = (rows ?? []) as readonly Readonly<Record<string, Json>>[];
  if (first === undefined) return actual.map(({ name }) => name);
  return Object.keys(first).map(keyText);
}
