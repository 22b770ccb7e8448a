import type { Node } from '../contracts/node.ts';

/** Rows up to which a scan that serves many tests is cheaper than a query for each: measured. */
export const fusedRows = 20_000;

/** Relations that one query looks at: more do not make a test cheaper, and each waits for all: measured. */
export const fusedRelations = 10;

/** What a column test looks for, as one value over the rows of a relation. */
export interface ColumnCheck {
  /** The relation as the test's query names it. */
  readonly relation: string;
  /** An aggregate that is 0 when, and only when, no row fails the test. */
  readonly failing: string;
}

/** Names only: what is computed may fail, or cost more than a scan. */
const columnName = /^(?:[A-Za-z_]\w*|"[^"]+")$/;

/** Texts and numbers: a name would mean another thing outside of the test's own query. */
const literals = /^\s*(?:(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)\s*(?:,\s*|$))+$/;

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

/**
 * The query that shows the rows which fail a test: the test's own, but for `not_null`, whose own
 * query tells nothing but that there are such rows.
 */
export function telltaleSql(test: Node, compiledSql: string): string {
  const sql = compiledSql.trim();
  const start = `select ${String(test.testMetadata?.kwargs['column_name'])}\nfrom `;
  const own = test.testMetadata?.name === 'not_null' && sql.startsWith(start);
  return own ? `select *\nfrom ${sql.slice(start.length)}` : sql;
}

type Reader = (sql: string, column: string) => ColumnCheck | undefined;

const readers: Readonly<Record<string, Reader>> = {
  not_null: (sql, column) =>
    check(
      between(sql, `select ${column}\nfrom `, `\nwhere ${column} is null`),
      `count(*) - count(${column})`,
    ),
  unique: (sql, column) =>
    check(
      between(
        sql,
        `select\n    ${column} as unique_field,\n    count(*) as n_records\n\nfrom `,
        `\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1`,
      ),
      `count(${column}) - count(distinct ${column})`,
    ),
  accepted_values: (sql, column) => {
    const start = `with all_values as (\n\n    select\n        ${column} as value_field,\n        count(*) as n_records\n\n    from `;
    const middle = `\n    group by ${column}\n\n)\n\nselect *\nfrom all_values\nwhere value_field not in (`;
    const at = sql.indexOf(middle);
    if (at < 0 || !sql.endsWith(')')) return undefined;
    const values = sql.slice(at + middle.length, -1);
    if (!literals.test(values)) return undefined;
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

/** Checks that one scan of a relation answers. */
export interface RelationChecks {
  readonly relation: string;
  readonly checks: readonly ColumnCheck[];
}

/** One query for the checks of some relations: a row for each, with its place and the list of the values. */
export function fusedTestsSql(relations: readonly RelationChecks[]): string {
  return unionAll(
    relations.map(({ relation, checks }) => ({
      value: `[\n  ${checks.map(({ failing }) => failing).join(',\n  ')}\n]`,
      relation,
    })),
  );
}

/** One query for how many rows some relations have: a row for each, with its place and the number. */
export function rowCountsSql(relations: readonly string[]): string {
  return unionAll(relations.map((relation) => ({ value: 'count(*)', relation })));
}

function unionAll(parts: readonly { readonly value: string; readonly relation: string }[]): string {
  return parts
    .map(({ value, relation }, i) => `select ${i}, ${value}\nfrom ${relation}`)
    .join('\nunion all\n');
}
