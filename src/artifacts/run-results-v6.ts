import type { Json } from '../contracts/json.ts';
import type { BatchResults, NodeResult } from '../contracts/result.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

/** `run_results.json`, schema v6. `args` are the invocation's flags, secrets left out. */
export function runResultsArtifact(
  results: readonly NodeResult[],
  options: {
    readonly metadata: MetadataSource;
    readonly args: Readonly<Record<string, Json>>;
    readonly elapsed: number;
    readonly relationName: (result: NodeResult) => string | null;
  },
): Record<string, Json> {
  return {
    metadata: artifactMetadata('run-results', 'v6', options.metadata) as unknown as Json,
    results: results.map((result) => runResult(result, options.relationName(result))),
    elapsed_time: options.elapsed,
    args: options.args,
  };
}

/** Kinds of nodes that have no SQL of their own. */
const notCompiled = /^(?:seed|exposure|saved_query)\./;

function runResult(result: NodeResult, relationName: string | null): Json {
  const ran = result.status !== 'skipped';
  const isHook = result.nodeId.startsWith('operation.');
  return {
    status: result.status,
    timing: result.timing.map((timing) => ({
      name: timing.name,
      started_at: timing.startedAt.toISOString(),
      completed_at: timing.completedAt.toISOString(),
    })),
    thread_id: result.threadId,
    execution_time: result.executionTime,
    adapter_response:
      ran && !isHook && (result.error === null || result.isUsable === true)
        ? adapterResponse(result)
        : {},
    message: result.error?.message ?? result.message,
    failures: result.failures,
    unique_id: result.nodeId,
    compiled: notCompiled.test(result.nodeId) ? null : result.compiledCode !== null,
    compiled_code: result.compiledCode,
    relation_name: relationName,
    batch_results: result.batchResults ? batchResults(result.batchResults) : null,
    overload_results: result.overloads ? { successful: result.overloads, failed: [] } : null,
  };
}

function adapterResponse(result: NodeResult): Json {
  const response: Record<string, Json> = { _message: 'OK', ...result.response };
  if (result.rowsAffected !== null) response['rows_affected'] = result.rowsAffected;
  return response;
}

function batchResults({ successful, failed }: BatchResults): Json {
  const pairs = (list: BatchResults['failed']) =>
    list.map(({ start, end }) => [isoText(start), isoText(end)]);
  return { successful: pairs(successful), failed: pairs(failed) };
}

function isoText(time: Date): string {
  return time.toISOString().replace('.000Z', '+00:00').replace('Z', '000+00:00');
}
