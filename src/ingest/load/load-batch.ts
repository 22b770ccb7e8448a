import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column, Relation } from '../../contracts/relation.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { oneAtATime } from '../../util/one-at-a-time.ts';
import { type BadFile, BadFiles } from '../files/bad-files.ts';
import type { LoadKind } from '../files/pending.ts';
import {
  beginBatch,
  forgetFiles,
  type LedgerFile,
  noteReset,
  toMicros,
  writeLedger,
} from '../ledger/ledger.ts';
import { ledgerPlace } from '../ledger/state-tables.ts';
import { type FileWatermarks, writeWatermark } from '../rules/late-rows.ts';
import { survivors, type TakenOut } from '../rules/row-rules.ts';
import type { StagedFile } from '../stage/stage.ts';
import { prepareTarget, type TargetState } from './prepare-target.ts';
import { gatheredTable, quarantineRelation } from './quarantine.ts';
import { replaceOld } from './replace-rows.ts';

/** A batch that is staged and checked: what remains is one transaction. */
export interface StagedBatch {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly target: Relation;
  readonly sourceName: string;
  readonly kind: LoadKind;
  /** Fingerprint of the rules that the rows are made by. */
  readonly rules?: string | undefined;
  readonly uniqueKey: readonly string[];
  readonly invocationId: string;
  readonly now: () => Date;
  /** Looks at the table before the commit; what it throws takes the batch back. */
  readonly beforeCommit: ((batch: number) => Promise<void>) | undefined;
  /** The model's compiled SQL over the staged source. */
  readonly model: string;
  readonly columns: readonly Column[];
  /** Whether files bring text columns of their own, which others may lack. */
  readonly addsColumns: boolean;
  readonly files: readonly StagedFile[];
  /** Records of each file, readable or not. */
  readonly records: ReadonlyMap<string, number>;
  readonly taken: TakenOut;
  readonly dropped: ReadonlyMap<string, number>;
  /** Files that are gone and whose rows go with this batch. */
  readonly removed: readonly LedgerFile[];
  readonly ledger: ReadonlyMap<string, LedgerFile>;
  /** Headers of files with quarantined records, as JSON lists. */
  readonly headers: ReadonlyMap<string, string>;
  /** The watermark in force for each file. */
  readonly watermarks: FileWatermarks;
  /** The watermark after this batch; null where there is none. */
  readonly watermark: bigint | null;
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
  /** What the ledger says now of the files of this batch. */
  readonly entries: readonly LedgerFile[];
  /** Files that the ledger no longer knows. */
  readonly forgotten: readonly string[];
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
  const isRebuilt = batch.kind === 'full-refresh';
  const state = await prepareTarget({ ...batch, isRebuilt }, notices);
  await insertRows(batch, number, state);
  const quarantine = dialect.relation(quarantineRelation(target));
  await connection.run(`
    insert into ${quarantine}
    select code, reason, file, line, record, raw, processing_date, ${number}
    from ${dialect.quote(gatheredTable)}
    order by file, record`);

  const accounts = await account(batch, number);
  const forgotten = [
    ...batch.files.flatMap(({ renamedFrom }) => renamedFrom?.file ?? []),
    ...batch.removed.map(({ file }) => file),
  ];
  const old = batch.files.flatMap(({ file }) => (file.known === undefined ? [] : [file.path]));
  const replaced =
    state === 'kept'
      ? await replaceOld(batch, number, [...old, ...forgotten])
      : { rows: 0, lost: 0 };
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
  const entries = await updateLedger(batch, accounts, forgotten, number, loadedMicros);
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
    entries,
    forgotten,
  };
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
  const bad: BadFile[] = [];
  const accounts = batch.files.map((staged) => {
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
      const details = { nodeId: batch.nodeId, location: { file } };
      const params = { node: batch.nodeName, file, ...counts };
      bad.push({ file, error: tsdbtError('records-unaccounted', params, details) });
    }
    return entry;
  });
  if (bad.length > 0) throw new BadFiles(bad);
  return accounts;
}

/** Notes the files of the batch in the ledger; gives their entries. */
async function updateLedger(
  batch: StagedBatch,
  accounts: readonly Account[],
  forgotten: readonly string[],
  number: number,
  loadedMicros: bigint,
): Promise<readonly LedgerFile[]> {
  const { connection, dialect, target } = batch;
  const { database } = target;
  const place = ledgerPlace(batch.nodeId, target);
  await forgetFiles(connection, dialect, database, place, forgotten);
  const entries = accounts.map(({ staged, records, loaded, quarantined, dropped }) => ({
    file: staged.file.path,
    processingDate: staged.processingDate,
    size: staged.file.size,
    modifiedMicros: staged.file.modifiedMicros,
    sha256: staged.facts.sha256,
    records,
    loaded,
    quarantined,
    dropped,
    batch: number,
    loadedMicros,
    changedMicros: staged.file.changedMicros,
    inode: staged.file.inode,
    verifiedMicros: null,
    missingMicros: null,
    watermarkMicros: batch.watermarks.get(staged.file.path) ?? null,
    header: batch.headers.get(staged.file.path) ?? null,
    rules: batch.rules ?? null,
  }));
  await writeLedger(connection, dialect, database, { ...place, source: batch.sourceName }, entries);
  if (batch.watermark !== null)
    await writeWatermark(connection, dialect, database, place, batch.watermark);
  return entries;
}
