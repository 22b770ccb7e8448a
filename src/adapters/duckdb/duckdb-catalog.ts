import {
  type Column,
  type DefinedRelation,
  type ExistingRelation,
  type Relation,
  type RelationComments,
  relationKey,
} from '../../contracts/relation.ts';
import type { Connection } from '../adapter.ts';
import { duckdbSql } from './duckdb-sql.ts';

/** Tables and views in the given schemas of every attached database (all when none is named). */
export async function listRelations(
  connection: Connection,
  schemas?: readonly string[],
): Promise<readonly ExistingRelation[]> {
  const within = schemaFilter(schemas);
  const { rows } = await connection.query(
    `select database_name, schema_name, table_name, 'table' from duckdb_tables() where not temporary${within}
     union all
     select database_name, schema_name, view_name, 'view' from duckdb_views() where not temporary and not internal${within}`,
  );
  return rows.map(([database, schema, identifier, type]) => ({
    database: String(database),
    schema: String(schema),
    identifier: String(identifier),
    type: type === 'view' ? 'view' : 'table',
  }));
}

/** As {@link listRelations}, with a hash of the statement that DuckDB says would make the relation. */
export async function listDefinitions(
  connection: Connection,
  schemas: readonly string[],
): Promise<readonly DefinedRelation[]> {
  const within = schemaFilter(schemas);
  const { rows } = await connection.query(
    `select database_name, schema_name, table_name, 'table', md5(sql) from duckdb_tables() where not temporary${within}
     union all
     select database_name, schema_name, view_name, 'view', md5(sql) from duckdb_views() where not temporary and not internal${within}`,
  );
  return rows.map(([database, schema, identifier, type, definition]) => ({
    database: String(database),
    schema: String(schema),
    identifier: String(identifier),
    type: type === 'view' ? 'view' : 'table',
    definition: String(definition),
  }));
}

/** Columns of the given relations, in order, keyed by `relationKey`; one query for all. */
export async function listColumns(
  connection: Connection,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, readonly Column[]>> {
  const found = new Map<string, Column[]>();
  if (relations.length === 0) return found;
  const wanted = new Set(relations.map(relationKey));
  const schemas = [...new Set(relations.map((r) => r.schema))];
  const { rows } = await connection.query(
    `select database_name, schema_name, table_name, column_name, data_type from duckdb_columns()
     where not internal${schemaFilter(schemas)} order by database_name, schema_name, table_name, column_index`,
  );
  for (const [database, schema, identifier, name, type] of rows) {
    const key = relationKey({
      database: String(database),
      schema: String(schema),
      identifier: String(identifier),
    });
    if (!wanted.has(key)) continue;
    const columns = found.get(key) ?? [];
    columns.push({ name: String(name), type: String(type) });
    found.set(key, columns);
  }
  return found;
}

/** Comments of the given relations and their columns, keyed by `relationKey`; one query for all. */
export async function listComments(
  connection: Connection,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, RelationComments>> {
  const found = new Map<string, { comment: string | null; columns: Map<string, string> }>();
  if (relations.length === 0) return found;
  const wanted = new Set(relations.map(relationKey));
  const within = schemaFilter([...new Set(relations.map((r) => r.schema))]);
  const { rows } = await connection.query(
    `select database_name, schema_name, table_name, null, comment from duckdb_tables() where comment is not null${within}
     union all
     select database_name, schema_name, view_name, null, comment from duckdb_views() where comment is not null${within}
     union all
     select database_name, schema_name, table_name, column_name, comment from duckdb_columns() where comment is not null${within}`,
  );
  for (const [database, schema, identifier, column, comment] of rows) {
    const key = relationKey({
      database: String(database),
      schema: String(schema),
      identifier: String(identifier),
    });
    if (!wanted.has(key)) continue;
    const comments = found.get(key) ?? { comment: null, columns: new Map() };
    if (column === null) comments.comment = String(comment);
    else comments.columns.set(String(column), String(comment));
    found.set(key, comments);
  }
  return found;
}

/** The tables whose foreign keys lead to one table; DuckDB has no keys from one schema to another. */
export async function listReferencing(
  connection: Connection,
  { database, schema, identifier }: Relation,
): Promise<readonly Relation[]> {
  const { rows } = await connection.query(
    `with recursive keys as (
       select table_name, referenced_table from duckdb_constraints()
       where constraint_type = 'FOREIGN KEY' and lower(table_name) <> lower(referenced_table)
         and lower(database_name) = lower(${duckdbSql.literal(database)}) and lower(schema_name) = lower(${duckdbSql.literal(schema)})
     ), found(table_name, distance) as (
       select table_name, 1 from keys where lower(referenced_table) = lower(${duckdbSql.literal(identifier)})
       union
       select keys.table_name, found.distance + 1 from keys join found on lower(keys.referenced_table) = lower(found.table_name)
     )
     select table_name from found group by table_name order by max(distance) desc, table_name`,
  );
  return rows.map(([name]) => ({ database, schema, identifier: String(name) }));
}

function schemaFilter(schemas: readonly string[] | undefined): string {
  if (schemas === undefined || schemas.length === 0) return '';
  return ` and lower(schema_name) in (${schemas.map((s) => duckdbSql.literal(s.toLowerCase())).join(', ')})`;
}
