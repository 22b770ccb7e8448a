import { rename } from 'node:fs/promises';
import type { Connection } from '../adapters/adapter.ts';
import type { PackageFiles, TemplateDatabase } from '../context/template-database.ts';
import { relationKey } from '../contracts/relation.ts';
import type { DatabaseSession } from './database-session.ts';
import type { Transaction } from './transaction.ts';

/**
 * The database as templates of one node see it. With a transaction, statements that ask for one are
 * part of it; without, each statement stands for itself.
 */
export function templateDatabase(
  session: DatabaseSession,
  connection: Connection | undefined,
  files: PackageFiles,
  transaction?: Transaction,
): TemplateDatabase {
  const { adapter } = session;
  const on = <T>(body: (c: Connection) => Promise<T>): Promise<T> =>
    connection === undefined ? session.withConnection(body) : body(connection);
  return {
    defaultDatabase: adapter.database,
    findRelation: async (relation) => (await session.relations()).find(relation),
    listRelations: async (database, schema) =>
      (await session.relations()).inSchema(database, schema),
    remember: (relation) => session.updateCache((cache) => cache.put(relation)),
    forget: (relation) => session.updateCache((cache) => cache.remove(relation)),
    forgetSchema: (database, schema) =>
      session.updateCache((cache) => cache.removeSchema(database, schema)),
    schemas: async (database) => {
      const { rows } = await on((c) =>
        c.query(
          `select schema_name from duckdb_schemas() where lower(database_name) = lower(${adapter.dialect.literal(database)})`,
        ),
      );
      return rows.map(([name]) => String(name));
    },
    hasFunction: async ({ database, schema, identifier }) => {
      const is = (column: string, name: string) =>
        `lower(${column}) = lower(${adapter.dialect.literal(name)})`;
      const conditions = [
        is('database_name', database),
        is('schema_name', schema),
        is('function_name', identifier),
      ];
      const { rows } = await on((c) =>
        c.query(`select 1 from duckdb_functions() where ${conditions.join(' and ')} limit 1`),
      );
      return rows.length > 0;
    },
    execute: async (sql, { autoBegin, fetch, bindings }) => {
      if (sql.trim() === '') return { rowsAffected: null, result: null };
      return await on(async (c) => {
        if (autoBegin) await transaction?.begin();
        const done = fetch
          ? { rowsAffected: null, result: await c.query(sql, bindings) }
          : { rowsAffected: (await c.run(sql, bindings)).rowsAffected, result: null };
        transaction?.observe(sql);
        return done;
      });
    },
    columns: (relation, text) =>
      on(async (c) => {
        const listed = (await adapter.listColumns(c, [relation])).get(relationKey(relation));
        if (listed !== undefined) return listed;
        // Temporary tables, files and other functions are in no catalog.
        return await c.describe(`select * from ${text}`).catch((error: Error) => {
          if (/does not exist/i.test(error.message)) return [];
          throw error;
        });
      }),
    describe: (sql) => on((c) => c.describe(sql)),
    begin: async () => await transaction?.begin(),
    commit: async () => await transaction?.commit(),
    moveFile: async (from, to) => await rename(from, to),
    projectFile: (packageName, path) => files.path(packageName, path),
  };
}
