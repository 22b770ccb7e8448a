import type { UniqueId } from './unique-id.ts';

/** One thing a plan does, in order. Data only: explain prints the records that the runner executes. */
export type Step =
  | { readonly kind: 'begin' }
  | { readonly kind: 'commit' }
  /** `main` marks the statement whose row count is the node's. */
  | {
      readonly kind: 'sql';
      readonly sql: string;
      readonly purpose: string;
      readonly main?: boolean;
      /** Builds the relation, as against hooks, comments and notes of state around it. */
      readonly builds?: boolean;
      /** It is quick and a transaction of its own; its commit may be shared with others in this database. */
      readonly sharesCommitIn?: string;
      /** The statement is for a column, and left out with a notice where the relation has none such. */
      readonly forColumn?: {
        readonly relation: string;
        readonly name: string;
        readonly exactCase: boolean;
      };
    }
  | { readonly kind: 'check-merge-key'; readonly check: MergeKeyCheck }
  | { readonly kind: 'check-values'; readonly check: ValueCheck }
  /** The tests that must pass on the new content before it is published. */
  | {
      readonly kind: 'audit';
      readonly tests: readonly UniqueId[];
      /** The new content, as SQL names it. */
      readonly relation: string;
      /** The part of it that is new, where that is staged. */
      readonly batch: string | null;
    };

/** What to do about null or repeated merge keys in a batch. */
export type KeyPolicy = 'error' | 'warn' | 'keep';

export interface MergeKeyCheck {
  readonly keys: readonly string[];
  /** One row: `nulls`, `duplicates`. */
  readonly countSql: string;
  /** The first rows with a null key. */
  readonly nullRowsSql: string;
  /** The first repeated keys with their counts. */
  readonly duplicateRowsSql: string;
  readonly onNull: KeyPolicy;
  readonly onDuplicate: KeyPolicy;
}

/** A column that gets values of another type. */
export interface RetypedColumn {
  readonly name: string;
  /** Type of the values. */
  readonly from: string;
  /** Type of the column that they are written to. */
  readonly to: string;
}

/** Counts the values that a cast would change. */
export interface ValueCheck {
  readonly columns: readonly RetypedColumn[];
  /** One row: for each column the number of such values, and one of them. */
  readonly countSql: string;
  /** Whose values are cast: the batch's, or those that the table has. */
  readonly of: 'batch' | 'table';
  /** Whether another `on_schema_change` would widen the columns. */
  readonly canWiden: boolean;
  readonly onChange: 'error' | 'warn';
}

/** What will be done for one node, and why that and not something else. */
export interface NodePlan {
  readonly nodeId: string;
  readonly materialization: string;
  /** For people: `create view`, `insert`, `rebuild`. */
  readonly action: string;
  readonly why: string;
  readonly steps: readonly Step[];
  /** The staged batch, as SQL names it. */
  readonly batch?: string | undefined;
  /** Why the steps, or those after the ones given, can't be known before the run. */
  readonly deferred?: string;
}
