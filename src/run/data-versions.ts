import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { latestReset, ledgerPlace } from '../ingest/index.ts';
import { readNodeState, writeNodeStateSql } from './node-state.ts';

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
  const resets = await latestReset(
    connection,
    dialect,
    node.database,
    landings.map((landing) => ledgerPlace(landing.uniqueId, relationOf(landing))),
  );
  const current = Math.max(0, ...resets.values());
  const seen = await readNodeState(connection, dialect, node, 'reset_batch');
  if (seen === String(current)) return { reason: undefined, stateSql: [] };
  const lost = landings.find((landing) => resets.get(landing.uniqueId) === current);
  return {
    reason:
      seen === undefined || Number(seen) > current
        ? undefined
        : `rows of ${lost?.uniqueId} have gone away since it was built`,
    stateSql: writeNodeStateSql(dialect, node, 'reset_batch', String(current)),
  };
}

/** Landing models that a node stands on, directly or not. */
function landingAncestors(node: Node, manifest: Manifest): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set<UniqueId>();
  const queue = [...node.dependsOn.nodes];
  for (const id of queue) {
    const parent = manifest.nodes.get(id);
    if (parent === undefined || seen.has(id)) continue;
    seen.add(id);
    if (parent.config['materialized'] === 'landing') found.push(parent);
    queue.push(...parent.dependsOn.nodes);
  }
  return found;
}
