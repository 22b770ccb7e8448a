/** What a relation is in the database. */
export type RelationType = 'table' | 'view' | 'cte' | 'external' | 'materialized_view' | 'function';

/** The full name of a relation. Parts are unquoted; quoting is the dialect's work. */
export interface Relation {
  readonly database: string;
  readonly schema: string;
  readonly identifier: string;
}

/** A relation that exists in the database. */
export interface ExistingRelation extends Relation {
  readonly type: RelationType;
}

/** A relation that exists, with a hash of the statement that would make it. */
export interface DefinedRelation extends ExistingRelation {
  readonly definition: string;
}

/** A column as the database knows it; `type` is the engine's own spelling. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** What the database has as comments: of a relation, and of its columns by name. */
export interface RelationComments {
  readonly comment: string | null;
  readonly columns: ReadonlyMap<string, string>;
}

/** One key a relation: case-folded, as DuckDB compares names. */
export function relationKey(relation: Relation): string {
  return `${relation.database}\u0000${relation.schema}\u0000${relation.identifier}`.toLowerCase();
}
