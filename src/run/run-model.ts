import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Batch } from '../compile/input-filter.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan } from '../contracts/plan.ts';
import { auditedPlan } from './audit/audited-plan.ts';
import { NodeAudit } from './audit/node-audit.ts';
import { type RebuildNeed, rebuildNeed } from './data-versions.ts';
import { stateExists } from './node-state.ts';
import { planModel, prepareModel, prologueOf } from './plan-model.ts';
import type { NodeOutcome, NodeProgress, NodeRun, RunContext } from './run-context.ts';
import { StepRunner } from './step-runner.ts';

/** Builds a model: compiles it, plans the steps of its materialization, executes them. */
export const runModel: NodeRun = (node, context, connection, progress) =>
  buildModel(node, context, connection, progress);

/** Builds a model, or one batch of it. */
export async function buildModel(
  node: Node,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
  batch?: Batch,
): Promise<NodeOutcome> {
  const need = withBuiltState(await needOf(node, context, connection), context);
  const environment = { ...environmentFor(node, need, context, connection), batch };
  const compiled = await compileNode(node, environment);
  progress.compiled(compiled.compiledCode);
  const prepared = await prepareModel(node, compiled.compiledCode, need, context, environment);
  const audit = new NodeAudit(node, context, connection);
  const runner = new StepRunner(connection, node.uniqueId, audit);
  let plan: NodePlan;
  try {
    const prologue = prologueOf(prepared);
    await runner.run(prologue);
    plan = auditedPlan(
      await planModel(node, prepared, context, connection, batch?.window),
      node,
      context,
    );
    await runner.run(plan.steps.slice(prologue.length));
  } catch (error) {
    await runner.rollback();
    throw error;
  } finally {
    progress.executed(runner.built);
  }
  const type = plan.materialization === 'view' ? 'view' : 'table';
  (await context.session.relations()).put({ ...relationOf(node), type });
  const { rowsAffected, notices } = runner.done;
  return {
    status: 'success',
    message: plan.action,
    rowsAffected,
    compiledCode: compiled.compiledCode,
    relationName: context.dialect.relation(relationOf(node)),
    notices: [
      ...notices,
      ...(['incremental', 'snapshot'].includes(plan.materialization) && isNotable(plan)
        ? [plan.why]
        : []),
    ],
  };
}

/** What is noted in the model's transaction, with what it was built from. */
function withBuiltState(need: RebuildNeed, { builtStateSql }: RunContext): RebuildNeed {
  return builtStateSql === undefined
    ? need
    : { ...need, stateSql: [...need.stateSql, ...builtStateSql] };
}

/** How a model is compiled, given what is known of the data below it. */
export function environmentFor(
  node: Node,
  need: RebuildNeed,
  context: RunContext,
  connection: Connection,
) {
  const environment = context.environment(connection);
  const rebuild = need.reason !== undefined && node.config['full_refresh'] !== false;
  return rebuild ? { ...environment, rebuild } : environment;
}

/** Only an incremental model can have been built on rows that are gone: others are always whole. */
export async function needOf(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<RebuildNeed> {
  // Where nothing may be created (plan), there may be no state to ask.
  return node.config['materialized'] === 'incremental' &&
    (await stateExists(context, node.database))
    ? await rebuildNeed(node, context.manifest, connection, context.dialect)
    : { reason: undefined, stateSql: [] };
}

function isNotable(plan: NodePlan): boolean {
  return /new column|stay as they are|gone away|stands there|is widened/.test(plan.why);
}
