import type { QueryResult } from '../adapters/adapter.ts';
import type { Column, ExistingRelation, Relation } from '../contracts/relation.ts';

/** The database as templates may use it while they are compiled or run; absent while parsing. */
export interface TemplateDatabase {
  /** Answered from the cache of relations that the run keeps. */
  findRelation(relation: Relation): Promise<ExistingRelation | undefined>;
  query(sql: string): Promise<QueryResult>;
  columns(relation: Relation): Promise<readonly Column[]>;
  createSchema(database: string, schema: string): Promise<void>;
  dropRelation(relation: ExistingRelation): Promise<void>;
}
