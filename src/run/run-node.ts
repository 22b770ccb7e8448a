import type { Connection } from '../adapters/adapter.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult, Timing } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { isMicrobatch } from '../parse/microbatch-config.ts';
import { pointerContext, pointerNode } from './latest-version-pointer.ts';
import { macroPath } from './macro-path.ts';
import { mapSqlError } from './map-sql-error.ts';
import { runMicrobatch } from './microbatch/run-microbatch.ts';
import { withFunctionHint } from './missing-function.ts';
import { nodeConnection } from './node-connection.ts';
import { runClone } from './run-clone.ts';
import type { NodeOutcome, NodeProgress, NodeRun, RunContext } from './run-context.ts';
import { runFunction } from './run-function.ts';
import { runLanding } from './run-landing.ts';
import { runModel } from './run-model.ts';
import { runSeed } from './run-seed.ts';
import { runTest } from './run-test.ts';
import { runThroughMacro } from './run-through-macro.ts';
import { runUnitTest } from './unit-test/run-unit-test.ts';

/**
 * Runs one node on a connection of its own and tells what became of it; never throws for user errors.
 * With `release` its commits may be shared with those of other nodes: it is called when the node waits
 * for one, and its thread is free for another node.
 */
export function runNode(
  node: Node,
  context: RunContext,
  thread: number,
  release?: () => void,
): Promise<NodeResult> {
  const { session } = context;
  return timedRun(node, context, thread, (run) =>
    release === undefined
      ? session.withConnection(run)
      : session.withSharingConnection(release, run),
  );
}

/** Runs one node on a connection that is given, inside the transaction that may be open on it. */
export function runNodeOn(
  node: Node,
  context: RunContext,
  thread: number,
  connection: Connection,
): Promise<NodeResult> {
  return timedRun(node, context, thread, (run) => run(connection));
}

async function timedRun(
  node: Node,
  context: RunContext,
  thread: number,
  connected: (run: (connection: Connection) => Promise<NodeOutcome>) => Promise<NodeOutcome>,
): Promise<NodeResult> {
  const startedAt = context.now();
  let compiledCode: string | null = null;
  let compiledAt: Date | undefined;
  const compiledBatches: { readonly name: string; readonly code: string }[] = [];
  const executedSql: { readonly batch: string | undefined; readonly sql: string }[] = [];
  const progress: NodeProgress = {
    executed: (statements, batch) => {
      if (statements.length > 0) executedSql.push({ batch, sql: statements.join(';\n\n') });
    },
    compiled: (code: string, batch?: string) => {
      if (batch === undefined) compiledCode = code;
      else compiledBatches.push({ name: batch, code });
      compiledAt ??= context.now();
    },
  };
  const base = {
    nodeId: node.uniqueId,
    threadId: `Thread-${thread}`,
    skippedBecause: null,
    compiledBatches,
    executedSql,
  };
  try {
    const comment = await context.comment?.(node, node.uniqueId);
    const outcome = await connected((connection) =>
      runUnlessUnchanged(
        node,
        context,
        nodeConnection(connection, { comment, onStatement: statementTeller(node, context, base) }),
        progress,
      ),
    );
    const completedAt = context.now();
    const { failure } = outcome;
    return {
      ...base,
      status: failure === undefined ? outcome.status : 'error',
      isUsable: failure !== undefined,
      response: outcome.response,
      timing: timings(startedAt, compiledAt, completedAt),
      executionTime: seconds(startedAt, completedAt),
      message: failure?.message ?? outcome.message,
      rowsAffected: outcome.rowsAffected,
      failures: outcome.failures ?? null,
      error: failure ?? null,
      compiledCode: outcome.compiledCode,
      relationName: outcome.relationName,
      sample: outcome.sample ?? null,
      notices: outcome.notices ?? [],
      batchResults: outcome.batchResults ?? null,
      overloads: outcome.overloads,
    };
  } catch (error) {
    const completedAt = context.now();
    const mapped = mapSqlError(error, node, compiledCode ?? undefined);
    const failed = withFunctionHint(mapped, node, context);
    return {
      ...base,
      status: 'error',
      timing: timings(startedAt, compiledAt, completedAt),
      executionTime: seconds(startedAt, completedAt),
      message: failed.message,
      rowsAffected: null,
      failures: null,
      error: failed,
      compiledCode,
      relationName: null,
      sample: null,
      notices: [],
    };
  }
}

/** Tells statements as they are sent and done, where somebody wants to know. */
function statementTeller(
  node: Node,
  { tellStatements, emit, now }: RunContext,
  { threadId }: { readonly threadId: string },
): ((sql: string) => () => void) | undefined {
  if (tellStatements !== true) return undefined;
  return (sql) => {
    const startedAt = now();
    emit({ type: 'statement-sent', node, sql, threadId });
    return () =>
      emit({ type: 'statement-done', node, elapsed: seconds(startedAt, now()), threadId });
  };
}

/** Runs a node, unless `--changed` is given and it is what it was. */
async function runUnlessUnchanged(
  node: Node,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
): Promise<NodeOutcome> {
  const { changed } = context;
  const run = withPointer(node, context, runnerOf(node, context, connection));
  if (changed === undefined) return await run(node, context, connection, progress);
  const decision = await changed.decide(node, connection);
  if (!decision.run) return unchanged(node, decision.reason, context);
  changed.building(node, decision);
  let outcome: NodeOutcome;
  try {
    const noting = { ...context, builtStateSql: decision.stateSql };
    outcome = await run(node, noting, connection, progress);
  } catch (error) {
    changed.failed(node);
    throw error;
  }
  if (outcome.failure !== undefined) changed.failed(node);
  // A test that does not pass is run again, so it leaves no note.
  if (node.resourceType === 'test' && outcome.status === 'pass') {
    for (const sql of decision.stateSql) await connection.run(sql);
  }
  if (context.explain !== true) return outcome;
  return { ...outcome, notices: [`run because ${decision.reason}`, ...(outcome.notices ?? [])] };
}

/** Builds the view that leads to the latest version of a model after the model. */
function withPointer(node: Node, context: RunContext, run: NodeRun): NodeRun {
  if (node.latestPointer === undefined || context.cloneFrom !== undefined) return run;
  const pointer = pointerNode(node, node.latestPointer, context);
  return async (_, given, connection, progress) => {
    const outcome = await run(node, given, connection, progress);
    if (outcome.status !== 'success') return outcome;
    const alone = pointerContext(given);
    const unheard: NodeProgress = { compiled: () => undefined, executed: () => undefined };
    await runnerOf(pointer, alone, connection)(pointer, alone, connection, unheard);
    return outcome;
  };
}

function unchanged(node: Node, reason: string, context: RunContext): NodeOutcome {
  const isTest = node.resourceType === 'test';
  return {
    status: isTest ? 'pass' : 'no-op',
    message: `unchanged: ${reason}`,
    rowsAffected: null,
    compiledCode: null,
    relationName: isTest ? null : context.dialect.relation(relationOf(node)),
    failures: isTest ? 0 : null,
    notices: context.explain === true ? [`not run: ${reason}`] : [],
  };
}

/** The result of a node that was not run because another one failed, or the run was stopped. */
export function skippedResult(node: Node, because: UniqueId | null): NodeResult {
  return {
    nodeId: node.uniqueId,
    status: 'skipped',
    timing: [],
    threadId: '',
    executionTime: 0,
    message:
      because === null
        ? 'Skipped because the run was stopped'
        : `Skipped because ${because} failed`,
    rowsAffected: null,
    failures: null,
    error: null,
    compiledCode: null,
    relationName: null,
    sample: null,
    notices: [],
    skippedBecause: because,
  };
}

function runnerOf(node: Node, context: RunContext, connection: Connection): NodeRun {
  if (context.cloneFrom !== undefined) return runClone;
  const path = macroPath(node, context.environment(connection).host, context);
  if (node.resourceType === 'function') return runFunction(path);
  if (path !== undefined) return runThroughMacro(path);
  if (node.resourceType === 'test') return runTest;
  if (node.resourceType === 'unit_test') return runUnitTest;
  if (node.resourceType === 'seed') return runSeed;
  if (isMicrobatch(node)) return runMicrobatch;
  return node.config['materialized'] === 'landing' ? runLanding : runModel;
}

function timings(
  startedAt: Date,
  compiledAt: Date | undefined,
  completedAt: Date,
): readonly Timing[] {
  const between = compiledAt ?? startedAt;
  return [
    { name: 'compile', startedAt, completedAt: between },
    { name: 'execute', startedAt: between, completedAt },
  ];
}

function seconds(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000;
}
