import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan } from '../contracts/plan.ts';
import { auditedPlan } from './audit/audited-plan.ts';
import { pointerContext, pointerNode } from './latest-version-pointer.ts';
import { macroPath } from './macro-path.ts';
import { mapSqlError } from './map-sql-error.ts';
import { planLanding } from './plan-landing.ts';
import { planModel, prepareModel, prologueOf } from './plan-model.ts';
import type { RunContext } from './run-context.ts';
import { environmentFor, needOf } from './run-model.ts';
import { planSeedNode } from './run-seed.ts';
import { planTest } from './run-test.ts';

/**
 * The plan of a node as a run would make it now, from the same records; nothing is changed. What the
 * database can't tell yet is deferred. `willChange` are the ids that the run builds before this one.
 */
export async function planNode(
  node: Node,
  context: RunContext,
  connection: Connection,
  willChange: ReadonlySet<string>,
): Promise<NodePlan> {
  const name = node.latestPointer;
  const pointer = name === undefined ? undefined : pointerNode(node, name, context);
  const plan = await planAlone(node, context, connection, willChange);
  if (pointer === undefined) return plan;
  const { steps } = await planAlone(pointer, pointerContext(context), connection, willChange);
  return { ...plan, steps: [...plan.steps, ...steps] };
}

async function planAlone(
  node: Node,
  context: RunContext,
  connection: Connection,
  willChange: ReadonlySet<string>,
): Promise<NodePlan> {
  const materialization =
    node.resourceType === 'model' ? String(node.config['materialized']) : node.resourceType;
  const deferred = (why: string, steps: NodePlan['steps'] = []): NodePlan => ({
    nodeId: node.uniqueId,
    materialization,
    action: 'deferred',
    why: 'not known before the run',
    steps,
    deferred: why,
  });
  if (node.resourceType === 'unit_test')
    return {
      nodeId: node.uniqueId,
      materialization: 'unit',
      action: 'unit test',
      why: 'its model is run on given rows before it is built; nothing is written',
      steps: [],
    };
  if (materialization === 'landing')
    return deferred(
      [
        'which batches are loaded is known when the landing folder is read',
        ...(await planLanding(node, context, connection)),
      ].join('; '),
    );
  const path = macroPath(node, context.environment(connection).host, context);
  if (path !== undefined)
    return deferred(`runs through the macro ${path.macro.name}: ${path.because}`);
  if (node.resourceType === 'seed')
    return auditedPlan((await planSeedNode(node, context, connection)).plan, node, context);
  const missing = await missingParents(node, context);
  const reason = (error: unknown): string => {
    const [parent] = missing;
    if (parent !== undefined) return `${parent} does not exist yet`;
    const changing = node.dependsOn.nodes.find((id) => willChange.has(id));
    const failed = mapSqlError(error, node, undefined).message;
    return changing === undefined ? failed : `${changing} is built before it: ${failed}`;
  };
  const need = await needOf(node, context, connection);
  const environment = environmentFor(node, need, context, connection);
  let compiledSql: string;
  try {
    compiledSql = (await compileNode(node, environment)).compiledCode;
  } catch (error) {
    return deferred(`its template asks the database: ${reason(error)}`);
  }
  if (node.resourceType === 'test') return await planTest(node, compiledSql, context);
  const prepared = await prepareModel(node, compiledSql, need, context, environment);
  try {
    return auditedPlan(await planModel(node, prepared, context, connection), node, context);
  } catch (error) {
    const failed = mapSqlError(error, node, undefined);
    // What the project got wrong is an error of the run, too; what the database does not know yet is not.
    if (failed.name !== 'sql-failed') throw failed;
    const steps = prologueOf(prepared);
    const hooks = steps.length === 0 ? '' : ', and its pre-hooks have not run';
    return deferred(`the columns of its query are not known: ${reason(error)}${hooks}`, steps);
  }
}

/** Parents that are not in the database. */
async function missingParents(node: Node, context: RunContext): Promise<readonly string[]> {
  const relations = await context.session.relations();
  const missing: string[] = [];
  const queue = [...node.dependsOn.nodes];
  for (const id of queue) {
    const parent = context.manifest.nodes.get(id);
    if (parent === undefined) continue;
    if (parent.config['materialized'] === 'ephemeral') queue.push(...parent.dependsOn.nodes);
    else if (relations.find(relationOf(parent)) === undefined) missing.push(id);
  }
  return missing;
}
