import type { Json } from '../contracts/json.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

export interface FreshnessResult {
  readonly uniqueId: UniqueId;
  readonly status: 'pass' | 'warn' | 'error' | 'runtime error';
  /** The year 1 where nothing was ever loaded; null where it could not be asked. */
  readonly maxLoadedAt: Date | null;
  readonly snapshottedAt: Date;
  readonly ageSeconds: number | null;
  /** `freshness` of the source's configuration. */
  readonly criteria: Json;
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly error: string | null;
  /** The error with its place and hint. */
  readonly failed?: TsdbtError;
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
  const startedAt = result.startedAt.toISOString();
  if (status === 'runtime error') return { unique_id: uniqueId, error: result.error, status };
  return {
    unique_id: uniqueId,
    max_loaded_at: result.maxLoadedAt === null ? null : withOffset(result.maxLoadedAt),
    snapshotted_at: withOffset(result.snapshottedAt),
    max_loaded_at_time_ago_in_s: result.ageSeconds,
    status,
    criteria: result.criteria,
    adapter_response: { _message: 'OK' },
    timing: [
      { name: 'compile', started_at: startedAt, completed_at: startedAt },
      { name: 'execute', started_at: startedAt, completed_at: result.completedAt.toISOString() },
    ],
    thread_id: 'Thread-1',
    execution_time: executionTime(result),
  };
}

/** Seconds that looking a source up took. */
export function executionTime({ startedAt, completedAt }: FreshnessResult): number {
  return Math.max(0, completedAt.getTime() - startedAt.getTime()) / 1000;
}

/** As Python writes a time in UTC. */
function withOffset(time: Date): string {
  return time
    .toISOString()
    .replace(/(?:\.000|(\.\d{3}))Z$/, (_, millis?: string) =>
      millis === undefined ? '+00:00' : `${millis}000+00:00`,
    );
}
