import type { Json } from '../contracts/json.ts';
import type { Freshness } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

export interface FreshnessResult {
  readonly uniqueId: UniqueId;
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error';
  readonly maxLoadedAt: Date | null;
  readonly snapshottedAt: Date;
  readonly ageSeconds: number | null;
  readonly criteria: Freshness;
  readonly error: string | null;
}

/** `sources.json`, schema v3: how old the newest row of each source is. */
export function sourcesArtifact(
  results: readonly FreshnessResult[],
  options: { readonly metadata: MetadataSource; readonly elapsed: number },
): Record<string, Json> {
  return {
    metadata: artifactMetadata('sources', 'v3', options.metadata) as unknown as Json,
    results: results.map(sourceResult),
    elapsed_time: options.elapsed,
  };
}

/** One result; of a source that could not be asked nothing is known but its error. */
function sourceResult(result: FreshnessResult): Json {
  const { uniqueId, status } = result;
  if (status === 'runtime error') return { unique_id: uniqueId, error: result.error, status };
  return {
    unique_id: uniqueId,
    max_loaded_at: result.maxLoadedAt?.toISOString() ?? null,
    snapshotted_at: result.snapshottedAt.toISOString(),
    max_loaded_at_time_ago_in_s: result.ageSeconds,
    status,
    criteria: {
      warn_after: rule(result.criteria.warnAfter),
      error_after: rule(result.criteria.errorAfter),
      filter: result.criteria.filter,
    },
    adapter_response: {},
    timing: [],
    thread_id: 'Thread-1',
    execution_time: 0,
  };
}

function rule(threshold: { count: number; period: string } | null): Json {
  return threshold === null
    ? { count: null, period: null }
    : { count: threshold.count, period: threshold.period };
}
