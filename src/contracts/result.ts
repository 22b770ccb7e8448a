import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { Json } from './json.ts';
import type { UniqueId } from './unique-id.ts';

/** dbt's statuses (core `artifacts/schemas/results.py`). */
export type NodeStatus =
  | 'success'
  | 'partial success'
  | 'error'
  | 'skipped'
  | 'pass'
  | 'warn'
  | 'fail'
  | 'no-op';

/** The batches of a microbatch model: what was built, and what a retry has to do. */
export interface BatchResults {
  readonly successful: readonly { readonly start: Date; readonly end: Date }[];
  readonly failed: readonly { readonly start: Date; readonly end: Date }[];
}

export interface Timing {
  readonly name: 'compile' | 'execute';
  readonly startedAt: Date;
  readonly completedAt: Date;
}

/** The first rows of a failing test, for people. */
export interface SampleRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
}

/** What became of one node in a run. */
export interface NodeResult {
  readonly nodeId: UniqueId;
  readonly status: NodeStatus;
  readonly timing: readonly Timing[];
  readonly threadId: string;
  /** Seconds from start to end. */
  readonly executionTime: number;
  readonly message: string | null;
  /** Rows written; null where the engine does not say or nothing is written (views). */
  readonly rowsAffected: number | null;
  /** Tests: rows (or what `fail_calc` counts) that fail. */
  readonly failures: number | null;
  readonly error: TsdbtError | null;
  /** Of a node with an error: what it has can be built upon, since only a part could not be done. */
  readonly isUsable?: boolean;
  /** Landing models: what was loaded, counted, for the adapter's response. */
  readonly response?: Readonly<Record<string, number>> | undefined;
  readonly compiledCode: string | null;
  readonly relationName: string | null;
  readonly sample: SampleRows | null;
  /** Remarks that are no failure: quarantined rows, deliveries that were not there. */
  readonly notices: readonly string[];
  /** Microbatch models: the SQL of each batch that was compiled, by what the batch is called. */
  readonly compiledBatches?: readonly { readonly name: string; readonly code: string }[];
  /** The SQL that was sent to build the node; of a microbatch model by what the batch is called. */
  readonly executedSql?: readonly { readonly batch: string | undefined; readonly sql: string }[];
  /** Microbatch models only. */
  readonly batchResults?: BatchResults | null;
  /** Functions only: the files of the overloads that were made with it. */
  readonly overloads?: readonly string[] | undefined;
  /** The failed node that a skipped one waited for. */
  readonly skippedBecause: UniqueId | null;
}
