import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import type { Step } from '../contracts/plan.ts';
import type { Column, ExistingRelation, Relation } from '../contracts/relation.ts';
import type { Contract } from './contract.ts';

/** A rendered pre- or post-hook, and whether it belongs to the model's transaction. */
export interface Hook {
  readonly sql: string;
  readonly inTransaction: boolean;
}

/** Everything a materialization may look at. Plain data: the same input gives the same steps. */
export interface MaterializationInput {
  readonly nodeId: string;
  readonly target: Relation;
  readonly existing: ExistingRelation | undefined;
  /** Columns of the existing relation; empty when there is none. */
  readonly existingColumns: readonly Column[];
  /** Columns the compiled query gives; empty unless `needsColumns`. */
  readonly columns: readonly Column[];
  readonly compiledSql: string;
  readonly config: Readonly<Record<string, Json>>;
  readonly fullRefresh: boolean;
  /** Why a full rebuild is due although nobody asked, as when a parent lost rows. */
  readonly rebuildReason: string | undefined;
  /** dbt projects keep dbt's silence about bad merge keys, as a warning; ours refuse them. */
  readonly strictKeys: boolean;
  readonly dialect: SqlDialect;
  /** Microbatch: the time of the batch, as SQL texts; its end does not belong to it. */
  readonly window?: { readonly start: string; readonly end: string } | undefined;
  /** Statements that note, in the same transaction, what state the data is in. */
  readonly stateSql: readonly string[];
  readonly preHooks: readonly Hook[];
  readonly postHooks: readonly Hook[];
  /** What the model promises of its columns; undefined unless its contract is enforced. */
  readonly contract: Contract | undefined;
  /** Tables whose foreign keys lead to the target, the furthest first. */
  readonly referencing?: readonly Relation[];
  /** Comments to persist: on the relation, and by column. */
  readonly comments: {
    readonly relation: string | null;
    readonly columns: ReadonlyMap<string, string>;
    /** Those of them that are quoted: they are for a column of exactly that case. */
    readonly quoted?: ReadonlySet<string>;
  };
}

export interface MaterializationPlan {
  readonly action: string;
  readonly why: string;
  readonly steps: readonly Step[];
  /** The temporary table that holds the batch; it is dropped when all is done. */
  readonly batch?: string;
}

/** One way to bring a query's result into the database. */
export interface Materialization {
  readonly name: string;
  /** True when the plan depends on the columns of the query and of the existing relation. */
  needsColumns(
    input: Pick<MaterializationInput, 'config' | 'existing' | 'fullRefresh' | 'rebuildReason'>,
  ): boolean;
  plan(input: MaterializationInput): MaterializationPlan;
}
