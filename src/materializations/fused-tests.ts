import type { Node } from '../contracts/node.ts';

/** Rows up to which a scan that serves many tests is cheaper than a query for each: measured. */
export const fusedRows = 20_000;

/** What a column test looks for, as one value over the rows of a relation. */
export interface ColumnCheck {
  /** The relation as the test's query names it. */
  readonly relation: string;
  /** An aggregate that is 0 when, and only when, no row fails the test. */
  readonly failing: string;
}

/** Names only: what is computed may fail, or cost more than a scan. */
const columnName = /^(?:[A-Za-z_]\w*|"[^"]+")$/;

/** Settings that need the test's own query, and the value that does not. */
const plainConfig: Readonly<Record<string, readonly unknown[]>> = {
  where: [undefined, null, ''],
  limit: [undefined, null],
  fail_calc: [undefined, null, 'count(*)'],
  warn_if: [undefined, null, '!= 0'],
  error_if: [undefined, null, '!= 0'],
  sql_header: [undefined, null, ''],
};

/** Whether a test may share a scan, as far as its declaration tells: a plain built-in test of a column. */
export function mayBeFused(test: Node): boolean {
  const { testMetadata: made, config, dependsOn } = test;
  if (test.resourceType !== 'test' || made === null || dependsOn.nodes.length > 1) return false;
  if (!Object.hasOwn(readers, made.name) || (made.namespace !== null && made.namespace !== 'dbt'))
    return false;
  const { column_name: column } = made.kwargs;
  if (typeof column !== 'string' || !columnName.test(column)) return false;
  return Object.entries(plainConfig).every(([name, plain]) => plain.includes(config[name]));
}

/**
 * The check that a compiled test makes; undefined when its query is not, word for word, that of the
 * built-in test: a project may put its own macro in its place.
 */
export function columnCheck(test: Node, compiledSql: string): ColumnCheck | undefined {
  const { name, kwargs } = test.testMetadata!;
  return readers[name]?.(compiledSql.trim(), String(kwargs['column_name']));
}

type Reader = (sql: string, column: string) => ColumnCheck | undefined;

const readers: Readonly<Record<string, Reader>> = {
  not_null: (sql, column) =>
    check(
      between(sql, 'select *\nfrom ', `\nwhere ${column} is null`),
      `count(*) - count(${column})`,
    ),
  unique: (sql, column) =>
    check(
      between(
        sql,
        `select\n    ${column} as unique_field,\n    count(*) as n_records\nfrom `,
        `\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1`,
      ),
      `count(${column}) - count(distinct ${column})`,
    ),
  accepted_values: (sql, column) => {
    const start = `select\n    ${column} as value_field,\n    count(*) as n_records\nfrom `;
    const middle = `\ngroup by ${column}\nhaving ${column} not in (`;
    const at = sql.indexOf(middle);
    if (at < 0 || !sql.endsWith(')')) return undefined;
    const values = sql.slice(at + middle.length, -1);
    return check(
      between(sql.slice(0, at), start, ''),
      `count(*) filter (where ${column} not in (${values}))`,
    );
  },
};

function check(relation: string | undefined, failing: string): ColumnCheck | undefined {
  return relation === undefined ? undefined : { relation, failing };
}

/** The relation's name between two parts of a query; undefined when more than a name stands there. */
function between(text: string, start: string, end: string): string | undefined {
  if (!text.startsWith(start) || !text.endsWith(end)) return undefined;
  const relation = text.slice(start.length, text.length - end.length);
  return /^(?:[A-Za-z_]\w*|"[^"]+")(?:\.(?:[A-Za-z_]\w*|"[^"]+"))*$/.test(relation)
    ? relation
    : undefined;
}

/** One query for many checks of one relation: one row with the value of each. */
export function fusedTestsSql(relation: string, checks: readonly ColumnCheck[]): string {
  const values = checks.map(({ failing }, i) => `  ${failing} as check_${i}`);
  return `select\n${values.join(',\n')}\nfrom ${relation}`;
}
