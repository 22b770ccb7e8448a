import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { CompileEnvironment } from '../compile/compile-node.ts';
import type { InputFilter, TimeWindow } from '../compile/input-filter.ts';
import type { EventSink } from '../contracts/event.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import type { BatchResults, NodeStatus, SampleRows } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { Audits } from './audit/node-audit.ts';
import type { ChangedRun } from './changed/changed-run.ts';
import type { DatabaseSession } from './database-session.ts';
import type { FusedTests } from './fused-tests.ts';
import type { StatementComment } from './statement-comment.ts';

/** The flags of an invocation that change how nodes are run. */
export interface RunFlags {
  readonly fullRefresh: boolean;
  /** `YYYY-MM-DD`: reprocess the deliveries of this date. */
  readonly processDate: string | undefined;
  /** `--reload`: read all landing files again. */
  readonly reload?: boolean | undefined;
  readonly storeFailures: boolean;
  /** `--warn-error`: tests that would warn fail. */
  readonly warningsFail?: boolean | undefined;
  /** `--empty` and `--sample`. */
  readonly filter?: InputFilter | undefined;
  /** `--event-time-start` and `-end`: the batches that microbatch models run. */
  readonly eventTime?: TimeWindow | undefined;
}

/** What running a node needs to know of the run. */
export interface RunContext {
  readonly manifest: Manifest;
  readonly session: DatabaseSession;
  readonly dialect: SqlDialect;
  readonly flags: RunFlags;
  readonly invocationId: string;
  readonly now: () => Date;
  readonly emit: EventSink;
  /** How a node is compiled when its queries go to `connection`. */
  readonly environment: (connection: Connection) => CompileEnvironment;
  /** Each statement of a node is told: `--log-level debug`. */
  readonly tellStatements?: boolean | undefined;
  /** What statements say of the node they are from; see `query-comment`. */
  readonly comment?:
    | ((node: Node | undefined, name: string) => Promise<StatementComment | undefined>)
    | undefined;
  /** False where nothing is created, so that the tables of our own state may be missing. */
  readonly statePrepared?: boolean;
  /** `--changed`: decides what need not be run. */
  readonly changed?: ChangedRun | undefined;
  /** `--explain`: each node says why it is run. */
  readonly explain?: boolean | undefined;
  /** Statements that note what a node was built from, for its own transaction. */
  readonly builtStateSql?: readonly string[] | undefined;
  /** Tests that are run before what they test is published; undefined where none are. */
  readonly audits?: Audits | undefined;
  /** Tests that share scans; undefined where each has its own query. */
  readonly fusedTests?: FusedTests | undefined;
  /** The run is to stop: what has not started is not started. */
  readonly cancelled?: (() => boolean) | undefined;
  /** `clone`: where the nodes of the other state stand; nothing is built, all is cloned from there. */
  readonly cloneFrom?: ReadonlyMap<string, Relation> | undefined;
  /** `--defer`: where the nodes of the other state stand. */
  readonly deferred?: ReadonlyMap<string, Relation> | undefined;
  /** Batches that the run which is retried left, by node. */
  readonly retriedBatches?: ReadonlyMap<UniqueId, BatchResults> | undefined;
}

/** What running a node came to; the node runner adds times and status. */
export interface NodeOutcome {
  readonly status: Exclude<NodeStatus, 'error' | 'skipped'>;
  readonly message: string | null;
  readonly rowsAffected: number | null;
  readonly compiledCode: string | null;
  readonly relationName: string | null;
  /**
   * What could not be done, where the rest was and can be built upon: the node counts as failed, and
   * what is below it is built.
   */
  readonly failure?: TsdbtError | undefined;
  /** Counts for the adapter's response in run_results.json. */
  readonly response?: Readonly<Record<string, number>>;
  readonly failures?: number | null;
  readonly sample?: SampleRows | null;
  readonly notices?: readonly string[];
  readonly batchResults?: BatchResults;
  /** Functions: the files of the overloads that were made with it. */
  readonly overloads?: readonly string[];
}

/** Runs one kind of node on a connection of its own. */
export type NodeRun = (
  node: Node,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
) => Promise<NodeOutcome>;

/** What a node run tells while it goes on, for errors and timings. */
export interface NodeProgress {
  /** `batch`: what a microbatch model calls the batch that this is the SQL of. */
  compiled(code: string, batch?: string): void;
  /** The SQL that was sent to build the node, or its batch: what is written to `target/run`. */
  executed(statements: readonly string[], batch?: string): void;
}
