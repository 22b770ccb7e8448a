import type { Relation } from '../contracts/relation.ts';

/** SQL text of one engine. Pure: nothing here talks to a database. */
export interface SqlDialect {
  /** Name macros dispatch on (`duckdb__…`). */
  readonly name: string;
  /** An identifier in quotes, with quotes inside doubled. Refuses empty names and NUL. */
  quote(identifier: string): string;
  /** A string literal. */
  literal(text: string): string;
  /** The quoted full name: `"database"."schema"."identifier"`. */
  relation(relation: Relation): string;
  createSchema(database: string, schema: string): string;
  createTableAs(
    relation: Relation,
    selectSql: string,
    options: { temporary?: boolean; replace?: boolean },
  ): string;
  createViewAs(relation: Relation, selectSql: string): string;
  drop(relation: Relation, type: 'table' | 'view'): string;
  rename(relation: Relation, identifier: string, type: 'table' | 'view'): string;
  commentOnRelation(relation: Relation, type: 'table' | 'view', comment: string): string;
  commentOnColumn(relation: Relation, column: string, comment: string): string;
}
