import type { Json } from '../contracts/json.ts';
import type { Freshness } from '../contracts/node.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

export interface FreshnessResult {
  readonly uniqueId: string;
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
    results: results.map((result) => ({
      unique_id: result.uniqueId,
      max_loaded_at: result.maxLoadedAt?.toISOString() ?? null,
      snapshotted_at: result.snapshottedAt.toISOString(),
      max_loaded_at_time_ago_in_s: result.ageSeconds,
      status: result.status,
      criteria: {
        warn_after: rule(result.criteria.warnAfter),
        error_after: rule(result.criteria.errorAfter),
        filter: result.criteria.filter,
      },
      adapter_response: {},
      timing: [],
      thread_id: 'Thread-1',
      execution_time: 0,
      error: result.error,
    })),
    elapsed_time: options.elapsed,
  };
}

function rule(threshold: { count: number; period: string } | null): Json {
  return threshold === null
    ? { count: null, period: null }
    : { count: threshold.count, period: threshold.period };
}
