import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Json } from '../../contracts/json.ts';
import type { Column } from '../../contracts/relation.ts';
import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { jsonText } from '../../util/exact-json.ts';
import { LargeInteger } from '../../util/large-integer.ts';
import { keyText } from '../../util/mapping-key.ts';
import { WholeFloat } from '../../util/whole-float.ts';

export interface FixtureRequest {
  readonly dialect: SqlDialect;
  readonly rows: readonly Readonly<Record<string, Json>>[];
  /** Columns of the relation the rows stand for, in order; undefined where nothing knows them. */
  readonly columns: readonly Column[] | undefined;
  /** Named in errors: `the input ref('orders')`. */
  readonly where: string;
}

/**
 * Given rows as a query. Every column of the relation is there, under its type; what a row does not
 * name is null (docs.getdbt.com/reference/resource-properties/unit-testing-overview). Where the
 * relation is not known, the rows' own names and values say what the columns are.
 */
export function fixtureSql({ dialect, rows, columns, where }: FixtureRequest): string {
  const known = columns ?? columnsOfRows(rows);
  const byName = new Map(known.map((column) => [column.name.toLowerCase(), column]));
  const selects = rows.map((row) => {
    const values = new Map<string, Json>();
    for (const [key, value] of Object.entries(row)) {
      const name = keyText(key);
      if (!byName.has(name.toLowerCase())) throw unknownColumn(name, known, where);
      values.set(name.toLowerCase(), value);
    }
    const cells = known.map(({ name, type }) => {
      const value = literal(values.get(name.toLowerCase()) ?? null);
      const typed = type === '' ? value : `cast(${value} as ${type})`;
      return `${typed} as ${dialect.quote(name)}`;
    });
    return `select ${cells.join(', ')}`;
  });
  if (selects.length > 0) return selects.join('\nunion all\n');
  const empty = known.map(
    ({ name, type }) => `cast(null as ${type === '' ? 'varchar' : type}) as ${dialect.quote(name)}`,
  );
  return `select ${empty.length === 0 ? '1' : empty.join(', ')} where false`;
}

function columnsOfRows(rows: readonly Readonly<Record<string, Json>>[]): readonly Column[] {
  const names = new Map<string, string>();
  for (const name of rows.flatMap((row) => Object.keys(row).map(keyText))) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()].map((name) => ({ name, type: '' }));
}

function literal(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof WholeFloat || value instanceof LargeInteger) return String(value);
  // A list or structure goes in as JSON, which casts to both.
  if (typeof value === 'object') return `${quoted(jsonText(value))}::json`;
  return quoted(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function unknownColumn(name: string, known: readonly Column[], where: string) {
  const names = known.map((column) => column.name);
  return tsdbtError('unit-test-column-unknown', {
    column: name,
    where,
    known: names,
    near: suggest(name, names),
  });
}
