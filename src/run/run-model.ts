import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf, renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan } from '../contracts/plan.ts';
import { relationKey } from '../contracts/relation.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MaterializationInput } from '../materializations/materialization.ts';
import { materializations, otherMaterializations } from '../materializations/registry.ts';
import { buildNodePlan } from '../plan/build-node-plan.ts';
import { type RebuildNeed, rebuildNeed } from './data-versions.ts';
import { executeSteps } from './execute-steps.ts';
import type { NodeRun, RunContext } from './run-context.ts';

/** Builds a model: compiles it, plans the steps of its materialization, executes them. */
export const runModel: NodeRun = async (node, context, connection, progress) => {
  const relationName = context.dialect.relation(relationOf(node));
  const need = await needOf(node, context, connection);
  const environment = context.environment(connection);
  const rebuild = need.reason !== undefined && node.config['full_refresh'] !== false;
  const compiled = await compileNode(node, rebuild ? { ...environment, rebuild } : environment);
  progress.compiled(compiled.compiledCode);
  const plan = await planModel(node, compiled.compiledCode, need, context, connection);
  await runOutsideHooks(node, 'pre-hook', context, connection);
  const done = await executeSteps(connection, node.uniqueId, plan.steps);
  await runOutsideHooks(node, 'post-hook', context, connection);
  const type = plan.materialization === 'view' ? 'view' : 'table';
  (await context.session.relations()).put({ ...relationOf(node), type });
  return {
    status: 'success',
    message: plan.action,
    rowsAffected: done.rowsAffected,
    compiledCode: compiled.compiledCode,
    relationName,
    notices: [
      ...done.notices,
      ...(plan.materialization === 'incremental' && isNotable(plan) ? [plan.why] : []),
    ],
  };
};

/** The plan of one model as it would be executed now. */
export async function planModel(
  node: Node,
  compiledSql: string,
  need: RebuildNeed,
  context: RunContext,
  connection: Connection,
): Promise<NodePlan> {
  const name = String(node.config['materialized']);
  const materialization = materializations.get(name);
  if (materialization === undefined) throw unknownMaterialization(node, name);
  const { dialect, session } = context;
  const target = relationOf(node);
  const existing = (await session.relations()).find(target);
  const about = {
    config: node.config,
    existing,
    fullRefresh: context.flags.fullRefresh,
    rebuildReason: need.reason,
  };
  const needsColumns = materialization.needsColumns(about);
  const input: MaterializationInput = {
    ...about,
    nodeId: node.uniqueId,
    target,
    compiledSql,
    existingColumns: needsColumns
      ? ((await session.adapter.listColumns(connection, [target])).get(relationKey(target)) ?? [])
      : [],
    columns: needsColumns ? await connection.describe(compiledSql) : [],
    strictKeys: context.manifest.project.file === 'project.yml',
    dialect,
    stateSql: need.stateSql,
    preHooks: await renderHooks(node, 'pre-hook', true, context, connection),
    postHooks: await renderHooks(node, 'post-hook', true, context, connection),
    comments: comments(node),
  };
  return buildNodePlan(materialization, input);
}

/** Only an incremental model can have been built on rows that are gone: others are always whole. */
async function needOf(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<RebuildNeed> {
  return node.config['materialized'] === 'incremental'
    ? await rebuildNeed(node, context.manifest, connection, context.dialect)
    : { reason: undefined, stateSql: [] };
}

function isNotable(plan: NodePlan): boolean {
  return /new column|gone away|stands there/.test(plan.why);
}

function unknownMaterialization(node: Node, name: string) {
  const known = [...materializations.keys(), ...otherMaterializations];
  return tsdbtError(
    'materialization-unknown',
    { name, node: node.uniqueId, known, near: suggest(name, known) },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}

type HookKey = 'pre-hook' | 'post-hook';

/** A hook is SQL, or a mapping (or its JSON text) with `sql` and `transaction`. */
async function renderHooks(
  node: Node,
  key: HookKey,
  inTransaction: boolean,
  context: RunContext,
  connection: Connection,
): Promise<readonly string[]> {
  const written = node.config[key];
  const hooks: readonly Json[] = Array.isArray(written)
    ? (written as readonly Json[])
    : written
      ? [written]
      : [];
  const rendered: string[] = [];
  for (const hook of hooks) {
    const { sql, transaction } = readHook(hook);
    if (transaction !== inTransaction) continue;
    const text = (await renderCode(node, sql, context.environment(connection))).trim();
    if (text !== '') rendered.push(text);
  }
  return rendered;
}

async function runOutsideHooks(
  node: Node,
  key: HookKey,
  context: RunContext,
  connection: Connection,
): Promise<void> {
  for (const sql of await renderHooks(node, key, false, context, connection))
    await connection.run(sql);
}

function readHook(hook: Json): { sql: string; transaction: boolean } {
  if (typeof hook === 'object' && hook !== null && !Array.isArray(hook)) {
    const fields = hook as Record<string, Json>;
    return { sql: String(fields['sql'] ?? ''), transaction: fields['transaction'] !== false };
  }
  const text = String(hook);
  if (text.trimStart().startsWith('{"')) {
    try {
      return readHook(JSON.parse(text) as Json);
    } catch {
      return { sql: text, transaction: true };
    }
  }
  return { sql: text, transaction: true };
}

function comments(node: Node): MaterializationInput['comments'] {
  const wanted = (node.config['persist_docs'] ?? {}) as Record<string, Json>;
  const columns = new Map<string, string>();
  if (wanted['columns'] === true) {
    for (const column of Object.values(node.columns)) {
      if (column.description !== '') columns.set(column.name, column.description);
    }
  }
  return { relation: wanted['relation'] === true ? node.description : null, columns };
}
