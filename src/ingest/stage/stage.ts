import { stat } from 'node:fs/promises';
import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { PendingFile } from '../files/pending.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import { type FileFacts, unknownKeyRule } from '../read/read-records.ts';
import { reservedColumns } from '../source/landing-columns.ts';
import { hasRescued, type LandingConfig } from '../source/landing-config.ts';
import { isText } from '../values/data-type.ts';
import { valueFunctions } from '../values/functions.ts';
import { defaultFastBytes, type PlainStage, stagePlainCsv } from './stage-csv.ts';
import { stagePlainJsonl } from './stage-jsonl.ts';
import { stageParquet } from './stage-parquet.ts';
import { recordsTable, TextStage, textTable } from './stage-text.ts';
import { valueColumn } from './typed-columns.ts';

/** A file whose records are staged. */
export interface StagedFile {
  readonly id: number;
  readonly file: PendingFile;
  readonly processingDate: string;
  readonly facts: FileFacts;
  /** Physical records in the file, readable or not. */
  readonly records: number;
  /** Its own table when the database read it, undefined when its records are in the text table. */
  readonly plainTable: string | undefined;
  /** The file in the ledger that this one was renamed from. */
  readonly renamedFrom: LedgerFile | undefined;
}

export interface Staging {
  readonly files: readonly StagedFile[];
  /** The view that the model reads as its source. */
  readonly source: string;
  readonly notices: readonly string[];
}

/** Temporary table with the names and dates of the files in the text table. */
export const filesTable = 'tsdbt_landing_files';
/** Temporary view of the staged rows. */
export const sourceView = 'tsdbt_landing_source';

export interface StageRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly landing: LandingConfig;
  readonly files: readonly PendingFile[];
  /** Files of the ledger that are no longer on disk: a new file may be one of them renamed. */
  readonly vanished: readonly LedgerFile[];
  /** CSV files from this size are read by the database when they are plain. */
  readonly fastBytes?: number | undefined;
}

/** Reads files into temporary tables and makes the view that the model reads. */
export async function stageFiles(request: StageRequest): Promise<Staging> {
  const { connection, dialect, landing } = request;
  const text = new TextStage(connection, dialect, landing);
  if (landing.columns.some(({ type }) => !isText(type))) await connection.run(valueFunctions());
  await text.open();
  const unknownKeys = new Map<string, number>();
  const detected = new Map<string, number>();
  const notices: string[] = [];
  const notes = {
    onUnknownKey: (key: string, records = 1) =>
      void unknownKeys.set(key, (unknownKeys.get(key) ?? 0) + records),
    onDetected: (what: string) => void detected.set(what, (detected.get(what) ?? 0) + 1),
    onNotice: (notice: string) => void notices.push(notice),
  };
  const vanished = byContent(request.vanished);
  const files: StagedFile[] = [];
  for (const [id, file] of request.files.entries()) {
    const fastBytes = request.fastBytes ?? defaultFastBytes;
    const plain = await readable(file, async (): Promise<PlainStage | undefined> => {
      if (landing.format === 'parquet') {
        return stageParquet(connection, dialect, landing, file, id, notes.onUnknownKey);
      }
      if (landing.format === 'csv') {
        return stagePlainCsv(connection, dialect, landing, file, id, fastBytes);
      }
      const onUnknownKey = unknownKeyRule(landing, file.path, notes.onUnknownKey);
      const lines = await stagePlainJsonl(
        connection,
        dialect,
        landing,
        file,
        id,
        fastBytes,
        onUnknownKey,
      );
      if (lines !== undefined) await text.addLines(lines.left, id, onUnknownKey);
      return lines;
    });
    const { facts, records } = plain ?? (await readable(file, () => text.add(file, id, notes)));
    await refuseChanged(file, facts);
    if (facts.bytes === 0) notices.push(`${file.path} is empty: 0 bytes.`);
    const renamedFrom = file.known === undefined ? renameOf(file, facts, vanished) : undefined;
    if (renamedFrom !== undefined) notices.push(renamed(file, renamedFrom));
    files.push({
      id,
      file,
      facts,
      records,
      plainTable: plain?.table,
      renamedFrom,
      processingDate:
        file.date ?? (renamedFrom === undefined ? file.processingDate : renamedFrom.processingDate),
    });
  }
  notices.push(...unknownKeyNotices(landing, unknownKeys));
  for (const [what, count] of detected) {
    notices.push(`${count} file${count === 1 ? ' is' : 's are'} ${what}, and read so.`);
  }
  await text.close();
  await createSource(connection, dialect, landing, files);
  return { files, source: dialect.quote(sourceView), notices };
}

function unknownKeyNotices(
  { newColumn, format }: LandingConfig,
  unknownKeys: ReadonlyMap<string, number>,
): readonly string[] {
  const done =
    newColumn === 'rescue'
      ? 'kept in _rescued'
      : newColumn === 'add'
        ? 'added as text'
        : 'left out';
  return [...unknownKeys]
    .sort()
    .map(([key, count]) =>
      format === 'csv' || format === 'parquet'
        ? `The column "${key}" of ${count} file(s) is not declared and was ${done}.`
        : `The key "${key}" of ${count} record(s) is not declared as a column and was ${done}.`,
    );
}

/** Drops everything that {@link stageFiles} made, and other temporary tables. */
export async function dropStaging(
  connection: Connection,
  dialect: SqlDialect,
  staging: Staging | undefined,
  others: readonly string[],
): Promise<void> {
  const { quote } = dialect;
  const tables = [
    textTable,
    recordsTable,
    filesTable,
    ...others,
    ...(staging?.files ?? []).flatMap(({ plainTable }) => plainTable ?? []),
  ];
  await connection.run(
    [
      `drop view if exists ${quote(sourceView)}`,
      ...tables.map((table) => `drop table if exists ${quote(table)}`),
    ].join(';\n'),
  );
}

type ByContent = ReadonlyMap<string, LedgerFile[]>;

function byContent(entries: readonly LedgerFile[]): ByContent {
  const found = new Map<string, LedgerFile[]>();
  for (const entry of entries) found.set(entry.sha256, [...(found.get(entry.sha256) ?? []), entry]);
  return found;
}

/**
 * The file that is gone and that this one is, under a new name; taken out of `vanished`, since only one
 * file can be it. A move keeps the time of the last change: of another date, the same content with
 * another time is a delivery of its own.
 */
function renameOf(
  file: PendingFile,
  facts: FileFacts,
  vanished: ByContent,
): LedgerFile | undefined {
  const entries = facts.bytes === 0 ? [] : (vanished.get(facts.sha256) ?? []);
  const moved = ({ inode, modifiedMicros, processingDate }: LedgerFile) => [
    inode !== null && inode === file.inode && modifiedMicros === file.modifiedMicros,
    modifiedMicros === file.modifiedMicros,
    file.date === null || file.date === processingDate,
  ];
  const [best] = entries
    .map((entry) => ({ entry, rank: moved(entry).indexOf(true) }))
    .filter(({ rank }) => rank !== -1)
    .sort((a, b) => a.rank - b.rank);
  if (best !== undefined) entries.splice(entries.indexOf(best.entry), 1);
  return best?.entry;
}

function renamed(file: PendingFile, from: LedgerFile): string {
  const name = `${file.path} is ${from.file} under a new name`;
  if (file.date === null || file.date === from.processingDate) return `${name}.`;
  const rows = `${from.loaded} row${from.loaded === 1 ? '' : 's'}`;
  return `${name}: its ${rows} moved from ${from.processingDate} to ${file.date}.`;
}

async function readable<T>(file: PendingFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const location = { file: file.path };
    if (error instanceof TsdbtError) throw error.location ? error : error.with({ location });
    const code = (error as NodeJS.ErrnoException).code;
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw tsdbtError(
      'landing-file-unreadable',
      { file: file.path, problem: `can't be read (${code})` },
      { cause: error, location },
    );
  }
}

/** A file that someone still writes must not be loaded in part. */
async function refuseChanged(file: PendingFile, facts: FileFacts): Promise<void> {
  const now = await stat(file.absolutePath, { bigint: true }).catch(() => undefined);
  const same =
    now !== undefined &&
    facts.bytes === file.size &&
    Number(now.size) === file.size &&
    now.mtimeNs / 1000n === file.modifiedMicros;
  if (same) return;
  throw tsdbtError(
    'landing-file-unreadable',
    { file: file.path, problem: 'changed while it was being read' },
    {
      location: { file: file.path },
      hint: 'Nothing of this delivery was loaded. Run again when the file is complete; deliver files by renaming them into the folder.',
    },
  );
}

/** Makes the view that the model reads, of the files that are staged. */
export async function createSource(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  files: readonly StagedFile[],
): Promise<void> {
  const { quote, literal } = dialect;
  const names = [
    ...landing.columns.map(({ name }, index) => `${quote(valueColumn(index))} as ${quote(name)}`),
    ...(hasRescued(landing) ? ['_rescued'] : []),
    ...(await addedColumns(connection, dialect, landing)),
  ];
  await connection.run(
    `create or replace temp table ${quote(filesTable)} (file_id bigint, file varchar, processing_date varchar)`,
  );
  await connection.append(
    filesTable,
    files.map(({ id, file, processingDate }) => [BigInt(id), file.path, processingDate]),
  );
  const parts = files.flatMap(({ file, plainTable, processingDate }) =>
    plainTable === undefined
      ? []
      : [
          `select ${names.join(', ')},
             date ${literal(processingDate)} as processing_date, ${literal(file.path)} as _file,
             rowid + ${firstLine(landing)} as _line, rowid + 1 as _record
           from ${quote(plainTable)}
           where problem is null`,
        ],
  );
  const isRead = files.some(({ plainTable }) => plainTable === undefined);
  if (isRead || landing.format === 'jsonl' || parts.length === 0) {
    parts.push(
      `select ${names.join(', ')},
         cast(f.processing_date as date) as processing_date, f.file as _file,
         ${lineNumber(landing)} as _line, record as _record
       from ${quote(recordsTable)}
       join ${quote(filesTable)} as f using (file_id)
       where problem is null`,
    );
  }
  await connection.run(
    `create or replace temp view ${quote(sourceView)} as\n${parts.join('\nunion all\n')}`,
  );
}

/**
 * With `new_column: add` each field that is not declared is a column of its own, as text. A name that
 * the source has already, in any case of its letters, stays in `_rescued` alone.
 */
async function addedColumns(
  connection: Connection,
  { quote, literal }: SqlDialect,
  { newColumn, columns }: LandingConfig,
): Promise<readonly string[]> {
  if (newColumn !== 'add') return [];
  const { rows } = await connection.query(
    `select distinct unnest(json_keys(_rescued)) as name from ${quote(recordsTable)} order by name`,
  );
  const taken = new Set([...reservedColumns, ...columns.map(({ name }) => name.toLowerCase())]);
  return rows.flatMap(([key]) => {
    const name = String(key);
    const folded = name.toLowerCase();
    if (name.trim() === '' || taken.has(folded)) return [];
    taken.add(folded);
    const structure = literal(JSON.stringify({ [name]: 'VARCHAR' }));
    return `struct_extract(json_transform(_rescued, ${structure}), ${literal(name)}) as ${quote(name)}`;
  });
}

/**
 * The column of the text table that is `_line`: elements of a JSON array may share a physical line,
 * and `_file` with `_line` must name one record, so there it is the number of the record.
 */
export function lineNumber({ format }: LandingConfig): 'line' | 'record' {
  return format === 'json' || format === 'parquet' ? 'record' : 'line';
}

/** `_line` of the first record of a file that the database reads. */
export function firstLine({ format, header }: LandingConfig): number {
  return format === 'csv' && header ? 2 : 1;
}
