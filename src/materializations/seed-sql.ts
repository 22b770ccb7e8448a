import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import { keyText } from '../util/mapping-key.ts';

export interface SeedFile {
  /** Absolute path of the CSV file. */
  readonly path: string;
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** Blank lines before the header. */
  readonly blankLines: number;
}

/**
 * The CSV with every column as text; an empty field is no value. Nothing is left to the database to
 * guess: it would leave out lines that start with `#`, and rows before one of another length.
 */
export function readSeedSql(dialect: SqlDialect, seed: SeedFile): string {
  const columns = seed.columns.map((name) => `${dialect.quote(name)}: 'varchar'`);
  const options = [
    dialect.literal(seed.path),
    'auto_detect = false',
    'header = true',
    ...(seed.blankLines > 0 ? [`skip = ${seed.blankLines}`] : []),
    `columns = {${columns.join(', ')}}`,
    `delim = ${dialect.literal(seed.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
  ];
  return `select * from read_csv(${options.join(', ')})`;
}

const digits = '[0-9]+(_[0-9]+)*';
const date = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}';
const patterns = {
  integer: `[-+]?${digits}`,
  number: `[-+]?(${digits}\\.?([0-9]+)?|\\.[0-9]+)([eE][-+]?[0-9]+)?`,
  noNumber: '[-+]?(?i:nan|inf|infinity)',
  date,
  time: `${date} [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}`,
  isoTime: `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}(:?[0-9]{2}(:?[0-9]{2}([.,][0-9]+)?)?)?(Z|[-+][0-9]{2}(:?[0-9]{2})?)?`,
};

/**
 * A row for each column that has values, with its name and that one of dbt's types which all of them
 * have, tried in dbt's order: number (whole when no value has decimals), date, timestamp, boolean, text
 * (dbt-common `clients/agate_helper.py`). `null` in any case is no value; a column without values is of
 * whole numbers. Whole numbers too large for an integer get a larger type; dbt fails to load them.
 * The columns are read as rows: a query with aggregates for each takes minutes where there are hundreds.
 */
export function inferTypesSql(source: string): string {
  const full = (pattern: string) => `regexp_full_match(text, '${pattern}')`;
  const fits = (type: string) =>
    `bool_and(case when kind in ('integer', 'number') then try_cast(text as ${type}) is not null end)`;
  const whole = 'bool_and(try_cast(text as double) = floor(try_cast(text as double)))';
  const branches = [
    `when bool_and(kind = 'integer') then case when ${fits('integer')} then 'integer' when ${fits('bigint')} then 'bigint' when ${fits('hugeint')} then 'hugeint' else 'varchar' end`,
    `when bool_and(kind in ('integer', 'number')) then case when ${whole} and ${fits('integer')} then 'integer' when ${whole} and ${fits('bigint')} then 'bigint' else 'double' end`,
    `when bool_and(kind in ('integer', 'number', 'noNumber')) then 'double'`,
    `when bool_and(kind = 'date' and try_cast(text as date) is not null) then 'date'`,
    `when bool_and(kind = 'time' and try_cast(text as timestamp) is not null) then 'timestamp'`,
    `when bool_and(kind = 'boolean') then 'boolean'`,
  ];
  return `select name, case ${branches.join(' ')} else 'varchar' end
from (
  select name, text, case
    when ${full(patterns.integer)} then 'integer'
    when ${full(patterns.number)} then 'number'
    when ${full(patterns.noNumber)} then 'noNumber'
    when ${full(patterns.date)} then 'date'
    when ${full(patterns.time)} or ${full(patterns.isoTime)} then 'time'
    when lower(text) in ('true', 'false') then 'boolean'
    else 'text' end as kind
  from (
    select name, trim(value, ' \t') as text
    from (unpivot (${source}) on columns(*) into name name value value)
  )
  where lower(text) <> 'null'
)
group by name`;
}

/**
 * The seed's rows with their types: inferred ones, or those of `column_types`. Text keeps the word
 * `null`, as dbt-duckdb's COPY does; in other columns it is no value.
 */
export function typedSeedSql(
  dialect: SqlDialect,
  source: string,
  types: ReadonlyMap<string, string>,
  readers: SeedReaders = new Map(),
): string {
  const columns = [...types].map(([name, type]) => {
    const column = dialect.quote(name);
    if (/^(varchar|text|string)$/i.test(type)) return column;
    const read = readers.get(name);
    return `${read === undefined ? `cast(${seedText(column)} as ${type})` : read(column)} as ${column}`;
  });
  return `select ${columns.join(', ')}\nfrom (${source})`;
}

/** SQL that reads a column of texts as its type, by the column's name; others are cast. */
export type SeedReaders = ReadonlyMap<string, (column: string) => string>;

/** The text of a value that is no text itself: without blanks around it, and NULL for `null`. */
export function seedText(column: string): string {
  return `case when lower(trim(${column}, ' \t')) <> 'null' then trim(${column}, ' \t') end`;
}

/** `column_types` of the configuration, by lower-cased column. */
export function configuredTypes(
  config: Readonly<Record<string, Json>>,
): ReadonlyMap<string, string> {
  const types = config['column_types'];
  if (typeof types !== 'object' || types === null || Array.isArray(types)) return new Map();
  return new Map(
    Object.entries(types).map(([name, type]) => [keyText(name).toLowerCase(), String(type)]),
  );
}
