import { compileNode } from '../compile/compile-node.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { Step } from '../contracts/plan.ts';
import type { NodeResult, Timing } from '../contracts/result.ts';
import { mapSqlError } from './map-sql-error.ts';
import { nodeConnection } from './node-connection.ts';
import type { RunContext } from './run-context.ts';
import { runEndMembers } from './run-end-members.ts';

export type ProjectHook = 'on-run-start' | 'on-run-end';

/**
 * The hooks in the order they run: those of the project itself, then packages by name (core
 * `task/run.py`, whose `BiggestName` is smaller than any).
 */
export function projectHooks(when: ProjectHook, { inert, project }: Manifest): readonly Node[] {
  const rank = ({ packageName }: Node) => (packageName === project.name ? 0 : 1);
  return [...inert.values()]
    .filter(({ resourceType, tags }) => resourceType === 'operation' && tags.includes(when))
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.packageName < b.packageName ? -1 : a.packageName > b.packageName ? 1 : 0),
    );
}

/** Whether the project or a package has hooks of a kind. */
export function hasHooks(when: ProjectHook, manifest: Manifest): boolean {
  return projectHooks(when, manifest).length > 0;
}

/**
 * Runs the `on-run-start` or `on-run-end` hooks of the project and its packages in order and tells
 * what became of each; after one that fails the others are skipped (core `task/run.py`,
 * `safe_run_hooks`). What `finished` holds is what on-run-end hooks see as `results`, `schemas` and
 * `database_schemas`.
 */
export async function runHooks(
  when: ProjectHook,
  context: RunContext,
  finished?: readonly NodeResult[],
): Promise<readonly NodeResult[]> {
  const hooks = projectHooks(when, context.manifest);
  if (hooks.length === 0) return [];
  const extra = finished === undefined ? undefined : runEndMembers(finished, context);
  const results: NodeResult[] = [];
  const comment = await context.comment?.(undefined, 'master');
  for (const [i, node] of hooks.entries()) {
    const startedAt = context.now();
    const label = `${node.packageName}.${when}.${i}`;
    const failed = results.some((result) => result.status !== 'success');
    let error: NodeResult['error'] = null;
    let compiledCode: string | null = null;
    let compiledAt: Date | undefined;
    const place = { node, label, index: i + 1, total: hooks.length };
    if (!failed) context.emit({ type: 'hook-started', ...place });
    if (!failed) {
      try {
        await context.session.withConnection(async (connection) => {
          const own = nodeConnection(connection, { comment });
          ({ compiledCode } = await compileNode(node, context.environment(own), extra));
          compiledAt = context.now();
          if (compiledCode.trim() !== '') await own.run(compiledCode);
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
      timing: failed ? [] : timingOf(startedAt, compiledAt, completedAt),
      threadId: 'main',
      executionTime: Math.max(0, completedAt.getTime() - startedAt.getTime()) / 1000,
      message: `${label} ${status === 'success' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed'}`,
      rowsAffected: null,
      failures: status === 'success' ? 0 : 1,
      error,
      compiledCode,
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

/** A hook is compiled, then run; one that cannot be compiled has the first only. */
function timingOf(startedAt: Date, compiledAt: Date | undefined, completedAt: Date): Timing[] {
  const compile = { name: 'compile', startedAt, completedAt: compiledAt ?? completedAt } as const;
  if (compiledAt === undefined) return [compile];
  return [compile, { name: 'execute', startedAt: compiledAt, completedAt }];
}

/** The statements of the hooks, not run. */
export async function planHooks(when: ProjectHook, context: RunContext): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const node of projectHooks(when, context.manifest)) {
    const { compiledCode } = await context.session.withConnection(
      async (connection) => await compileNode(node, context.environment(connection)),
    );
    const sql = compiledCode.trim();
    if (sql !== '') steps.push({ kind: 'sql', sql, purpose: when });
  }
  return steps;
}
