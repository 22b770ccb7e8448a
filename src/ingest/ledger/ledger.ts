import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { at, type LedgerPlace, presentTables, stateTable, tables } from './state-tables.ts';

/** What the ledger knows of a file: one current row a node and file. */
export interface LedgerFile {
  readonly file: string;
  readonly processingDate: string;
  readonly size: number;
  readonly modifiedMicros: bigint;
  readonly sha256: string;
  readonly records: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
  readonly batch: number;
  readonly loadedMicros: bigint;
  /** Last change of the file's entry on disk (ctime); null where an older version loaded it. */
  readonly changedMicros: bigint | null;
  readonly inode: bigint | null;
  /** When the content was last found to be that of `sha256`; null: when it was loaded. */
  readonly verifiedMicros: bigint | null;
  /** When it was first noticed that the file is gone; null while it is there. */
  readonly missingMicros: bigint | null;
  /** The newest event time that was loaded before the file was: what is older is late. */
  readonly watermarkMicros: bigint | null;
  /** The header of a CSV file with quarantined records, as a JSON list: they can be read again by it. */
  readonly header: string | null;
  /** Fingerprint of the model and source that it was loaded with; null where an older version loaded it. */
  readonly rules: string | null;
}

/** The files that a node's table was loaded from; empty when there is no ledger yet. */
export async function readLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
): Promise<ReadonlyMap<string, LedgerFile>> {
  const present = await presentTables(connection, dialect, database);
  if (!present.has('landing_files')) return new Map();
  // One text for each row: reading a value costs more than splitting one.
  const { rows } = await connection.query(
    `select concat_ws(' ', processing_date, size, epoch_us(modified_at), sha256, records, loaded,
       quarantined, dropped, batch, epoch_us(loaded_at), coalesce(epoch_us(changed_at), -1),
       coalesce(inode::varchar, '-1'), coalesce(epoch_us(verified_at), -1),
       coalesce(epoch_us(missing_since), -1),
       coalesce(epoch_us(watermark)::varchar, 'none'),
       coalesce(to_base64(encode(header)), '-'), coalesce(rules, '-'), file)
     from ${stateTable(dialect, database, 'landing_files')}
     where ${at(dialect, place)}
     order by file`,
  );
  return new Map(
    rows.map(([row]) => {
      const entry = entryOf(String(row));
      return [entry.file, entry];
    }),
  );
}

/** Reads a row of the ledger, whose last part is the path, which may have blanks. */
function entryOf(text: string): LedgerFile {
  const parts = text.split(' ');
  return {
    file: parts.length === 18 ? parts[17]! : parts.slice(17).join(' '),
    processingDate: parts[0]!,
    size: Number(parts[1]),
    modifiedMicros: BigInt(parts[2]!),
    sha256: parts[3]!,
    records: Number(parts[4]),
    loaded: Number(parts[5]),
    quarantined: Number(parts[6]),
    dropped: Number(parts[7]),
    batch: Number(parts[8]),
    loadedMicros: BigInt(parts[9]!),
    changedMicros: bigintOf(parts[10]!),
    inode: bigintOf(parts[11]!),
    verifiedMicros: bigintOf(parts[12]!),
    missingMicros: bigintOf(parts[13]!),
    watermarkMicros: parts[14] === 'none' ? null : BigInt(parts[14]!),
    header: parts[15] === '-' ? null : Buffer.from(parts[15]!, 'base64').toString('utf8'),
    rules: parts[16] === '-' ? null : parts[16]!,
  };
}

function bigintOf(text: string): bigint | null {
  return text === '-1' ? null : BigInt(text);
}

/** Rows of one INSERT; a longer list of values takes the parser more than its share of time. */
const rowsAtOnce = 1000;

/** Replaces the ledger's rows of these files; part of the open transaction. */
export async function writeLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace & { readonly source: string },
  files: readonly LedgerFile[],
): Promise<void> {
  const { literal } = dialect;
  const time = (micros: bigint | null) => (micros === null ? 'null' : `make_timestamp(${micros})`);
  const columns = Object.keys(tables.landing_files).join(', ');
  for (let from = 0; from < files.length; from += rowsAtOnce) {
    const part = files.slice(from, from + rowsAtOnce);
    const values = part.map(
      (f) =>
        `(${literal(place.node)}, ${literal(place.source)}, ${literal(f.file)}, date ${literal(f.processingDate)}, ` +
        `${f.size}, ${time(f.modifiedMicros)}, ${literal(f.sha256)}, ${f.records}, ${f.loaded}, ` +
        `${f.quarantined}, ${f.dropped}, ${f.batch}, ${time(f.loadedMicros)}, ${literal(place.relation)}, ` +
        `${time(f.changedMicros)}, ${f.inode ?? 'null'}, ${time(f.verifiedMicros)}, ${time(f.missingMicros)}, ${time(f.watermarkMicros)}, ${f.header === null ? 'null' : literal(f.header)}, ${f.rules === null ? 'null' : literal(f.rules)})`,
    );
    const names = part.map((f) => f.file);
    await forgetFiles(connection, dialect, database, place, names);
    await connection.run(
      `insert into ${stateTable(dialect, database, 'landing_files')} (${columns}) values\n${values.join(',\n')}`,
    );
  }
}

/** Removes files from a node's ledger; all of them when none is named. Gives their number. */
export async function forgetFiles(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
  files?: readonly string[],
): Promise<number> {
  if (files?.length === 0) return 0;
  const named =
    files === undefined ? '' : ` and file in (${files.map(dialect.literal).join(', ')})`;
  const { rowsAffected } = await connection.run(
    `delete from ${stateTable(dialect, database, 'landing_files')}
     where ${at(dialect, place)}${named}`,
  );
  return rowsAffected ?? 0;
}

/** Notes the next batch number; numbers grow over all nodes. Part of the open transaction. */
export async function beginBatch(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  batch: {
    readonly place: LedgerPlace;
    readonly invocationId: string;
    readonly kind: string;
    readonly at: Date;
  },
): Promise<number> {
  const table = stateTable(dialect, database, 'batches');
  const { rows } = await connection.query(`select coalesce(max(batch), 0) + 1 from ${table}`);
  const number = Number(rows[0]?.[0]);
  await connection.run(
    `insert into ${table} (batch, node, invocation_id, kind, started_at, relation) values (${number}, ${dialect.literal(batch.place.node)}, ` +
      `${dialect.literal(batch.invocationId)}, ${dialect.literal(batch.kind)}, ` +
      `make_timestamp(${toMicros(batch.at)}), ${dialect.literal(batch.place.relation)})`,
  );
  return number;
}

/** Notes that rows of a node went away, so that what was built on them must be rebuilt in full. */
export async function noteReset(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  reset: { readonly place: LedgerPlace; readonly batch: number; readonly reason: string },
): Promise<void> {
  await connection.run(
    `insert into ${stateTable(dialect, database, 'resets')} (node, batch, reason, relation) values ` +
      `(${dialect.literal(reset.place.node)}, ${reset.batch}, ${dialect.literal(reset.reason)}, ${dialect.literal(reset.place.relation)})`,
  );
}

/** The newest batch of a node; undefined when nothing was ever loaded into it. */
export async function latestBatch(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
): Promise<string | undefined> {
  if (!(await presentTables(connection, dialect, database)).has('batches')) return undefined;
  const { rows } = await connection.query(
    `select max(batch)::varchar from ${stateTable(dialect, database, 'batches')} where ${at(dialect, place)}`,
  );
  const [batch] = rows[0] ?? [];
  return batch === null || batch === undefined ? undefined : String(batch);
}

/**
 * The batch of the last load that took rows of these nodes away without a replacement. A child that
 * was last built before that batch must be rebuilt in full.
 */
export async function latestReset(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  places: readonly LedgerPlace[],
): Promise<Map<string, number>> {
  if (places.length === 0) return new Map();
  if (!(await presentTables(connection, dialect, database)).has('resets')) return new Map();
  const { rows } = await connection.query(
    `select node, max(batch) from ${stateTable(dialect, database, 'resets')}
     where ${places.map((place) => `(${at(dialect, place)})`).join(' or ')} group by node`,
  );
  return new Map(rows.map(([node, batch]) => [String(node), Number(batch)]));
}

export function toMicros(date: Date): bigint {
  return BigInt(date.getTime()) * 1000n;
}

/** What stands in the database under a relation's name. */
export async function relationKind(
  connection: Connection,
  dialect: SqlDialect,
  relation: Relation,
): Promise<'table' | 'view' | undefined> {
  const { rows } = await connection.query(
    `select table_type from information_schema.tables
     where lower(table_catalog) = lower(${dialect.literal(relation.database)})
       and lower(table_schema) = lower(${dialect.literal(relation.schema)})
       and lower(table_name) = lower(${dialect.literal(relation.identifier)})`,
  );
  const type = rows[0]?.[0];
  if (type === undefined) return undefined;
  return String(type).toUpperCase() === 'VIEW' ? 'view' : 'table';
}
