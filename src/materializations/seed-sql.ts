import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import type { Relation } from '../contracts/relation.ts';

export interface SeedFile {
  /** Absolute path of the CSV file. */
  readonly path: string;
  readonly delimiter: string;
}

/** The CSV with every column as text. An empty field and the word `null` are no value, as in dbt. */
export function readSeedSql(dialect: SqlDialect, seed: SeedFile): string {
  const options = [
    dialect.literal(seed.path),
    'header = true',
    'all_varchar = true',
    `delim = ${dialect.literal(seed.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = ['', 'null']`,
    'sample_size = -1',
  ];
  return `select * from read_csv(${options.join(', ')})`;
}

/**
 * One row that tells, for each column, which of dbt's types all of its values have, tried in dbt's
 * order: whole number, number, date, timestamp, boolean, text (dbt-common `clients/agate_helper.py`).
 */
export function inferTypesSql(
  dialect: SqlDialect,
  source: string,
  columns: readonly string[],
): string {
  const each = columns.map((name) => {
    const column = dialect.quote(name);
    const all = (pattern: string) => `bool_and(regexp_full_match(trim(${column}), '${pattern}'))`;
    const branches = [
      `when count(${column}) = 0 then 'integer'`,
      `when ${all('[-+]?[0-9]{1,9}')} then 'integer'`,
      `when ${all('[-+]?[0-9]{1,18}')} then 'bigint'`,
      `when ${all('[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)')} then 'double'`,
      `when bool_and(try_cast(${column} as date) is not null and regexp_full_match(${column}, '[0-9]{4}-[0-9]{2}-[0-9]{2}')) then 'date'`,
      `when bool_and(try_cast(${column} as timestamp) is not null and regexp_full_match(${column}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T].*')) then 'timestamp'`,
      `when bool_and(lower(${column}) in ('true', 'false')) then 'boolean'`,
    ];
    return `case ${branches.join(' ')} else 'varchar' end as ${column}`;
  });
  return `select ${each.join(',\n')}\nfrom (${source})`;
}

/** The seed's rows with their types: inferred ones, or those of `column_types`. */
export function typedSeedSql(
  dialect: SqlDialect,
  source: string,
  types: ReadonlyMap<string, string>,
): string {
  const columns = [...types].map(([name, type]) => {
    const column = dialect.quote(name);
    return type === 'varchar' ? column : `cast(${column} as ${type}) as ${column}`;
  });
  return `select ${columns.join(', ')}\nfrom (${source})`;
}

/** `column_types` of the configuration, by lower-cased column. */
export function configuredTypes(
  config: Readonly<Record<string, Json>>,
): ReadonlyMap<string, string> {
  const types = config['column_types'];
  if (typeof types !== 'object' || types === null || Array.isArray(types)) return new Map();
  return new Map(Object.entries(types).map(([name, type]) => [name.toLowerCase(), String(type)]));
}

/** Puts the rows into the seed's table, replacing what is there. */
export function createSeedSql(dialect: SqlDialect, target: Relation, select: string): string {
  return dialect.createTableAs(target, select, { replace: true });
}
