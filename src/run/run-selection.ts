import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { type AuditMode, auditedTests } from './audit/audited-tests.ts';
import type { Audits } from './audit/node-audit.ts';
import { publishesTogether, refuseTogether, WholeRun } from './audit/whole-run.ts';
import { ChangedRun, forgetBuilt } from './changed/changed-run.ts';
import type { NotBuilt } from './find-not-built.ts';
import { FusedTests } from './fused-tests.ts';
import { prepareSchemas } from './prepare-schemas.ts';
import { Noting } from './relation-ledger/noting.ts';
import type { RunContext } from './run-context.ts';
import { runEdges } from './run-edges.ts';
import { runNode, runNodeOn, skippedResult } from './run-node.ts';
import { runOrder } from './run-order.ts';
import { schedule } from './scheduler.ts';

export interface RunSelectionOptions {
  readonly command: string;
  readonly selected: ReadonlySet<UniqueId>;
  readonly threads: number;
  readonly failFast: boolean;
  /** Build: what fails a test is not built upon. */
  readonly testsGate: boolean;
  /** `--audit`: overrides what the nodes and the project say. */
  readonly audit?: AuditMode | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `--changed`: leave alone what is what it was; with the version of the tool. */
  readonly changed?: { readonly toolVersion: string } | undefined;
  /** What was done before the nodes; part of the results. */
  readonly before?: readonly NodeResult[];
  /** Skip every node, because what was done before them failed. */
  readonly skipAll?: boolean;
  /** Nodes that are skipped because what they read is not built. */
  readonly notBuilt?: NotBuilt | undefined;
  /** What can be done while the database notes what the nodes made; must not throw. */
  readonly whileNoting?: () => void;
  /** What is done after the nodes; part of the results. */
  readonly after?: (results: readonly NodeResult[]) => Promise<readonly NodeResult[]>;
}

/** Runs the selected nodes in the order of the graph and reports each as it starts and ends. */
export async function runSelection(
  given: RunContext,
  options: RunSelectionOptions,
): Promise<readonly NodeResult[]> {
  const { selected, notBuilt } = options;
  const { manifest, emit } = given;
  const runnable = new Set([...selected].filter((id) => notBuilt?.readers.has(id) !== true));
  const together = options.testsGate && publishesTogether(manifest, selected, options.audit);
  const audits =
    options.testsGate && !together ? auditsOf(given, runnable, options.audit) : undefined;
  const started = given.now();
  const ids = runOrder(manifest, selected);
  emit({
    type: 'run-started',
    groups: [...manifest.groups.values()],
    command: options.command,
    total: ids.length,
    counts: countByType(manifest, ids),
    threads: together ? 1 : options.threads,
    target: manifest.target.name,
  });
  if (notBuilt !== undefined) {
    const { message, hint = '' } = notBuilt.error;
    emit({ type: 'message', level: 'error', text: `${message} ${hint}` });
  }
  if (together) await refuseTogether(given, selected);
  if (options.skipAll !== true) await prepareSchemas(given, ids);
  const noting = options.skipAll === true ? undefined : await Noting.begin(given, ids);
  // A clone reads the other state only, so none waits for another.
  const edges: ReadonlyMap<UniqueId, ReadonlySet<UniqueId>> = given.cloneFrom === undefined
    ? runEdges(manifest, selected, options.testsGate)
    : new Map();
  const fusedTests = fusedTestsOf(given, runnable, (test) => (edges.get(test)?.size ?? 0) > 0);
  const context = { ...given, audits, fusedTests, ...(await changedRun(given, options)) };
  const nodeOf = (id: string): Node => manifest.nodes.get(asUniqueId(id))!;
  const total = ids.length;
  let index = 0;
  const interrupt = () => context.session.interrupt();
  options.signal?.addEventListener('abort', interrupt, { once: true });
  const finish = async (nodes: readonly NodeResult[]) => {
    const results = [...(options.before ?? []), ...nodes];
    results.push(...((await options.after?.(results)) ?? []));
    const elapsed = (given.now().getTime() - started.getTime()) / 1000;
    emit({ type: 'run-finished', results, elapsed });
    return results;
  };
  const skip = (id: string, because: string | null): NodeResult => {
    const node = nodeOf(id);
    const reader = asUniqueId(because ?? id);
    const missing = notBuilt?.readers.get(reader);
    if (missing !== undefined) {
      const result = notBuiltResult(node, missing, reader);
      emit({ type: 'node-finished', node, result, index: ++index, total });
      return result;
    }
    // A test that has run before its node was to be published has a result, whatever became of that.
    const result =
      audits?.results.get(id) ?? skippedResult(node, because === null ? null : asUniqueId(because));
    emit({ type: 'node-finished', node, result, index: ++index, total });
    return result;
  };
  if (options.skipAll === true) {
    const failed = options.before?.find((result) => result.status === 'error')?.nodeId ?? null;
    return await finish(ids.map((id) => skip(id, failed)));
  }
  const whole = together ? await WholeRun.begin(context, selected) : undefined;
  let lostBecause: UniqueId | undefined;
  const ran = await schedule<NodeResult>({
    ids: fusedTests?.order(ids) ?? ids,
    waitsFor: (id) => [...(edges.get(asUniqueId(id)) ?? [])],
    threads: together ? 1 : options.threads,
    failFast: options.failFast,
    signal: options.signal,
    run: async (id, thread, release) => {
      if (lostBecause !== undefined) return { outcome: 'failed', value: skip(id, lostBecause) };
      const node = nodeOf(id);
      if (notBuilt?.readers.has(node.uniqueId) === true) {
        const isTest = node.resourceType === 'test';
        return { outcome: isTest ? 'done' : 'failed', value: skip(id, null) };
      }
      const at = ++index;
      emit({ type: 'node-started', node, index: at, total, threadId: `Thread-${thread}` });
      const value = audits?.results.get(id) ?? (await runNode(node, context, thread, release));
      emit({ type: 'node-finished', node, result: value, index: at, total });
      const { status } = value;
      if (status === 'error' && (await whole?.isLost()) === true) lostBecause = asUniqueId(id);
      // Its children are built on what was there before.
      const continues =
        (node.config['on_error'] === 'continue' || value.isUsable === true) && !options.failFast;
      const failed =
        (!continues && (status === 'error' || status === 'partial success')) ||
        (status === 'fail' && options.testsGate);
      return { outcome: failed ? 'failed' : 'done', value };
    },
    skip,
  });
  options.signal?.removeEventListener('abort', interrupt);
  const results = (await whole?.end(ran)) ?? ran;
  const noted = noting?.end(results).catch((error: Error) => {
    const text = `What was made is not noted, so prune will leave it alone: ${error.message}`;
    emit({ type: 'message', level: 'warn', name: 'RelationsNotNoted', text });
  });
  options.whileNoting?.();
  await noted;
  return await finish(results);
}

/** The result of a node that is not run because it, or what it waits for, reads what is not built. */
function notBuiltResult(node: Node, missing: readonly UniqueId[], reader: UniqueId): NodeResult {
  const names = missing.map((id) => id.split('.').at(-1)).join(', ');
  const who = node.uniqueId === reader ? 'it' : reader;
  return {
    ...skippedResult(node, node.uniqueId === reader ? null : reader),
    message: `Skipped because ${who} reads what is not built yet in this target: ${names}`,
  };
}

/** What knows which nodes are unchanged; a run that does not ask makes what it builds unknown. */
async function changedRun(
  context: RunContext,
  { changed, selected, skipAll }: RunSelectionOptions,
): Promise<{ readonly changed?: ChangedRun }> {
  if (skipAll === true || selected.size === 0) return {};
  if (changed !== undefined)
    return { changed: await ChangedRun.open(context, selected, changed.toolVersion) };
  await forgetBuilt(context, selected);
  return {};
}

/** The tests that share scans, unless the project's flag "fuse_tests" says that none do. */
function fusedTestsOf(
  { manifest, flags }: RunContext,
  selected: ReadonlySet<UniqueId>,
  waits: (test: UniqueId) => boolean,
): FusedTests | undefined {
  if (manifest.project.flags['fuse_tests'] === false) return undefined;
  const nodes = [...selected].map((id) => manifest.nodes.get(id)!);
  return new FusedTests(nodes, flags.storeFailures, waits);
}

/** The tests that run before what they test is published. */
export function auditsOf(
  { manifest }: RunContext,
  selected: ReadonlySet<UniqueId>,
  asked: AuditMode | undefined,
): Audits {
  const tests = auditedTests(manifest, selected, asked);
  return {
    testsOf: (node) => (tests.get(node.uniqueId) ?? []).map((id) => manifest.nodes.get(id)!),
    results: new Map(),
    runTest: (test, context, connection) => runNodeOn(test, context, 1, connection),
  };
}

function countByType(manifest: Manifest, ids: readonly UniqueId[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const type = manifest.nodes.get(id)!.resourceType;
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
