import type { NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';

/** What `run_results.json` says of a node that was compiled, shown or called, and not built. */
export function simpleResult(
  nodeId: UniqueId,
  startedAt: Date,
  completedAt: Date,
  facts: {
    readonly error?: TsdbtError | null;
    readonly compiledCode?: string | null;
    readonly relationName?: string | null;
    readonly failures?: number | null;
  } = {},
): NodeResult {
  const { error = null, compiledCode = null, relationName = null, failures = null } = facts;
  return {
    nodeId,
    status: error === null ? 'success' : 'error',
    timing: [
      { name: 'compile', startedAt, completedAt },
      { name: 'execute', startedAt: completedAt, completedAt },
    ],
    threadId: 'Thread-1',
    executionTime: (completedAt.getTime() - startedAt.getTime()) / 1000,
    message: null,
    rowsAffected: null,
    failures,
    error,
    compiledCode,
    relationName,
    sample: null,
    notices: [],
    skippedBecause: null,
  };
}
