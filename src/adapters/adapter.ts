import type { Json } from '../contracts/json.ts';
import type {
  Column,
  DefinedRelation,
  ExistingRelation,
  Relation,
  RelationComments,
} from '../contracts/relation.ts';
import type { SqlDialect } from './sql-dialect.ts';

/** Rows as JSON values: exact numbers beyond 2^53 and decimals are strings, dates ISO text. */
export interface QueryResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Json[])[];
}

/** What a statement did. `rowsAffected` is null where the engine does not say. */
export interface StatementResult {
  readonly rowsAffected: number | null;
}

/** A value a driver can bind or append: text, number, null, or 64-bit integer. */
export type BindValue = string | number | bigint | boolean | null;

/**
 * One connection. Statements of one connection run one after the other; each open transaction
 * belongs to one connection. Every failure is a TsdbtError (`sql-failed`) whose `location` is a
 * line and column in the SQL text given, when the engine knows it.
 */
export interface Connection {
  /** Runs one or more statements; the result is that of the last. */
  run(sql: string, params?: readonly BindValue[]): Promise<StatementResult>;
  /**
   * Runs one statement that is whole by itself and writes to the database named; never inside of a
   * transaction. It may be committed together with those of other connections, and is when this is done.
   */
  runShared(sql: string, database: string): Promise<StatementResult>;
  /** Runs one statement and reads all its rows. */
  query(sql: string, params?: readonly BindValue[]): Promise<QueryResult>;
  /** The columns a SELECT would give; nothing is executed. */
  describe(selectSql: string): Promise<readonly Column[]>;
  /** Begins, runs `body`, commits; rolls back on any error and throws that error. */
  transaction<T>(body: () => Promise<T>): Promise<T>;
  /**
   * Appends rows of VARCHAR/BIGINT columns to a table of this connection, in the order given. Rows
   * are arrays in column order. Fast path of the driver; part of the open transaction.
   */
  append(
    table: string,
    rows: AsyncIterable<readonly BindValue[]> | Iterable<readonly BindValue[]>,
  ): Promise<number>;
  /** Stops the statement that is running; it fails with `run-cancelled`. */
  interrupt(): void;
  close(): void;
}

/** What an engine can do, as data; callers ask this and never the engine's name. */
export interface Capabilities {
  readonly transactionalDdl: boolean;
  readonly atomicReplaceTable: boolean;
  readonly merge: boolean;
  readonly cancel: boolean;
}

/** A database engine with one open database. Created by its factory, closed once. */
export interface Adapter {
  readonly type: string;
  /** Name of the database (catalog) that unqualified models go to. */
  readonly database: string;
  readonly capabilities: Capabilities;
  readonly dialect: SqlDialect;
  /** Opens the database on the first call; later calls give further connections. */
  connect(): Promise<Connection>;
  /** All relations in the given schemas (all schemas when none is named). */
  listRelations(
    connection: Connection,
    schemas?: readonly string[],
  ): Promise<readonly ExistingRelation[]>;
  /** The relations in the given schemas with hashes of their definitions, to tell whether they changed. */
  listDefinitions(
    connection: Connection,
    schemas: readonly string[],
  ): Promise<readonly DefinedRelation[]>;
  /** Columns of many relations in one query, keyed by `relationKey`. */
  listColumns(
    connection: Connection,
    relations: readonly Relation[],
  ): Promise<ReadonlyMap<string, readonly Column[]>>;
  /** The comments of relations that have any, on them or on their columns, keyed by `relationKey`. */
  listComments(
    connection: Connection,
    relations: readonly Relation[],
  ): Promise<ReadonlyMap<string, RelationComments>>;
  /**
   * The tables with foreign keys that lead to a table, over others or straight, the furthest first: they
   * keep it from being replaced.
   */
  listReferencing(connection: Connection, relation: Relation): Promise<readonly Relation[]>;
  /** Makes committed data durable and the file compact; called at the end of a run. */
  checkpoint(connection: Connection): Promise<void>;
  close(): Promise<void>;
}
