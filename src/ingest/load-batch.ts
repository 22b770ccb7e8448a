import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Column, Relation } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { oneAtATime } from '../util/one-at-a-time.ts';
import type { LandingConfig } from './landing-config.ts';
import {
  beginBatch,
  forgetFiles,
  type LedgerFile,
  ledgerPlace,
  noteReset,
  relationKind,
  toMicros,
  writeLedger,
} from './ledger.ts';
import type { LandingFile } from './list-files.ts';
import { modelInvalid } from './model-check.ts';
import type { LoadKind } from './pending.ts';
import { createQuarantine, gatheredTable, quarantineRelation } from './quarantine.ts';
import { survivors, type TakenOut } from './row-rules.ts';
import type { StagedFile } from './stage.ts';

/** A batch that is staged and checked: what remains is one transaction. */
export interface StagedBatch {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly target: Relation;
  readonly sourceName: string;
  readonly landing: LandingConfig;
  readonly kind: LoadKind;
  readonly processDate: string | undefined;
  readonly uniqueKey: readonly string[];
  readonly invocationId: string;
  readonly now: () => Date;
  /** Looks at the table before the commit; what it throws takes the batch back. */
  readonly beforeCommit: ((batch: number) => Promise<void>) | undefined;
  /** The model's compiled SQL over the staged source. */
  readonly model: string;
  readonly columns: readonly Column[];
  readonly files: readonly StagedFile[];
  /** Records of each file, readable or not. */
  readonly records: ReadonlyMap<string, number>;
  readonly taken: TakenOut;
  readonly dropped: ReadonlyMap<string, number>;
  readonly touched: readonly LandingFile[];
  readonly ledger: ReadonlyMap<string, LedgerFile>;
}

export interface LoadedBatch {
  readonly batch: number;
  readonly files: number;
  readonly records: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
  /** Rows of earlier loads that this one took away. */
  readonly replaced: number;
  readonly reset: boolean;
  readonly notices: readonly string[];
}

/**
 * Writes a staged batch: rows, quarantine, ledger, batch number and reset mark commit together or
 * not at all. Accounts for every record of every file before the commit. Batch numbers are taken
 * inside the transaction, and two at once would take the same one: so one at a time.
 */
export async function loadBatch(batch: StagedBatch): Promise<LoadedBatch> {
  return oneAtATime(batch.target.database, () =>
    batch.connection.transaction(async () => {
      const loaded = await writeBatch(batch);
      await batch.beforeCommit?.(loaded.batch);
      return loaded;
    }),
  );
}

async function writeBatch(batch: StagedBatch): Promise<LoadedBatch> {
  const { connection, dialect, target, files } = batch;
  const startedAt = batch.now();
  const number = await beginBatch(connection, dialect, target.database, {
    place: ledgerPlace(batch.nodeId, target),
    invocationId: batch.invocationId,
    kind: batch.kind,
    at: startedAt,
  });
  const notices: string[] = [];
  const state = await prepareTarget(batch, notices);
  await insertRows(batch, number, state);
  const quarantine = dialect.relation(quarantineRelation(target));
  await connection.run(`
    insert into ${quarantine}
    select code, reason, file, line, record, raw, processing_date, ${number}
    from ${dialect.quote(gatheredTable)}
    order by file, record`);

  const accounts = await account(batch, number);
  const replaced = state === 'kept' ? await replaceOld(batch, number) : { rows: 0, lost: 0 };
  const reset = replaced.lost > 0 || state === 'rebuilt';
  if (reset) {
    await noteReset(connection, dialect, target.database, {
      place: ledgerPlace(batch.nodeId, target),
      batch: number,
      reason:
        batch.kind === 'full-refresh'
          ? 'full refresh'
          : `${replaced.lost} row(s) have no successor`,
    });
  }
  const loadedMicros = toMicros(startedAt);
  await updateLedger(batch, accounts, number, loadedMicros);
  const total = (value: (entry: Account) => number) =>
    accounts.reduce((sum, entry) => sum + value(entry), 0);
  return {
    batch: number,
    files: files.length,
    records: total((entry) => entry.records),
    loaded: total((entry) => entry.loaded),
    quarantined: total((entry) => entry.quarantined),
    dropped: total((entry) => entry.dropped),
    replaced: replaced.rows,
    reset,
    notices,
  };
}

/** The target as the insert finds it: with its rows, not there yet, or gone to be built anew. */
type TargetState = 'kept' | 'new' | 'rebuilt';

/** Makes target and quarantine ready for the rows. */
async function prepareTarget(batch: StagedBatch, notices: string[]): Promise<TargetState> {
  const { connection, dialect, target } = batch;
  const quarantine = quarantineRelation(target);
  const kind = await relationKind(connection, dialect, target);
  let state: TargetState = 'kept';
  if (kind !== 'table' || batch.kind === 'full-refresh') {
    if (kind !== undefined) await connection.run(dialect.drop(target, kind));
    const other = await relationKind(connection, dialect, quarantine);
    if (other !== undefined) await connection.run(dialect.drop(quarantine, other));
    const forgotten = await forgetFiles(
      connection,
      dialect,
      target.database,
      ledgerPlace(batch.nodeId, target),
    );
    state = kind === 'table' || forgotten > 0 ? 'rebuilt' : 'new';
  } else {
    await refuseForeignTable(batch);
    await alignColumns(batch, notices);
  }
  await connection.run(createQuarantine(dialect, quarantine));
  return state;
}

/** A table with rows that the ledger knows nothing of: loading into it would double them. */
async function refuseForeignTable(batch: StagedBatch): Promise<void> {
  if (batch.ledger.size > 0) return;
  const table = batch.dialect.relation(batch.target);
  const { rows } = await batch.connection.query(`select 1 from ${table} limit 1`);
  if (rows.length === 0) return;
  throw modelInvalid(
    batch,
    `would load into ${table}, which has rows that no landing file is known for`,
    'Run with --full-refresh to build it from the landing files.',
  );
}

async function alignColumns(batch: StagedBatch, notices: string[]): Promise<void> {
  const { connection, dialect, columns } = batch;
  const table = dialect.relation(batch.target);
  const existing = await connection.describe(`select * from ${table}`);
  const find = (list: readonly Column[], name: string) =>
    list.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const added = columns.filter(({ name }) => find(existing, name) === undefined);
  const removed = existing.filter(
    ({ name }) => name !== '_batch' && find(columns, name) === undefined,
  );
  const retyped = columns.filter(({ name, type }) => {
    const old = find(existing, name);
    return old !== undefined && old.type !== type;
  });
  if (removed.length > 0 || retyped.length > 0 || find(existing, '_batch') === undefined) {
    const changes = [
      ...removed.map(({ name }) => `${name} is gone`),
      ...retyped.map(
        ({ name, type }) => `${name} was ${find(existing, name)!.type} and is ${type}`,
      ),
    ];
    throw modelInvalid(
      batch,
      `no longer gives the columns of its table: ${changes.join(', ') || 'the table has no _batch'}`,
      'Run with --full-refresh to build the table anew from the landing files.',
    );
  }
  for (const { name, type } of added) {
    await connection.run(`alter table ${table} add column ${dialect.quote(name)} ${type}`);
    notices.push(`Column ${name} was added; it is NULL in the rows loaded before.`);
  }
}

async function insertRows(batch: StagedBatch, number: number, state: TargetState): Promise<void> {
  const { connection, dialect, target, model, taken } = batch;
  const rows = survivors({ model, dialect, oneFile: batch.files.length === 1 }, taken);
  const names = batch.columns.map(({ name }) => dialect.quote(name)).join(', ');
  const select = `select ${names}, cast(${number} as bigint) as _batch\n${rows}`;
  await connection.run(
    state === 'kept'
      ? `insert into ${dialect.relation(target)} (${names}, _batch)\n${select}`
      : dialect.createTableAs(target, select, {}),
  );
}

interface Account {
  readonly staged: StagedFile;
  readonly records: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
}

/** Counts what was really written for each file and compares it with the records in the file. */
async function account(batch: StagedBatch, number: number): Promise<readonly Account[]> {
  const { connection, dialect, target } = batch;
  const count = async (sql: string) => {
    const { rows } = await connection.query(sql);
    return new Map(rows.map(([file, n]) => [String(file), Number(n)]));
  };
  const loaded = await count(
    `select _file, count(*) from ${dialect.relation(target)} where _batch = ${number} group by _file`,
  );
  const quarantined = await count(
    `select file, count(*) from ${dialect.relation(quarantineRelation(target))} where batch = ${number} group by file`,
  );
  return batch.files.map((staged) => {
    const file = staged.file.path;
    const entry = {
      staged,
      records: batch.records.get(file) ?? 0,
      loaded: loaded.get(file) ?? 0,
      quarantined: quarantined.get(file) ?? 0,
      dropped: batch.dropped.get(file) ?? 0,
    };
    if (entry.loaded + entry.quarantined + entry.dropped !== entry.records) {
      const { staged: _, ...counts } = entry;
      throw tsdbtError(
        'records-unaccounted',
        { node: batch.nodeName, file, ...counts },
        { nodeId: batch.nodeId },
      );
    }
    return entry;
  });
}

/** Takes away the rows of earlier loads that this batch replaces; counts those without successor. */
async function replaceOld(
  batch: StagedBatch,
  number: number,
): Promise<{ readonly rows: number; readonly lost: number }> {
  const { connection, dialect, target } = batch;
  const table = dialect.relation(target);
  const known = batch.files.flatMap(({ file, renamedFrom }) => [
    ...(file.known === undefined ? [] : [file.path]),
    ...(renamedFrom === undefined ? [] : [renamedFrom.file]),
  ]);
  if (batch.processDate === undefined && known.length === 0) return { rows: 0, lost: 0 };
  const replaced = (fileColumn: string) => {
    const parts: string[] = [];
    if (batch.processDate !== undefined) {
      parts.push(`processing_date = date ${dialect.literal(batch.processDate)}`);
    }
    if (known.length > 0) parts.push(`${fileColumn} in (${known.map(dialect.literal).join(', ')})`);
    return `(${parts.join(' or ')})`;
  };
  const own = new Set(['processing_date', '_file', '_line', '_record']);
  const identity = (
    batch.uniqueKey.length > 0
      ? batch.uniqueKey
      : batch.columns.map(({ name }) => name).filter((name) => !own.has(name.toLowerCase()))
  )
    .map(dialect.quote)
    .join(', ');
  const lost = await connection.query(`
    select count(*)
    from (
      select ${identity} from ${table} where ${replaced('_file')} and _batch < ${number}
      except
      select ${identity} from ${table} where _batch = ${number}
    )`);
  const deleted = await connection.run(
    `delete from ${table} where ${replaced('_file')} and _batch < ${number}`,
  );
  await connection.run(
    `delete from ${dialect.relation(quarantineRelation(target))}
     where ${replaced('file')} and batch < ${number}`,
  );
  return { rows: deleted.rowsAffected ?? 0, lost: Number(lost.rows[0]?.[0]) };
}

async function updateLedger(
  batch: StagedBatch,
  accounts: readonly Account[],
  number: number,
  loadedMicros: bigint,
): Promise<void> {
  const { connection, dialect, target } = batch;
  const { database } = target;
  const place = ledgerPlace(batch.nodeId, target);
  const current = new Set(batch.files.map(({ file }) => file.path));
  const gone = [...batch.ledger.values()].filter(
    ({ file, processingDate }) =>
      (batch.processDate === processingDate && !current.has(file)) ||
      batch.files.some(({ renamedFrom }) => renamedFrom?.file === file),
  );
  await forgetFiles(
    connection,
    dialect,
    database,
    place,
    gone.map(({ file }) => file),
  );
  const touched = batch.touched.flatMap((file) => {
    const entry = batch.ledger.get(file.path);
    if (entry === undefined || current.has(file.path)) return [];
    return [{ ...entry, modifiedMicros: file.modifiedMicros }];
  });
  const loaded = accounts.map(({ staged, records, loaded: rows, quarantined, dropped }) => ({
    file: staged.file.path,
    processingDate: staged.processingDate,
    size: staged.file.size,
    modifiedMicros: staged.file.modifiedMicros,
    sha256: staged.facts.sha256,
    records,
    loaded: rows,
    quarantined,
    dropped,
    batch: number,
    loadedMicros,
  }));
  const entered = { ...place, source: batch.sourceName };
  await writeLedger(connection, dialect, database, entered, [...loaded, ...touched]);
}
