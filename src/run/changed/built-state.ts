import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { stateSchema } from '../node-state.ts';

/** What a node was built from, noted in the transaction that built it. */
export interface BuiltState {
  /** Hash of all that decides how it is built: SQL, configuration, tool and engine. */
  readonly fingerprint: string;
  /** Version of each input's data when it was built. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names this content; another build has another. */
  readonly version: string;
  /** What makes the query give other rows each time; null when nothing does. */
  readonly changing: string | null;
}

const identifier = 'node_versions';

function table(dialect: SqlDialect, database: string): string {
  return dialect.relation({ database, schema: stateSchema, identifier });
}

export async function ensureBuiltState(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<void> {
  await connection.run(
    `create table if not exists ${table(dialect, database)} (node varchar not null, fingerprint varchar not null, inputs varchar not null, version varchar not null, changing varchar)`,
  );
}

/** The relation that holds the states, to look whether it is there. */
export function builtStateRelation(database: string) {
  return { database, schema: stateSchema, identifier };
}

export async function readBuiltStates(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<ReadonlyMap<string, BuiltState>> {
  const { rows } = await connection.query(
    `select node, fingerprint, inputs, version, changing from ${table(dialect, database)}`,
  );
  return new Map(
    rows.map(([node, fingerprint, inputs, version, changing]) => [
      String(node),
      {
        fingerprint: String(fingerprint),
        inputs: JSON.parse(String(inputs)) as Record<string, string>,
        version: String(version),
        changing: changing === null || changing === undefined ? null : String(changing),
      },
    ]),
  );
}

/** Statements that note a state; they belong into the transaction of the data it speaks of. */
export function writeBuiltStateSql(
  dialect: SqlDialect,
  database: string,
  id: string,
  state: BuiltState,
): readonly string[] {
  const texts = [id, state.fingerprint, JSON.stringify(state.inputs), state.version];
  const values = texts.map((text) => dialect.literal(text));
  values.push(state.changing === null ? 'null' : dialect.literal(state.changing));
  return [
    forgetBuiltStatesSql(dialect, database, [id]),
    `insert into ${table(dialect, database)} values (${values.join(', ')})`,
  ];
}

/** A statement after which the nodes count as changed. */
export function forgetBuiltStatesSql(
  dialect: SqlDialect,
  database: string,
  ids: readonly string[],
): string {
  const list = ids.map((id) => dialect.literal(id)).join(', ');
  return `delete from ${table(dialect, database)} where node in (${list})`;
}
