import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import type { RunContext } from './run-context.ts';

/** Schema of everything tsdbt remembers about data; in the database of the data itself. */
export const stateSchema = '_tsdbt';

/** What state of a node is kept under: each target has its own. */
export function stateIdOf(node: Node): string {
  const { schema, identifier } = relationOf(node);
  return `${node.uniqueId} in ${schema}.${identifier}`.toLowerCase();
}

/** What is remembered of a node: `contents` of a seed, `reset_batch` of an incremental model. */
export type StateKey = 'contents' | 'reset_batch';

function table(dialect: SqlDialect, database: string): string {
  return dialect.relation({ database, schema: stateSchema, identifier: 'node_state' });
}

/** Creates the table of node states; done before the fan-out, like the schemas. */
export async function ensureNodeState(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<void> {
  await connection.run(
    `create table if not exists ${table(dialect, database)} (node varchar not null, key varchar not null, value varchar not null)`,
  );
}

/** Whether anything was ever remembered in the database; asked where nothing may be created. */
export async function stateExists(context: RunContext, database: string): Promise<boolean> {
  if (context.statePrepared !== false) return true;
  const relation = { database, schema: stateSchema, identifier: 'node_state' };
  return (await context.session.relations()).find(relation) !== undefined;
}

/** The remembered value, or undefined. */
export async function readNodeState(
  connection: Connection,
  dialect: SqlDialect,
  node: Node,
  key: StateKey,
): Promise<string | undefined> {
  const { rows } = await connection.query(
    `select value from ${table(dialect, node.database)} where node = ${dialect.literal(stateIdOf(node))} and key = ${dialect.literal(key)}`,
  );
  return rows[0] === undefined ? undefined : String(rows[0][0]);
}

/** Statements that remember a value; they belong into the transaction of the data it speaks of. */
export function writeNodeStateSql(
  dialect: SqlDialect,
  node: Node,
  key: StateKey,
  value: string,
): readonly string[] {
  const [id, name] = [dialect.literal(stateIdOf(node)), dialect.literal(key)];
  const state = table(dialect, node.database);
  return [
    `delete from ${state} where node = ${id} and key = ${name}`,
    `insert into ${state} values (${id}, ${name}, ${dialect.literal(value)})`,
  ];
}
