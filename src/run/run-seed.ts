import { createHash } from 'node:crypto';
import type { Connection } from '../adapters/adapter.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan } from '../contracts/plan.ts';
import type { MaterializationInput } from '../materializations/materialization.ts';
import { planSeed } from '../materializations/seed.ts';
import { configuredTypes } from '../materializations/seed-sql.ts';
import { auditedPlan } from './audit/audited-plan.ts';
import { NodeAudit } from './audit/node-audit.ts';
import { renderHooks } from './node-hooks.ts';
import { readNodeState, stateExists, writeNodeStateSql } from './node-state.ts';
import { commentsOf } from './plan-model.ts';
import type { NodeRun, RunContext } from './run-context.ts';
import { badRow, readSeedColumns } from './seed-columns.ts';
import { checkSeedValues } from './seed-values.ts';
import { executeSteps, statementsThatBuild } from './step-runner.ts';

/**
 * Loads a CSV file into its table; types are inferred as dbt does, or configured. A file that is in
 * the table already is not loaded again, unless a full refresh is asked for.
 */
export const runSeed: NodeRun = async (node, context, connection, progress) => {
  const { dialect, session } = context;
  const target = relationOf(node);
  const planned = await planSeedNode(node, context, connection);
  const { notices } = planned;
  const plan = auditedPlan(planned.plan, node, context);
  const result = {
    status: 'success' as const,
    message: plan.action,
    compiledCode: null,
    relationName: dialect.relation(target),
    notices,
  };
  if (plan.steps.length === 0) return { ...result, rowsAffected: 0 };
  const audit = new NodeAudit(node, context, connection);
  progress.executed(statementsThatBuild(plan.steps));
  const done = await executeSteps(connection, node.uniqueId, plan.steps, audit);
  (await session.relations()).put({ ...target, type: 'table' });
  return {
    ...result,
    rowsAffected: done.rowsAffected,
    notices: [...notices, ...done.notices],
  };
};

/** The plan of a seed as it would be loaded now; without steps when its file is in the table. */
export async function planSeedNode(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<{ readonly plan: NodePlan; readonly notices: readonly string[] }> {
  const { dialect, session, flags } = context;
  const target = relationOf(node);
  const environment = context.environment(connection);
  const existing = (await session.relations()).find(target);
  const preHooks = await renderHooks(node, 'pre-hook', environment);
  const postHooks = await renderHooks(node, 'post-hook', environment);
  const comments = commentsOf(node);
  const isEmpty = flags.filter?.empty === true;
  const contents = `${fingerprint(node, comments)}${isEmpty ? ' without rows' : ''}`;
  const about = { nodeId: node.uniqueId, materialization: 'seed' };
  let why = 'it does not exist yet';
  if (existing !== undefined) {
    why = existing.type === 'table' ? 'its file or configuration changed' : 'a view stands there';
    if (flags.fullRefresh) why = '--full-refresh is given';
    else if (existing.type === 'table' && preHooks.length + postHooks.length === 0) {
      const before = (await stateExists(context, node.database))
        ? await readNodeState(connection, dialect, node, 'contents')
        : undefined;
      if (before === contents) {
        const unchanged = 'the file that is in the table has not changed';
        return {
          plan: { ...about, action: 'nothing new', why: unchanged, steps: [] },
          notices: [],
        };
      }
    }
  }
  const file = await readSeedColumns(node, context, connection);
  const { source, columns } = file;
  const { readers, notices } = isEmpty
    ? { readers: new Map(), notices: [] }
    : await checkSeedValues(node, file, context, connection).catch((error: unknown) => {
        throw badRow(node, error);
      });
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const known = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = [...configuredTypes(node.config).keys()].filter((name) => !known.has(name));
  const { action, steps } = planSeed({
    dialect,
    target,
    existing,
    source: isEmpty ? `select * from (\n${source}\n) where false` : source,
    types,
    readers,
    why,
    preHooks,
    postHooks,
    comments,
    stateSql: writeNodeStateSql(dialect, node, 'contents', contents),
  });
  // A file that is split at the wrong character has its whole header as one name.
  const [only, ...others] = columns;
  const unsplit = others.length === 0 && only !== undefined && /[,;|\t]/.test(only.name);
  return {
    plan: { ...about, action, why, steps },
    notices: [
      ...notices,
      ...unknown.map((name) => `column_types names ${name}, which the file does not have`),
      ...(unsplit ? [`all of "${only.name}" is one column: is the delimiter another one?`] : []),
    ],
  };
}

/** The file and the configuration that decides how it is read. */
function fingerprint(node: Node, comments: MaterializationInput['comments']): string {
  const { column_types: types, delimiter } = node.config;
  const settings = JSON.stringify([types ?? null, delimiter ?? null]);
  const described = JSON.stringify([comments.relation, [...comments.columns]]);
  const docs =
    comments.relation === null && comments.columns.size === 0
      ? ''
      : ` ${createHash('sha256').update(described).digest('hex')}`;
  return `${node.checksum} ${settings}${docs}`;
}
