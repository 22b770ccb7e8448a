import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { oneAtATime } from '../../util/one-at-a-time.ts';

/** The schema that holds what must be remembered about data; see the architecture, "State". */
export const stateSchema = '_tsdbt';

/** Columns of each table with their types; those without `not null` came in later versions. */
export const tables = {
  landing_files: {
    node: 'varchar not null',
    source: 'varchar not null',
    file: 'varchar not null',
    processing_date: 'date not null',
    size: 'bigint not null',
    modified_at: 'timestamp not null',
    sha256: 'varchar not null',
    records: 'bigint not null',
    loaded: 'bigint not null',
    quarantined: 'bigint not null',
    dropped: 'bigint not null',
    batch: 'bigint not null',
    loaded_at: 'timestamp not null',
    relation: 'varchar',
    changed_at: 'timestamp',
    inode: 'ubigint',
    verified_at: 'timestamp',
    missing_since: 'timestamp',
    watermark: 'timestamp',
    header: 'varchar',
    rules: 'varchar',
  },
  batches: {
    batch: 'bigint not null',
    node: 'varchar not null',
    invocation_id: 'varchar not null',
    kind: 'varchar not null',
    started_at: 'timestamp not null',
    relation: 'varchar',
  },
  resets: {
    node: 'varchar not null',
    batch: 'bigint not null',
    reason: 'varchar not null',
    relation: 'varchar',
  },
  watermarks: {
    node: 'varchar not null',
    relation: 'varchar not null',
    event_time: 'timestamp not null',
  },
} as const;

const columnsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = tables;

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

/** The condition that picks the rows of a place. */
export function at({ literal }: SqlDialect, { node, relation }: LedgerPlace): string {
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
  const present = await presentColumns(connection, dialect, database);
  const isWhole = (name: string) => missingColumns(name, present.get(name)).length === 0;
  if (Object.keys(tables).every((name) => present.has(name) && isWhole(name))) return;
  // Two connections that create the same schema at once are in conflict.
  await oneAtATime(database, async () => {
    await connection.run(dialect.createSchema(database, stateSchema));
    for (const [name, columns] of Object.entries(tables)) {
      if (present.has(name)) continue;
      const list = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
      await connection.run(
        `create table if not exists ${stateTable(dialect, database, name)} (\n  ${list.join(',\n  ')}\n)`,
      );
    }
    await addColumns(connection, dialect, database, present);
  });
}

/**
 * Makes the ledger that is there one of this version: columns that came later are added, and what was
 * kept under the node alone becomes that of the first target that asks for it. Creates no table.
 */
export async function upgradeLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
): Promise<void> {
  const present = await presentColumns(connection, dialect, database);
  if (!present.has('landing_files')) return;
  const isOld = [...present].some(([name, columns]) => missingColumns(name, columns).length > 0);
  if (isOld) await oneAtATime(database, () => addColumns(connection, dialect, database, present));
  await adoptLedger(connection, dialect, database, place);
}

async function addColumns(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  present: PresentColumns,
): Promise<void> {
  await connection.transaction(async () => {
    for (const [name, columns] of present) {
      for (const column of missingColumns(name, columns)) {
        const type = columnsOf[name]![column]!.replace(' not null', '');
        await connection.run(
          `alter table ${stateTable(dialect, database, name)} add column if not exists ${column} ${type}`,
        );
      }
    }
  });
}

function missingColumns(table: string, present: ReadonlySet<string> | undefined): string[] {
  return Object.keys(columnsOf[table] ?? {}).filter((column) => present?.has(column) !== true);
}

/** What was kept under the node alone becomes that of the first target that asks for it. */
async function adoptLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  { node, relation }: LedgerPlace,
): Promise<void> {
  const mine = `node = ${dialect.literal(node)} and relation is null`;
  const files = stateTable(dialect, database, 'landing_files');
  const { rows } = await connection.query(`select 1 from ${files} where ${mine} limit 1`);
  if (rows.length === 0) return;
  await connection.transaction(async () => {
    for (const name of ['landing_files', 'batches', 'resets'])
      await connection.run(
        `update ${stateTable(dialect, database, name)} set relation = ${dialect.literal(relation)} where ${mine}`,
      );
  });
}

type PresentColumns = ReadonlyMap<string, ReadonlySet<string>>;

/** The tables of the ledger that are there, with the names of their columns. */
async function presentColumns(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<PresentColumns> {
  const { rows } = await connection.query(
    `select table_name, column_name from duckdb_columns()
     where database_name = ${dialect.literal(database)} and schema_name = ${dialect.literal(stateSchema)}`,
  );
  const found = new Map<string, Set<string>>();
  for (const [table, column] of rows) {
    if (columnsOf[String(table)] === undefined) continue;
    const columns = found.get(String(table)) ?? new Set<string>();
    found.set(String(table), columns.add(String(column)));
  }
  return found;
}

/** The tables of the ledger that are there with all of their columns. */
export async function presentTables(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<ReadonlySet<string>> {
  const present = await presentColumns(connection, dialect, database);
  return new Set(
    [...present].flatMap(([name, columns]) =>
      missingColumns(name, columns).length === 0 ? [name] : [],
    ),
  );
}
