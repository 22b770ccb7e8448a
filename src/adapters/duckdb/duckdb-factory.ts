import { isAbsolute, join } from 'node:path';
import type { AdapterFactory } from '../adapter-factory.ts';
import { duckdbCredentials } from './duckdb-credentials.ts';
import { databaseName } from './duckdb-name.ts';
import { isSandboxSetting, sandboxOf } from './duckdb-sandbox.ts';
import { setupStatements, writableAliases } from './duckdb-setup.ts';
import { duckdbSql } from './duckdb-sql.ts';

/** DuckDB: one file, or memory, in this process. */
export const duckdbFactory: AdapterFactory = {
  type: 'duckdb',
  dialect: duckdbSql,
  credentials: duckdbCredentials,
  facts: (raw) => {
    const credentials = duckdbCredentials.parse(raw);
    return {
      database: credentials.database ?? databaseName(credentials.path),
      schema: credentials.schema,
      threads: credentials.threads,
    };
  },
  create: async (target, projectRoot, reach) => {
    const credentials = duckdbCredentials.parse(target.credentials);
    const { createDuckDbAdapter } = await import('./duckdb-adapter.ts');
    const path =
      isAbsolute(credentials.path) || credentials.path === ':memory:'
        ? credentials.path
        : join(projectRoot, credentials.path);
    const { settings = {}, config_options: options = {} } = credentials;
    const sandbox = sandboxOf(credentials, reach, projectRoot);
    const isOwn = (name: string) => sandbox !== undefined && isSandboxSetting(name);
    return createDuckDbAdapter({
      path,
      settings: without(settings, isOwn),
      configOptions: without(options, isOwn),
      ...(sandbox === undefined ? {} : { sandbox }),
      setup: setupStatements(credentials, projectRoot).map((statement) => ({
        ...statement,
        location: target.places[statement.setting],
      })),
      alsoCheckpoint: writableAliases(credentials),
    });
  },
};

function without<T>(
  settings: Readonly<Record<string, T>>,
  isLeft: (name: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !isLeft(name)));
}
