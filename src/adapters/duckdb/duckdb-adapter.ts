import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { isTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Adapter, Connection } from '../adapter.ts';
import type { DatabaseAccess } from '../adapter-factory.ts';
import {
  listColumns,
  listComments,
  listDefinitions,
  listReferencing,
  listRelations,
} from './duckdb-catalog.ts';
import { DuckDbConnection } from './duckdb-connection.ts';
import type { DuckDbSetting } from './duckdb-credentials.ts';
import { lockHolder } from './duckdb-errors.ts';
import { databaseName } from './duckdb-name.ts';
import { isGuardedSetting, type Sandbox } from './duckdb-sandbox.ts';
import { listText, type SetupStatement, setStatement } from './duckdb-setup.ts';
import { duckdbSql } from './duckdb-sql.ts';
import { discardJournal, guardedCheckpoint, restoreCheckpoint } from './guarded-checkpoint.ts';
import { whenUnlocked } from './when-unlocked.ts';

export interface DuckDbOptions {
  /** Absolute path of the database file, or `:memory:`. */
  readonly path: string;
  readonly settings?: Readonly<Record<string, DuckDbSetting>>;
  readonly configOptions?: Readonly<Record<string, DuckDbSetting>>;
  readonly sandbox?: Sandbox;
  /** Done once after opening; see `duckdb-setup.ts`. */
  readonly setup?: readonly SetupStatement[];
  /** Default: for writing, without waiting. */
  readonly access?: DatabaseAccess;
  /** Attached databases that are written to. */
  readonly alsoCheckpoint?: readonly string[];
}

/**
 * Files this process has open. A second instance on one file would defeat DuckDB's lock and lose
 * data, so it is refused here; DuckDB itself refuses a second process.
 */
const openFiles = new Set<string>();

/** An adapter for one DuckDB database. The driver is loaded and the file opened on first use. */
export function createDuckDbAdapter(options: DuckDbOptions): Adapter {
  const inMemory = options.path === ':memory:';
  let opened: Promise<Opened> | undefined;
  const connections = new Set<Connection>();

  async function connect(): Promise<Connection> {
    opened ??= openAndSetUp(options, inMemory);
    const { driver, instance, isAbsent } = await opened;
    const raw = await instance.connect();
    const connection: Connection = new DuckDbConnection(
      driver,
      raw,
      options.sandbox !== undefined,
      () => connections.delete(connection),
    );
    connections.add(connection);
    if (isAbsent) await connection.run(`use ${duckdbSql.quote(databaseName(options.path))}`);
    for (const [name, value] of Object.entries(options.settings ?? {}))
      if (!isGuardedSetting(name)) await connection.run(setStatement(name, value));
    return connection;
  }

  return {
    type: 'duckdb',
    database: databaseName(options.path),
    capabilities: { transactionalDdl: true, atomicReplaceTable: true, merge: true, cancel: true },
    dialect: duckdbSql,
    connect,
    listRelations,
    listDefinitions,
    listColumns,
    listComments,
    listReferencing,
    checkpoint: async (connection) => {
      const { realPath, isReadOnly } = await opened!;
      if (isReadOnly) return;
      if (!inMemory) await guardedCheckpoint(connection, realPath);
      for (const alias of options.alsoCheckpoint ?? [])
        await connection.run(`checkpoint ${duckdbSql.quote(alias)}`);
    },
    close: async () => {
      if (opened === undefined) return;
      const { instance, realPath } = await opened;
      opened = undefined;
      for (const connection of [...connections]) connection.close();
      instance.closeSync();
      openFiles.delete(realPath);
    },
  };
}

interface Opened {
  readonly driver: typeof import('@duckdb/node-api');
  readonly instance: DuckDBInstance;
  readonly realPath: string;
  readonly isReadOnly: boolean;
  /** Whether there is no file, and an empty database in its place. */
  readonly isAbsent: boolean;
}

/**
 * Opens the database as it was asked for. What can't be opened for reading only (a checkpoint that was
 * interrupted and must be put right, an attached file that is still to be made) is opened for writing.
 */
async function openAndSetUp(options: DuckDbOptions, inMemory: boolean): Promise<Opened> {
  const { mode = 'write', wait } = options.access ?? {};
  if (inMemory) return await openAs(options, 'memory');
  if (mode !== 'write' && !existsSync(options.path)) return await openAs(options, 'absent');
  if (mode !== 'read') return await whenUnlocked(wait, () => openAs(options, 'write'));
  return await whenUnlocked(wait, async () => {
    try {
      return await openAs(options, 'read');
    } catch (error) {
      if (isTsdbtError(error, 'database-locked')) throw error;
      return await openAs(options, 'write');
    }
  });
}

type Opening = 'memory' | 'absent' | 'read' | 'write';

async function openAs(options: DuckDbOptions, opening: Opening): Promise<Opened> {
  const opened = await open(options, opening);
  const raw = await opened.instance.connect();
  try {
    for (const [name, value] of Object.entries(options.settings ?? {}))
      if (isGuardedSetting(name) && !isLock(name)) await setUp(raw, settingStatement(name, value));
    for (const statement of options.setup ?? []) await setUp(raw, statement);
    if (options.sandbox !== undefined) await closeSandbox(raw, options.sandbox);
    for (const [name, value] of Object.entries(options.settings ?? {}))
      if (isLock(name)) await setUp(raw, settingStatement(name, value));
    return opened;
  } catch (error) {
    opened.instance.closeSync();
    openFiles.delete(opened.realPath);
    throw error;
  } finally {
    raw.closeSync();
  }
}

const isLock = (name: string) => name.toLowerCase() === 'lock_configuration';

function settingStatement(name: string, value: DuckDbSetting): SetupStatement {
  return { sql: setStatement(name, value), purpose: `the setting ${name}`, setting: 'settings' };
}

/** From here on DuckDB refuses other files, and settings that would let them in again. */
async function closeSandbox(raw: DuckDBConnection, sandbox: Sandbox): Promise<void> {
  const set = (name: string, value: DuckDbSetting) =>
    setUp(raw, { sql: setStatement(name, value), purpose: 'the sandbox', setting: 'sandbox' });
  // Secrets that are stored are read from a folder that is closed afterwards.
  if (sandbox.folders.some((folder) => folder.includes('://')))
    await raw.run('select count(*) from duckdb_secrets()');
  else await set('allow_persistent_secrets', false);
  await set('allowed_directories', sandbox.folders);
  await set('allowed_paths', sandbox.files);
  await set('enable_external_access', false);
  if (!sandbox.locks) return;
  await set('allowed_configs', sandbox.changeable ?? (await changeableSettings(raw)));
  await set('lock_configuration', true);
}

async function changeableSettings(raw: DuckDBConnection): Promise<string[]> {
  const settings = await raw.runAndReadAll('select name from duckdb_settings()');
  return settings
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => !isGuardedSetting(name));
}

/** The statement may hold a secret: what is shown is what it was for. */
async function setUp(
  raw: DuckDBConnection,
  { sql, otherwise, purpose, location }: SetupStatement,
): Promise<void> {
  try {
    await raw.run(sql).catch((error: unknown) => {
      if (otherwise === undefined) throw error;
      return raw.run(otherwise);
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw tsdbtError(
      'database-setup-failed',
      { purpose, message: firstLine(text) },
      // The lines around the place may hold secrets: they are not shown.
      location === undefined ? {} : { location, sourceText: '' },
    );
  }
}

function firstLine(text: string): string {
  try {
    return String((JSON.parse(text) as { exception_message: string }).exception_message);
  } catch {
    return text.split('\n')[0]!;
  }
}

async function open(options: DuckDbOptions, opening: Opening): Promise<Opened> {
  const driver = await import('@duckdb/node-api');
  const config: Record<string, string> = {
    errors_as_json: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
  // A checkpoint happens only where it is guarded: see guarded-checkpoint.ts.
  if (opening === 'write') config['checkpoint_threshold'] = '1TB';
  if (opening === 'read') config['access_mode'] = 'READ_ONLY';
  for (const [name, value] of Object.entries(options.configOptions ?? {}))
    config[name] = Array.isArray(value) ? listText(value) : String(value);

  const isReadOnly = opening === 'read' || opening === 'absent';
  const isAbsent = opening === 'absent';
  if (opening === 'memory' || isAbsent) {
    const instance = await create(driver, ':memory:', config);
    if (isAbsent) await attachEmpty(instance, databaseName(options.path));
    return { driver, instance, realPath: '', isReadOnly, isAbsent };
  }
  const realPath = prepareFile(options.path);
  if (openFiles.has(realPath)) {
    throw tsdbtError('database-locked', { path: options.path, holder: 'this process itself' });
  }
  openFiles.add(realPath);
  try {
    const instance = await (opening === 'read'
      ? createReader(driver, realPath, config)
      : createOrRestore(driver, realPath, config));
    const setup = await instance.connect();
    await setup.run(
      `set auto_checkpoint_skip_wal_threshold = 1000000000000; pragma disable_checkpoint_on_shutdown`,
    );
    setup.closeSync();
    return { driver, instance, realPath, isReadOnly, isAbsent };
  } catch (error) {
    openFiles.delete(realPath);
    throw error;
  }
}

/** An empty database in memory under the name that the file's would have. */
async function attachEmpty(instance: DuckDBInstance, name: string): Promise<void> {
  const connection = await instance.connect();
  await connection.run(`attach if not exists ':memory:' as ${duckdbSql.quote(name)}`);
  connection.closeSync();
}

function prepareFile(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // The file may not exist yet: the folder's real path is what names it then.
    return existsSync(path)
      ? realpathSync(path)
      : join(realpathSync(dirname(path)), basename(path));
  } catch (error) {
    throw tsdbtError(
      'database-open-failed',
      { path, message: (error as Error).message },
      { cause: error },
    );
  }
}

/** Opens for reading only. DuckDB reads what is in the log beside the file too, and leaves it there. */
async function createReader(
  driver: Opened['driver'],
  path: string,
  config: Record<string, string>,
): Promise<DuckDBInstance> {
  try {
    return await create(driver, path, config);
  } catch (error) {
    const holder = lockHolder(error);
    if (holder === undefined) throw error;
    throw tsdbtError('database-locked', { path, holder }, { cause: error });
  }
}

async function createOrRestore(
  driver: Opened['driver'],
  path: string,
  config: Record<string, string>,
): Promise<DuckDBInstance> {
  try {
    const instance = await create(driver, path, config);
    discardJournal(path);
    return instance;
  } catch (error) {
    const holder = lockHolder(error);
    if (holder !== undefined)
      throw tsdbtError('database-locked', { path, holder }, { cause: error });
    if (restoreCheckpoint(path)) {
      const instance = await create(driver, path, config);
      discardJournal(path);
      return instance;
    }
    const message = error instanceof Error ? error.message : String(error);
    throw tsdbtError('database-open-failed', { path, message }, { cause: error });
  }
}

function create(
  driver: Opened['driver'],
  path: string,
  config: Record<string, string>,
): Promise<DuckDBInstance> {
  return driver.DuckDBInstance.create(path, config);
}
