import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { buildDag } from '../graph/dag.ts';
import { ensureStateSchema } from '../ingest/index.ts';
import { ensureNodeState, stateSchema } from './node-state.ts';
import type { RunContext } from './run-context.ts';
import { runEdges } from './run-edges.ts';
import { runNode, skippedResult } from './run-node.ts';
import { schedule } from './scheduler.ts';

export interface RunSelectionOptions {
  readonly command: string;
  readonly selected: ReadonlySet<UniqueId>;
  readonly threads: number;
  readonly failFast: boolean;
  /** Build: what fails a test is not built upon. */
  readonly testsGate: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the selected nodes in the order of the graph and reports each as it starts and ends. */
export async function runSelection(
  context: RunContext,
  options: RunSelectionOptions,
): Promise<readonly NodeResult[]> {
  const { manifest, emit } = context;
  const { selected } = options;
  const started = context.now();
  const ids = runOrder(manifest, selected);
  emit({
    type: 'run-started',
    command: options.command,
    total: ids.length,
    counts: countByType(manifest, ids),
    threads: options.threads,
    target: manifest.target.name,
  });
  await prepareSchemas(context, ids);
  const edges = runEdges(manifest, selected, options.testsGate);
  const nodeOf = (id: string): Node => manifest.nodes.get(asUniqueId(id))!;
  const total = ids.length;
  let index = 0;
  const interrupt = () => context.session.interrupt();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  const results = await schedule<NodeResult>({
    ids,
    waitsFor: (id) => [...(edges.get(asUniqueId(id)) ?? [])],
    threads: options.threads,
    failFast: options.failFast,
    signal: options.signal,
    run: async (id, thread) => {
      const node = nodeOf(id);
      const at = ++index;
      emit({ type: 'node-started', node, index: at, total, threadId: `Thread-${thread}` });
      const value = await runNode(node, context, thread);
      emit({ type: 'node-finished', node, result: value, index: at, total });
      const failed = value.status === 'error' || (value.status === 'fail' && options.testsGate);
      return { outcome: failed ? 'failed' : 'done', value };
    },
    skip: (id, because) => {
      const node = nodeOf(id);
      const result = skippedResult(node, because === null ? null : asUniqueId(because));
      emit({ type: 'node-finished', node, result, index: ++index, total });
      return result;
    },
  });
  options.signal?.removeEventListener('abort', interrupt);
  const elapsed = (context.now().getTime() - started.getTime()) / 1000;
  emit({ type: 'run-finished', results, elapsed });
  return results;
}

/** Selected ids, parents first. */
function runOrder(manifest: Manifest, selected: ReadonlySet<UniqueId>): readonly UniqueId[] {
  const graph = new Map(
    [...manifest.nodes.values()].map((node) => [node.uniqueId as string, node.dependsOn.nodes]),
  );
  return buildDag(graph)
    .sorted.map(asUniqueId)
    .filter((id) => selected.has(id));
}

function countByType(manifest: Manifest, ids: readonly UniqueId[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const type = manifest.nodes.get(id)!.resourceType;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

/**
 * Schemas and the tables of our state are made up front: two connections that create one at the
 * same time would conflict.
 */
async function prepareSchemas(context: RunContext, ids: readonly UniqueId[]): Promise<void> {
  const { session, dialect } = context;
  const stateful = new Set<string>();
  const landing = new Set<string>();
  for (const id of ids) {
    const node = context.manifest.nodes.get(id)!;
    if (node.resourceType === 'test') continue;
    await session.ensureSchema(node.database, node.schema);
    const materialized = node.config['materialized'];
    if (materialized === 'landing') landing.add(node.database);
    if (materialized === 'incremental' || node.resourceType === 'seed') stateful.add(node.database);
  }
  for (const database of new Set([...stateful, ...landing])) {
    await session.ensureSchema(database, stateSchema);
    await session.withConnection(async (connection) => {
      if (stateful.has(database)) await ensureNodeState(connection, dialect, database);
      if (landing.has(database)) await ensureStateSchema(connection, dialect, database);
    });
  }
}
