import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import type { Column, Relation } from '../contracts/relation.ts';
import { textTable } from '../util/text-table.ts';

/** A promised column; `constraints` are SQL as it stands behind the type. */
export interface ContractColumn {
  readonly name: string;
  readonly type: string;
  readonly constraints: readonly string[];
}

/** The columns a model promises to have, and the constraints of the whole table. */
export interface Contract {
  readonly columns: readonly ContractColumn[];
  readonly constraints: readonly string[];
}

/** A constraint as property files write it (docs.getdbt.com/reference/resource-properties/constraints). */
export interface Constraint {
  readonly type: string;
  readonly name: string | null;
  readonly expression: string | null;
  readonly columns: readonly string[];
  /** Foreign keys: the relation pointed at, as SQL. */
  readonly to: string | null;
  readonly toColumns: readonly string[];
}

/** The constraint of a property file; `to` is left as written. */
export function readConstraint(written: Json): Constraint {
  const given = (written ?? {}) as Record<string, Json>;
  const text = (key: string) => (typeof given[key] === 'string' ? (given[key] as string) : null);
  const list = (key: string) => (Array.isArray(given[key]) ? given[key].map(String) : []);
  return {
    type: String(given['type'] ?? ''),
    name: text('name'),
    expression: text('expression'),
    columns: list('columns'),
    to: text('to'),
    toColumns: list('to_columns'),
  };
}

/** Constraint types that DuckDB enforces. */
export const constraintTypes: readonly string[] = [
  'not_null',
  'unique',
  'primary_key',
  'foreign_key',
  'check',
  'custom',
];

/** SQL of a constraint behind a column's type, or undefined for an unknown type. */
export function columnConstraintSql(dialect: SqlDialect, constraint: Constraint): string {
  switch (constraint.type) {
    case 'not_null':
      return 'not null';
    case 'unique':
      return 'unique';
    case 'primary_key':
      return 'primary key';
    case 'check':
      return `check (${constraint.expression ?? 'true'})`;
    case 'foreign_key':
      return `references ${pointsTo(dialect, constraint)}`;
    default:
      return constraint.expression ?? '';
  }
}

/** SQL of a constraint of the whole table. */
export function tableConstraintSql(dialect: SqlDialect, constraint: Constraint): string {
  const columns = constraint.columns.map((column) => dialect.quote(column)).join(', ');
  const name = constraint.name === null ? '' : `constraint ${dialect.quote(constraint.name)} `;
  switch (constraint.type) {
    case 'unique':
      return `${name}unique (${columns})`;
    case 'primary_key':
      return `${name}primary key (${columns})`;
    case 'check':
      return `${name}check (${constraint.expression ?? 'true'})`;
    case 'foreign_key':
      return `${name}foreign key (${columns}) references ${pointsTo(dialect, constraint)}`;
    case 'not_null':
      return `${name}check (${constraint.columns.map((c) => `${dialect.quote(c)} is not null`).join(' and ')})`;
    default:
      return `${name}${constraint.expression ?? ''}`;
  }
}

function pointsTo(dialect: SqlDialect, { to, toColumns, expression }: Constraint): string {
  if (to === null) return expression ?? '';
  const columns = toColumns.map((column) => dialect.quote(column)).join(', ');
  const table = withoutDatabase(to);
  return columns === '' ? table : `${table} (${columns})`;
}

/** DuckDB takes no database in the name of the table that a key points at, not even its own. */
function withoutDatabase(name: string): string {
  const parts = name.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [];
  return parts.length === 3 ? parts.slice(1).join('.') : name;
}

/** A query without rows that has the promised columns: it gives the engine's names of the types. */
export function contractProbeSql(dialect: SqlDialect, contract: Contract): string {
  const columns = contract.columns.map(
    ({ name, type }) => `cast(null as ${type}) as ${dialect.quote(name)}`,
  );
  return `select ${columns.join(', ')} where false`;
}

/**
 * What the query gives against what the contract says, one line a difference; undefined when there
 * is none. The order of columns does not matter (core `contracts_and_constraints`, adapters
 * `assert_columns_equivalent.sql`).
 */
export function contractDifferences(
  given: readonly Column[],
  promised: readonly Column[],
): string | undefined {
  const inQuery = new Map(given.map((column) => [column.name.toLowerCase(), column.type]));
  const inContract = new Map(promised.map((column) => [column.name.toLowerCase(), column.type]));
  const rows: string[][] = [];
  for (const { name, type } of given) {
    const wanted = inContract.get(name.toLowerCase());
    if (wanted === undefined) rows.push([name, type, '', 'missing in contract']);
    else if (wanted !== type) rows.push([name, type, wanted, 'data type mismatch']);
  }
  for (const { name, type } of promised) {
    if (!inQuery.has(name.toLowerCase())) rows.push([name, '', type, 'missing in definition']);
  }
  if (rows.length === 0) return undefined;
  const columns = ['column_name', 'definition_type', 'contract_type', 'mismatch_reason'];
  return textTable({ columns: columns.map((name) => ({ name })), rows });
}

/** `create or replace table` with the columns and constraints of the contract. */
export function contractTableSql(
  dialect: SqlDialect,
  target: Relation,
  contract: Contract,
): string {
  const lines = [
    ...contract.columns.map(({ name, type, constraints }) =>
      [dialect.quote(name), type, ...constraints].join(' '),
    ),
    ...contract.constraints,
  ];
  return `create or replace table ${dialect.relation(target)} (\n  ${lines.join(',\n  ')}\n)`;
}

/** The rows of a query into a table of the contract, columns by name. */
export function contractInsertSql(
  dialect: SqlDialect,
  target: Relation,
  contract: Contract,
  select: string,
): string {
  const columns = contract.columns.map(({ name }) => dialect.quote(name)).join(', ');
  return `insert into ${dialect.relation(target)} (${columns})\nselect ${columns}\nfrom (\n${select}\n) dbt_model`;
}
