import type { Connection } from '../adapters/adapter.ts';
import { type CompileEnvironment, relationOf } from '../compile/compile-node.ts';
import { type TimeWindow, timestampText } from '../compile/input-filter.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan, Step } from '../contracts/plan.ts';
import { type Column, relationKey } from '../contracts/relation.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  type Contract,
  contractDifferences,
  contractProbeSql,
} from '../materializations/contract.ts';
import type {
  Hook,
  Materialization,
  MaterializationInput,
} from '../materializations/materialization.ts';
import { materializations, otherMaterializations } from '../materializations/registry.ts';
import { hookSteps } from '../materializations/replace-relation.ts';
import { buildNodePlan } from '../plan/build-node-plan.ts';
import type { RebuildNeed } from './data-versions.ts';
import { contractOf } from './node-contract.ts';
import { renderHooks } from './node-hooks.ts';
import type { RunContext } from './run-context.ts';

/** What is known of a model before its pre-hooks have run. */
export interface PreparedModel {
  readonly compiledSql: string;
  readonly materialization: Materialization;
  readonly need: RebuildNeed;
  readonly preHooks: readonly Hook[];
  readonly postHooks: readonly Hook[];
  readonly contract: Contract | undefined;
}

/** Renders what belongs to a compiled model: its hooks and its contract. */
export async function prepareModel(
  node: Node,
  compiledSql: string,
  need: RebuildNeed,
  context: RunContext,
  environment: CompileEnvironment,
): Promise<PreparedModel> {
  return {
    compiledSql,
    materialization: materializationOf(node),
    need,
    preHooks: await renderHooks(node, 'pre-hook', environment),
    postHooks: await renderHooks(node, 'post-hook', environment),
    contract: await contractOf(node, context.dialect, environment),
  };
}

/**
 * The steps that every plan of the model starts with. They come first because the columns of the
 * query, and with them the other steps, can depend on what the pre-hooks do.
 */
export function prologueOf(prepared: PreparedModel): readonly Step[] {
  const inside = hookSteps(prepared, 'pre-hook', true);
  return [
    ...hookSteps(prepared, 'pre-hook', false),
    ...(inside.length === 0 ? [] : [{ kind: 'begin' as const }, ...inside]),
  ];
}

/** The plan of one model as it would be executed now. */
export async function planModel(
  node: Node,
  prepared: PreparedModel,
  context: RunContext,
  connection: Connection,
  batch?: TimeWindow,
): Promise<NodePlan> {
  const { materialization, compiledSql, need, contract } = prepared;
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
  const columns =
    needsColumns || contract !== undefined ? await connection.describe(compiledSql) : [];
  if (contract !== undefined) await checkContract(node, columns, contract, context, connection);
  const input: MaterializationInput = {
    ...about,
    nodeId: node.uniqueId,
    target,
    compiledSql,
    existingColumns: needsColumns
      ? ((await session.adapter.listColumns(connection, [target])).get(relationKey(target)) ?? [])
      : [],
    columns,
    strictKeys: context.manifest.project.file === 'project.yml',
    dialect,
    window:
      batch === undefined
        ? undefined
        : { start: timestampText(batch.start), end: timestampText(batch.end) },
    stateSql: need.stateSql,
    preHooks: prepared.preHooks,
    postHooks: prepared.postHooks,
    contract,
    // Only a contract gives tables the keys that others can point at.
    referencing:
      contract !== undefined && existing?.type === 'table'
        ? await session.adapter.listReferencing(connection, target)
        : [],
    comments: commentsOf(node),
  };
  return buildNodePlan(materialization, input);
}

async function checkContract(
  node: Node,
  columns: readonly Column[],
  contract: Contract,
  { dialect }: RunContext,
  connection: Connection,
): Promise<void> {
  const promised = await connection.describe(contractProbeSql(dialect, contract));
  const differences = contractDifferences(columns, promised);
  if (differences === undefined) return;
  throw tsdbtError(
    'contract-broken',
    { node: node.uniqueId, differences },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}

function materializationOf(node: Node): Materialization {
  const name = String(node.config['materialized']);
  const found = materializations.get(name);
  if (found !== undefined) return found;
  const known = [...materializations.keys(), ...otherMaterializations];
  throw tsdbtError(
    'materialization-unknown',
    { name, node: node.uniqueId, known, near: suggest(name, known) },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}

/** What `persist_docs` of a node asks for. */
export function commentsOf(node: Node): MaterializationInput['comments'] {
  const wanted = (node.config['persist_docs'] ?? {}) as Record<string, Json>;
  const columns = new Map<string, string>();
  const quoted = new Set<string>();
  if (wanted['columns'] === true) {
    for (const column of Object.values(node.columns)) {
      if (column.description !== '') columns.set(column.name, column.description);
      if (column.quote === true) quoted.add(column.name);
    }
  }
  return {
    relation: wanted['relation'] === true && node.description !== '' ? node.description : null,
    columns,
    quoted,
  };
}
