import { isAbsolute, join } from 'node:path';
import type { SourceLocation } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { DuckDbCredentials, DuckDbSetting } from './duckdb-credentials.ts';
import { duckdbSql } from './duckdb-sql.ts';

type Attached = NonNullable<DuckDbCredentials['attach']>[number];

export interface SetupStatement {
  readonly sql: string;
  /** Tried when `sql` fails. */
  readonly otherwise?: string;
  /** Named in errors, where the statement itself may hold a secret. */
  readonly purpose: string;
  /** The setting of the profile, and its number in it: `attach.0`. */
  readonly setting: string;
  readonly location?: SourceLocation | undefined;
}

/**
 * What is done once when the database has been opened: extensions are loaded, secrets made, further
 * databases attached, in this order, since each may need the one before (docs of dbt-duckdb,
 * "Attaching additional databases"). Data only: every statement with what it is for.
 */
export function setupStatements(
  { extensions = [], secrets = [], attach = [] }: DuckDbCredentials,
  projectRoot: string,
): readonly SetupStatement[] {
  return [
    ...extensions.flatMap((extension, i) => {
      const { name, repo } = typeof extension === 'string' ? { name: extension } : extension;
      const from = repo === undefined ? '' : ` from ${repository(repo)}`;
      const load = `load ${duckdbSql.quote(name)}`;
      // What is built in or installed needs no network.
      const otherwise = `install ${duckdbSql.quote(name)}${from}; ${load}`;
      return [
        { sql: load, otherwise, purpose: `the extension ${name}`, setting: `extensions.${i}` },
      ];
    }),
    ...secrets.map((secret, i) => {
      const { name, ...settings } = secret;
      const called = name === undefined ? `_tsdbt_secret_${i + 1}` : String(name);
      const sql = `create or replace secret ${duckdbSql.quote(called)} (${options(settings)})`;
      return { sql, purpose: `the secret ${called}`, setting: `secrets.${i}` };
    }),
    ...attach.map((database, i) => ({
      sql: attachSql(database, projectRoot),
      purpose: `attaching ${database.path}`,
      setting: `attach.${i}`,
    })),
  ];
}

/** `set` of a setting; a list is one of DuckDB's. */
export function setStatement(name: string, value: DuckDbSetting): string {
  const text = Array.isArray(value) ? listText(value) : duckdbSql.literal(String(value));
  return `set ${duckdbSql.quote(name)} = ${text}`;
}

export function listText(items: readonly (string | number | boolean)[]): string {
  return `[${items.map((item) => duckdbSql.literal(String(item))).join(', ')}]`;
}

/** Names by which attached databases that can be written are known. */
export function writableAliases({ attach = [] }: DuckDbCredentials): readonly string[] {
  return attach.flatMap(({ alias, read_only: readOnly, type }) =>
    alias === undefined || readOnly === true || type !== undefined ? [] : [alias],
  );
}

function attachSql(database: Attached, projectRoot: string): string {
  const { path, alias, type, secret, read_only: readOnly, options: more } = database;
  const given: Record<string, unknown> = {
    ...(type === undefined ? {} : { type }),
    ...(secret === undefined ? {} : { secret }),
    ...(readOnly === true ? { read_only: true } : {}),
    ...more,
  };
  const as = alias === undefined ? '' : ` as ${duckdbSql.quote(alias)}`;
  const list = Object.keys(given).length === 0 ? '' : ` (${options(given)})`;
  return `attach if not exists ${duckdbSql.literal(located(path, projectRoot))}${as}${list}`;
}

/** Whether what is attached is a file; else it is an address, or a text for another engine. */
export function isDatabaseFile(path: string): boolean {
  return /^[^:?=]+\.(duckdb|db|ddb)$/i.test(path);
}

/** A file is relative to the project, as `path` is. */
function located(path: string, projectRoot: string): string {
  return isDatabaseFile(path) && !isAbsolute(path) ? join(projectRoot, path) : path;
}

function options(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key.replaceAll(/\W/g, '')} ${optionValue(value)}`)
    .join(', ');
}

function optionValue(value: unknown): string {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(optionValue).join(', ')}]`;
  if (isPlainObject(value)) {
    const pairs = Object.entries(value).map(
      ([key, part]) => `${duckdbSql.literal(key)}: ${optionValue(part)}`,
    );
    return `map {${pairs.join(', ')}}`;
  }
  return duckdbSql.literal(String(value));
}

/** A repository is one of DuckDB's names or an address. */
function repository(name: string): string {
  return /^\w+$/.test(name) ? name : duckdbSql.literal(name);
}
