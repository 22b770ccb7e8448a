import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One entry of `run_results.json`, as far as specs look at it. */
export interface RunResultEntry {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
  readonly failures: number | null;
  readonly compiled_code: string | null;
  readonly relation_name: string | null;
  readonly batch_results: {
    readonly successful: readonly (readonly string[])[];
    readonly failed: readonly (readonly string[])[];
  } | null;
  readonly adapter_response: Readonly<Record<string, unknown>>;
}

/** The results of the last run of a project, in the order in which they were settled. */
export function readRunResults(root: string): readonly RunResultEntry[] {
  const text = readFileSync(join(root, 'target', 'run_results.json'), 'utf8');
  return (JSON.parse(text) as { results: readonly RunResultEntry[] }).results;
}
