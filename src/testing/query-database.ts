import { createDuckDbAdapter } from '../adapters/duckdb/duckdb-adapter.ts';
import type { Json } from '../contracts/json.ts';

/** Rows of a query on a database file, as objects; the file is closed again. */
export async function queryDatabase(
  path: string,
  sql: string,
): Promise<Readonly<Record<string, Json>>[]> {
  const adapter = createDuckDbAdapter({ path });
  try {
    const connection = await adapter.connect();
    const { columns, rows } = await connection.query(sql);
    return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i]!.name, value])));
  } finally {
    await adapter.close();
  }
}

/**
 * A fingerprint of the contents of every table of some schemas: rows in any order, columns left out
 * where they say when, not what (`loaded_at` and such).
 */
export async function contentHash(
  path: string,
  options: { readonly schemas: readonly string[]; readonly without?: readonly string[] },
): Promise<Readonly<Record<string, string>>> {
  const adapter = createDuckDbAdapter({ path });
  try {
    const connection = await adapter.connect();
    const hashes: Record<string, string> = {};
    for (const relation of await adapter.listRelations(connection, options.schemas)) {
      if (!options.schemas.includes(relation.schema)) continue;
      const name = adapter.dialect.relation(relation);
      const columns = (await connection.describe(`select * from ${name}`))
        .map((column) => column.name)
        .filter((column) => !(options.without ?? []).includes(column));
      const list = columns.map((column) => adapter.dialect.quote(column)).join(', ');
      const { rows } = await connection.query(
        `select count(*)::varchar || ':' || coalesce(sum(hash(${list})::hugeint), 0)::varchar from ${name}`,
      );
      hashes[`${relation.schema}.${relation.identifier}`] = String(rows[0]![0]);
    }
    return hashes;
  } finally {
    await adapter.close();
  }
}
