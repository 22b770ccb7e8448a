import type { BindValue, QueryResult } from '../adapters/adapter.ts';
import type { Column, ExistingRelation, Relation } from '../contracts/relation.ts';

export interface ExecuteOptions {
  /** Begin a transaction first, where the template runs inside of one and none is open. */
  readonly autoBegin: boolean;
  /** Read the rows. */
  readonly fetch: boolean;
  readonly bindings?: readonly BindValue[];
}

export interface Executed {
  readonly rowsAffected: number | null;
  /** Null unless rows were asked for. */
  readonly result: QueryResult | null;
}

/** Where the files of packages are. */
export interface PackageFiles {
  /** Absolute path of a file, given relative to the root of its package. */
  path(packageName: string, path: string): string;
}

/** The database as templates may use it while they are compiled or run; absent while parsing. */
export interface TemplateDatabase {
  /** Name of the database that unqualified relations are in. */
  readonly defaultDatabase: string;
  /** Answered from the cache of relations that the run keeps. */
  findRelation(relation: Relation): Promise<ExistingRelation | undefined>;
  listRelations(database: string, schema: string): Promise<readonly ExistingRelation[]>;
  /** Notes in the cache that a relation is there, or is not any more. */
  remember(relation: ExistingRelation): void;
  forget(relation: Relation): void;
  forgetSchema(database: string, schema: string): void;
  schemas(database: string): Promise<readonly string[]>;
  /** Whether there is a function of this name, whatever it takes. */
  hasFunction(relation: Relation): Promise<boolean>;
  execute(sql: string, options: ExecuteOptions): Promise<Executed>;
  /** The columns of a relation, none when it does not exist; `text` is how SQL names it. */
  columns(relation: Relation, text: string): Promise<readonly Column[]>;
  /** The columns a query gives. */
  describe(sql: string): Promise<readonly Column[]>;
  /** Begins the transaction of a materialization; without one nothing happens. */
  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Puts a file that a statement wrote in the place of another. */
  moveFile(from: string, to: string): Promise<void>;
  /** Absolute path of a file of a package. */
  projectFile(packageName: string, path: string): string;
}
