import type { NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/** What `run_results.json` says of a node that was compiled, shown, called or passed over, and not built. */
export function simpleResult(
  nodeId: UniqueId,
  startedAt: Date,
  completedAt: Date,
  facts: Partial<NodeResult> = {},
): NodeResult {
  return {
    nodeId,
    status: (facts.error ?? null) === null ? 'success' : 'error',
    timing: [
      { name: 'compile', startedAt, completedAt },
      { name: 'execute', startedAt: completedAt, completedAt },
    ],
    threadId: 'Thread-1',
    executionTime: (completedAt.getTime() - startedAt.getTime()) / 1000,
    message: null,
    rowsAffected: null,
    failures: null,
    error: null,
    compiledCode: null,
    relationName: null,
    sample: null,
    notices: [],
    skippedBecause: null,
    ...facts,
  };
}
