import { renderCode } from '../compile/compile-node.ts';
import type { Step } from '../contracts/plan.ts';
import type { NodeResult } from '../contracts/result.ts';
import { inlineNode } from './inline-node.ts';
import { mapSqlError } from './map-sql-error.ts';
import { nodeConnection } from './node-connection.ts';
import type { RunContext } from './run-context.ts';
import { runEndMembers } from './run-end-members.ts';

export type ProjectHook = 'on-run-start' | 'on-run-end';

/**
 * Runs the `on-run-start` or `on-run-end` hooks of the project in order and tells what became of
 * each; after one that fails the others are skipped (core `task/run.py`, `safe_run_hooks`). What
 * `finished` holds is what on-run-end hooks see as `results`, `schemas` and `database_schemas`.
 */
export async function runHooks(
  when: ProjectHook,
  hooks: readonly string[],
  context: RunContext,
  finished?: readonly NodeResult[],
): Promise<readonly NodeResult[]> {
  const { project } = context.manifest;
  const extra = finished === undefined ? undefined : runEndMembers(finished, context);
  const results: NodeResult[] = [];
  const comment = await context.comment?.(undefined, 'master');
  for (const [i, hook] of hooks.entries()) {
    const node = hookNode(when, i, hook, context);
    const startedAt = context.now();
    const label = `${project.name}.${when}.${i}`;
    const failed = results.some((result) => result.status !== 'success');
    let error: NodeResult['error'] = null;
    const place = { node, label, index: i + 1, total: hooks.length };
    if (!failed) context.emit({ type: 'hook-started', ...place });
    if (!failed) {
      try {
        await context.session.withConnection(async (connection) => {
          const own = nodeConnection(connection, { comment });
          const sql = await renderCode(node, hook, context.environment(own), new Map(), { extra });
          if (sql.trim() !== '') await own.run(sql);
        });
      } catch (thrown) {
        error = mapSqlError(thrown, node, undefined);
      }
    }
    const completedAt = context.now();
    const status = failed ? 'skipped' : error === null ? 'success' : 'error';
    const result: NodeResult = {
      nodeId: node.uniqueId,
      status,
      timing: failed ? [] : [{ name: 'execute', startedAt, completedAt }],
      threadId: 'main',
      executionTime: Math.max(0, completedAt.getTime() - startedAt.getTime()) / 1000,
      message: `${label} ${status === 'success' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed'}`,
      rowsAffected: null,
      failures: status === 'success' ? 0 : 1,
      error,
      compiledCode: null,
      relationName: null,
      sample: null,
      notices: [],
      skippedBecause: null,
    };
    results.push(result);
    context.emit({ type: 'hook-finished', ...place, result });
  }
  return results;
}

/** The statements of the hooks, not run. */
export async function planHooks(
  when: ProjectHook,
  hooks: readonly string[],
  context: RunContext,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [i, hook] of hooks.entries()) {
    const node = hookNode(when, i, hook, context);
    const sql = await context.session.withConnection(
      async (connection) => await renderCode(node, hook, context.environment(connection)),
    );
    if (sql.trim() !== '') steps.push({ kind: 'sql', sql: sql.trim(), purpose: when });
  }
  return steps;
}

function hookNode(when: ProjectHook, index: number, hook: string, { manifest }: RunContext) {
  const { project } = manifest;
  return inlineNode(manifest, hook, `${project.name}-${when}-${index}`, project.file);
}
