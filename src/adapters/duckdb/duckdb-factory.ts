import { isAbsolute, join } from 'node:path';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { AdapterFactory } from '../adapter-factory.ts';
import { type DuckDbCredentials, duckdbCredentials } from './duckdb-credentials.ts';
import { databaseName } from './duckdb-name.ts';
import { isSandboxSetting, sandboxOf } from './duckdb-sandbox.ts';
import { isDatabaseFile, setupStatements, writableAliases } from './duckdb-setup.ts';
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
  create: async (target, projectRoot, reach, access) => {
    const credentials = duckdbCredentials.parse(target.credentials);
    const { createDuckDbAdapter } = await import('./duckdb-adapter.ts');
    const folder = target.folder ?? projectRoot;
    if (target.folder === undefined) refuseRelative(credentials, projectRoot);
    const path = isRelative(credentials.path) ? join(folder, credentials.path) : credentials.path;
    const { settings = {}, config_options: options = {} } = credentials;
    const sandbox = sandboxOf(credentials, reach, folder);
    const isOwn = (name: string) => sandbox !== undefined && isSandboxSetting(name);
    return createDuckDbAdapter({
      path,
      access,
      settings: without(settings, isOwn),
      configOptions: without(options, isOwn),
      ...(sandbox === undefined ? {} : { sandbox }),
      setup: setupStatements(credentials, folder).map((statement) => ({
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

function isRelative(path: string): boolean {
  return path !== ':memory:' && !isAbsolute(path);
}

function refuseRelative({ path, attach = [] }: DuckDbCredentials, root: string): void {
  const attached = attach.map((database) => database.path).filter(isDatabaseFile);
  const found = [path, ...attached].find(isRelative);
  if (found !== undefined) throw tsdbtError('path-of-links', { path: found, root });
}
