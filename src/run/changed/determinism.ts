import type { Connection } from '../../adapters/adapter.ts';

/** Table functions that give the same rows for the same arguments. */
const steadyTables: ReadonlySet<string> = new Set([
  'unnest',
  'generate_series',
  'range',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
]);

/** Names that are written like columns and mean the clock or the user. */
const volatileWords: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'current_user',
  'session_user',
  'user',
]);

const steadyByConnection = new WeakMap<Connection, Promise<ReadonlySet<string>>>();

/**
 * Why a query can give other rows although nothing it is known to read has changed; undefined when
 * it can't. Every table must be one of `known` (lower-case names) or a common table expression, every
 * function one that DuckDB lists as consistent. What can't be told counts as changing: a query that
 * is run once too often costs time, one that is skipped wrongly costs trust.
 */
export async function changingPart(
  sql: string,
  known: ReadonlySet<string>,
  connection: Connection,
): Promise<string | undefined> {
  const { rows } = await connection.query('select json_serialize_sql(?::varchar)::varchar', [sql]);
  const tree = JSON.parse(String(rows[0]?.[0] ?? '{"error":true}')) as { error: boolean };
  if (tree.error) return 'a statement that is no plain query';
  const steady = await steadyFunctions(connection);
  const ctes = new Set<string>();
  visit(tree, (node) => {
    const { cte_map: map } = node as { cte_map?: { map: readonly { key: string }[] } };
    for (const { key } of map?.map ?? []) ctes.add(key.toLowerCase());
  });
  let found: string | undefined;
  visit(tree, (node) => {
    found ??= changing(node, known, ctes, steady);
  });
  return found;
}

function changing(
  node: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  ctes: ReadonlySet<string>,
  steady: ReadonlySet<string>,
): string | undefined {
  if (node['sample'] !== undefined && node['sample'] !== null) return 'a sample';
  switch (node['type']) {
    case 'BASE_TABLE': {
      const table = String(node['table_name']).toLowerCase();
      const schema = String(node['schema_name']).toLowerCase();
      const database = String(node['catalog_name']).toLowerCase();
      if (schema === '' && ctes.has(table)) return undefined;
      const name = [database, schema, table].filter((part) => part !== '').join('.');
      return known.has(name) ? undefined : `${name}, which is neither a ref nor a source`;
    }
    case 'TABLE_FUNCTION': {
      const name = functionName(node['function']);
      return steadyTables.has(name) ? undefined : `${name}()`;
    }
    case 'FUNCTION': {
      const name = functionName(node);
      return steady.has(name) || steadyTables.has(name) ? undefined : `${name}()`;
    }
    case 'COLUMN_REF': {
      const [name, ...more] = node['column_names'] as readonly string[];
      const word = String(name).toLowerCase();
      return more.length === 0 && volatileWords.has(word) ? word : undefined;
    }
    default:
      return undefined;
  }
}

function functionName(node: unknown): string {
  return String(
    (node as Readonly<Record<string, unknown>> | undefined)?.['function_name'],
  ).toLowerCase();
}

/** Functions that are built in and give the same value for the same arguments. */
async function steadyFunctions(connection: Connection): Promise<ReadonlySet<string>> {
  let found = steadyByConnection.get(connection);
  if (found === undefined) {
    found = connection
      .query(
        `select function_name from duckdb_functions() group by function_name
         having bool_and(case when function_type = 'macro'
           then internal and not regexp_matches(function_name, '^(ago$|current|user$|session|pg_|inet|has_|col_|obj_|shobj_)')
           else stability = 'CONSISTENT' and function_name not in ('getvariable', 'getenv', 'current_setting') end)`,
      )
      .then(({ rows }) => new Set(rows.map((row) => String(row[0]).toLowerCase())));
    steadyByConnection.set(connection, found);
  }
  return await found;
}

function visit(value: unknown, see: (node: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (typeof value === 'object' && value !== null) {
    see(value as Readonly<Record<string, unknown>>);
    for (const part of Object.values(value)) visit(part, see);
  }
}
