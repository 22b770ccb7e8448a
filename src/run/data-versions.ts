import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { latestReset } from '../ingest/index.ts';

export interface RebuildNeed {
  /** Why an incremental model must be built whole; undefined when it need not. */
  readonly reason: string | undefined;
  /** Statements that note what the model was built on; part of its transaction. */
  readonly stateSql: readonly string[];
}

/**
 * Whether rows that an incremental model was built on have gone away since. A batch can tell what
 * came or changed, but not what is no longer there: when a landing model above lost rows (a
 * corrected file that left some out), what stands on it is built whole once.
 */
export async function rebuildNeed(
  node: Node,
  manifest: Manifest,
  connection: Connection,
  dialect: SqlDialect,
): Promise<RebuildNeed> {
  const landings = landingAncestors(node, manifest);
  if (landings.length === 0) return { reason: undefined, stateSql: [] };
  const resets = await latestReset(connection, landings);
  const current = Math.max(0, ...resets.values());
  const table = dialect.relation({
    database: node.database,
    schema: '_tsdbt',
    identifier: 'built_on',
  });
  const seen = await lastSeen(connection, dialect, node, table);
  if (seen === current) return { reason: undefined, stateSql: [] };
  const [lost] = [...resets].find(([, batch]) => batch === current) ?? [''];
  const id = dialect.literal(node.uniqueId);
  return {
    reason:
      seen === undefined || seen > current
        ? undefined
        : `rows of ${lost} have gone away since it was built`,
    stateSql: [
      dialect.createSchema(node.database, '_tsdbt'),
      `create table if not exists ${table} (node varchar not null, reset_batch bigint not null)`,
      `delete from ${table} where node = ${id}`,
      `insert into ${table} values (${id}, ${current})`,
    ],
  };
}

/** Landing models that a node stands on, directly or not. */
function landingAncestors(node: Node, manifest: Manifest): readonly UniqueId[] {
  const found: UniqueId[] = [];
  const seen = new Set<UniqueId>();
  const queue = [...node.dependsOn.nodes];
  for (const id of queue) {
    const parent = manifest.nodes.get(id);
    if (parent === undefined || seen.has(id)) continue;
    seen.add(id);
    if (parent.config['materialized'] === 'landing') found.push(id);
    queue.push(...parent.dependsOn.nodes);
  }
  return found;
}

async function lastSeen(
  connection: Connection,
  dialect: SqlDialect,
  node: Node,
  table: string,
): Promise<number | undefined> {
  const present = await connection.query(
    `select 1 from information_schema.tables where table_catalog = ${dialect.literal(node.database)} and table_schema = '_tsdbt' and table_name = 'built_on'`,
  );
  if (present.rows.length === 0) return undefined;
  const { rows } = await connection.query(
    `select reset_batch from ${table} where node = ${dialect.literal(node.uniqueId)}`,
  );
  return rows[0] === undefined ? undefined : Number(rows[0][0]);
}
