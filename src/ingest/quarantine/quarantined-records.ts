import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { isTsdbtError } from '../../errors/tsdbt-error.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import { quarantineRelation } from '../load/quarantine.ts';
import type { LandingRecord } from '../read/landing-record.ts';
import { isWholeText, rawRecordReader } from '../read/raw-record.ts';
import type { LandingConfig } from '../source/landing-config.ts';

/** The quarantined records of one file that can be read again from their text. */
export interface QuarantinedFile {
  readonly entry: LedgerFile;
  readonly records: readonly LandingRecord[];
}

export interface QuarantinedRecords {
  readonly files: readonly QuarantinedFile[];
  /** Number of records that can't be read again, by the reason. */
  readonly unreadable: ReadonlyMap<string, number>;
}

/** Reads the quarantined records of a model, or those of some codes, as its source is declared today. */
export async function readQuarantined(
  request: {
    readonly connection: Connection;
    readonly dialect: SqlDialect;
    readonly target: Relation;
    readonly landing: LandingConfig;
  },
  ledger: ReadonlyMap<string, LedgerFile>,
  codes: readonly string[],
): Promise<QuarantinedRecords> {
  const { connection, dialect, target, landing } = request;
  const only = codes.length === 0 ? '' : `where code in (${codes.map(dialect.literal).join(', ')})`;
  const { rows } = await connection.query(
    `select file, line, record, raw from ${dialect.relation(quarantineRelation(target))} ${only}
     order by file, record`,
  );
  const byFile = new Map<string, LandingRecord[]>();
  const unreadable = new Map<string, number>();
  const skip = (reason: string) => void unreadable.set(reason, (unreadable.get(reason) ?? 0) + 1);
  const readers = new Map<string, ReturnType<typeof readerOf>>();
  for (const [file, line, record, raw] of rows) {
    const path = String(file);
    const reader = readers.get(path) ?? readerOf(landing, ledger.get(path));
    readers.set(path, reader);
    if (typeof reader === 'string') skip(reader);
    else if (typeof raw !== 'string' || !isWholeText(raw))
      skip('only a part of their text is kept, or it was no text');
    else {
      const list = byFile.get(path) ?? [];
      byFile.set(path, list);
      list.push({ ...reader(raw), raw, line: Number(line), record: Number(record) });
    }
  }
  const files = [...byFile].map(([path, records]) => ({ entry: ledger.get(path)!, records }));
  return { files, unreadable };
}

/** How the records of a file are read, or why they can't be. */
function readerOf(
  landing: LandingConfig,
  entry: LedgerFile | undefined,
): ReturnType<typeof rawRecordReader> | string {
  if (entry === undefined) return 'the ledger does not know their file';
  if (landing.format === 'parquet') return 'records of Parquet files have no text';
  const needsHeader = landing.format === 'csv' && landing.header;
  if (needsHeader && entry.header === null)
    return 'the header of their file was not noted when it was loaded; load its date again';
  try {
    const header = needsHeader ? (JSON.parse(entry.header!) as readonly string[]) : null;
    return rawRecordReader(landing, header, entry.file);
  } catch (error) {
    if (isTsdbtError(error)) return error.message;
    throw error;
  }
}
