import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Relation } from '../contracts/relation.ts';
import { oneAtATime } from '../util/one-at-a-time.ts';

/** The schema that holds what must be remembered about data; see the architecture, "State". */
export const stateSchema = '_tsdbt';

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
}

const tables: Readonly<Record<string, string>> = {
  landing_files: `
    node varchar not null,
    source varchar not null,
    file varchar not null,
    processing_date date not null,
    size bigint not null,
    modified_at timestamp not null,
    sha256 varchar not null,
    records bigint not null,
    loaded bigint not null,
    quarantined bigint not null,
    dropped bigint not null,
    batch bigint not null,
    loaded_at timestamp not null,
    relation varchar`,
  batches: `
    batch bigint not null,
    node varchar not null,
    invocation_id varchar not null,
    kind varchar not null,
    started_at timestamp not null,
    relation varchar`,
  resets: `
    node varchar not null,
    batch bigint not null,
    reason varchar not null,
    relation varchar`,
};

/**
 * What the ledger keeps something under: a node, and the relation that it is for a target. Two targets
 * whose schemas are in one database have a ledger each.
 */
export interface LedgerPlace {
  readonly node: string;
  /** `schema.identifier`, in lower case. */
  readonly relation: string;
}

export function ledgerPlace(node: string, { schema, identifier }: Relation): LedgerPlace {
  return { node, relation: `${schema}.${identifier}`.toLowerCase() };
}

function at({ literal }: SqlDialect, { node, relation }: LedgerPlace): string {
  return `node = ${literal(node)} and relation = ${literal(relation)}`;
}

/** The full name of a table of the state schema. */
export function stateTable(dialect: SqlDialect, database: string, identifier: string): string {
  return dialect.relation({ database, schema: stateSchema, identifier });
}

/** Creates the state schema and the tables of the ledger where they are missing. */
export async function ensureStateSchema(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<void> {
  const present = await presentTables(connection, dialect, database);
  const missing = Object.entries(tables).filter(([name]) => !present.has(name));
  if (missing.length === 0) return;
  // Two connections that create the same schema at once are in conflict.
  await oneAtATime(database, async () => {
    await connection.run(dialect.createSchema(database, stateSchema));
    for (const [name, columns] of missing) {
      await connection.run(
        `create table if not exists ${stateTable(dialect, database, name)} (${columns}\n)`,
      );
      // One that was made before targets had a ledger each has all columns but the last.
      await connection.run(
        `alter table ${stateTable(dialect, database, name)} add column if not exists relation varchar`,
      );
    }
  });
}

/** What was kept under the node alone becomes that of the first target that asks for it. */
export async function adoptLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  { node, relation }: LedgerPlace,
): Promise<void> {
  if (!(await presentTables(connection, dialect, database)).has('landing_files')) return;
  const mine = `node = ${dialect.literal(node)} and relation is null`;
  const files = stateTable(dialect, database, 'landing_files');
  const { rows } = await connection.query(`select 1 from ${files} where ${mine} limit 1`);
  if (rows.length === 0) return;
  await connection.transaction(async () => {
    for (const name of Object.keys(tables))
      await connection.run(
        `update ${stateTable(dialect, database, name)} set relation = ${dialect.literal(relation)} where ${mine}`,
      );
  });
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
  const { rows } = await connection.query(
    `select file, processing_date, size, epoch_us(modified_at), sha256, records, loaded,
       quarantined, dropped, batch, epoch_us(loaded_at)
     from ${stateTable(dialect, database, 'landing_files')}
     where ${at(dialect, place)}
     order by file`,
  );
  return new Map(
    rows.map((row) => {
      const file = String(row[0]);
      return [
        file,
        {
          file,
          processingDate: String(row[1]),
          size: Number(row[2]),
          modifiedMicros: BigInt(String(row[3])),
          sha256: String(row[4]),
          records: Number(row[5]),
          loaded: Number(row[6]),
          quarantined: Number(row[7]),
          dropped: Number(row[8]),
          batch: Number(row[9]),
          loadedMicros: BigInt(String(row[10])),
        },
      ];
    }),
  );
}

/** Replaces the ledger's rows of these files; part of the open transaction. */
export async function writeLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace & { readonly source: string },
  files: readonly LedgerFile[],
): Promise<void> {
  if (files.length === 0) return;
  const { literal } = dialect;
  const values = files.map(
    (f) =>
      `(${literal(place.node)}, ${literal(place.source)}, ${literal(f.file)}, date ${literal(f.processingDate)}, ` +
      `${f.size}, make_timestamp(${f.modifiedMicros}), ${literal(f.sha256)}, ${f.records}, ${f.loaded}, ` +
      `${f.quarantined}, ${f.dropped}, ${f.batch}, make_timestamp(${f.loadedMicros}), ${literal(place.relation)})`,
  );
  await forgetFiles(
    connection,
    dialect,
    database,
    place,
    files.map((f) => f.file),
  );
  await connection.run(
    `insert into ${stateTable(dialect, database, 'landing_files')} values\n${values.join(',\n')}`,
  );
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
    `insert into ${table} values (${number}, ${dialect.literal(batch.place.node)}, ` +
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
    `insert into ${stateTable(dialect, database, 'resets')} values ` +
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

/** The tables of the ledger that are there with all of their columns. */
async function presentTables(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await connection.query(
    `select table_name, column_count from duckdb_tables()
     where database_name = ${dialect.literal(database)} and schema_name = ${dialect.literal(stateSchema)}`,
  );
  return new Set(
    rows.flatMap(([name, count]) => {
      const columns = tables[String(name)]?.split(',').length;
      return columns === Number(count) ? [String(name)] : [];
    }),
  );
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
