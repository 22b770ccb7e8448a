import type { Column } from '../contracts/relation.ts';
import type { BindValue, Connection, QueryResult, StatementResult } from './adapter.ts';

/** A connection that hands everything on to another one; those who change something override that. */
export abstract class PassingConnection implements Connection {
  protected readonly inner: Connection;

  constructor(inner: Connection) {
    this.inner = inner;
  }

  run(sql: string, params?: readonly BindValue[]): Promise<StatementResult> {
    return this.inner.run(sql, params);
  }

  runShared(sql: string, database: string): Promise<StatementResult> {
    return this.inner.runShared(sql, database);
  }

  query(sql: string, params?: readonly BindValue[]): Promise<QueryResult> {
    return this.inner.query(sql, params);
  }

  describe(selectSql: string): Promise<readonly Column[]> {
    return this.inner.describe(selectSql);
  }

  transaction<T>(body: () => Promise<T>): Promise<T> {
    return this.inner.transaction(body);
  }

  append(
    table: string,
    rows: AsyncIterable<readonly BindValue[]> | Iterable<readonly BindValue[]>,
  ): Promise<number> {
    return this.inner.append(table, rows);
  }

  interrupt(): void {
    this.inner.interrupt();
  }

  close(): void {
    this.inner.close();
  }
}
