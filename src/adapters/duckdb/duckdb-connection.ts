import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBValue } from '@duckdb/node-api';
import type { Json } from '../../contracts/json.ts';
import type { Column } from '../../contracts/relation.ts';
import type { BindValue, Connection, QueryResult, StatementResult } from '../adapter.ts';
import { fromDuckDbError } from './duckdb-errors.ts';
import { typeName } from './duckdb-type-name.ts';

type Driver = typeof import('@duckdb/node-api');

/** A connection of the shared instance; see {@link Connection} for the contract. */
export class DuckDbConnection implements Connection {
  readonly #driver: Driver;
  readonly #raw: DuckDBConnection;
  readonly #sandboxed: boolean;
  readonly #onClose: () => void;

  constructor(driver: Driver, raw: DuckDBConnection, sandboxed: boolean, onClose: () => void) {
    this.#driver = driver;
    this.#raw = raw;
    this.#sandboxed = sandboxed;
    this.#onClose = onClose;
  }

  async run(sql: string, params?: readonly BindValue[]): Promise<StatementResult> {
    const result = await this.#execute(sql, params);
    return { rowsAffected: affected(result) };
  }

  runShared(sql: string): Promise<StatementResult> {
    return this.run(sql);
  }

  async query(sql: string, params?: readonly BindValue[]): Promise<QueryResult> {
    const result = await this.#execute(sql, params);
    const rows = (await result.getRowsJson()) as readonly (readonly Json[])[];
    return { columns: columnsOf(result), rows };
  }

  async describe(selectSql: string): Promise<readonly Column[]> {
    try {
      const prepared = await this.#raw.prepare(selectSql);
      const columns: Column[] = [];
      for (let i = 0; i < prepared.columnCount; i++) {
        columns.push({ name: prepared.columnName(i), type: typeName(prepared.columnType(i)) });
      }
      prepared.destroySync();
      return columns;
    } catch (error) {
      throw fromDuckDbError(error, selectSql, this.#sandboxed);
    }
  }

  async transaction<T>(body: () => Promise<T>): Promise<T> {
    await this.run('begin transaction');
    let result: T;
    try {
      result = await body();
    } catch (error) {
      // Always roll back: `commit` of an aborted transaction reports success and discards all.
      await this.run('rollback').catch(() => undefined);
      throw error;
    }
    await this.run('commit');
    return result;
  }

  async append(
    table: string,
    rows: AsyncIterable<readonly BindValue[]> | Iterable<readonly BindValue[]>,
  ): Promise<number> {
    const appender = await this.#raw.createAppender(table);
    const writer = this.#driver.DuckDBDataChunkWriter.forAppender(appender);
    let count = 0;
    try {
      for await (const row of rows) {
        writer.appendRow(row as readonly DuckDBValue[]);
        count++;
      }
      writer.flush();
      appender.flushSync();
    } catch (error) {
      throw fromDuckDbError(error, `append to ${table}`, this.#sandboxed);
    } finally {
      appender.closeSync();
    }
    return count;
  }

  interrupt(): void {
    this.#raw.interrupt();
  }

  close(): void {
    this.#raw.closeSync();
    this.#onClose();
  }

  async #execute(sql: string, params?: readonly BindValue[]): Promise<DuckDBMaterializedResult> {
    try {
      return await (params === undefined ? this.#raw.run(sql) : this.#raw.run(sql, [...params]));
    } catch (error) {
      throw fromDuckDbError(error, sql, this.#sandboxed);
    }
  }
}

/** Rows changed: DuckDB reports 0 for CREATE TABLE AS, but gives a `Count` row instead. */
function affected(result: DuckDBMaterializedResult): number | null {
  const count = Number(result.rowsChanged);
  if (count > 0) return count;
  if (result.columnCount === 1 && result.columnName(0) === 'Count' && result.rowCount === 1) {
    return Number(result.getChunk(0).getColumnValues(0)[0]);
  }
  return result.columnCount === 0 ? null : count;
}

function columnsOf(result: DuckDBMaterializedResult): Column[] {
  const columns: Column[] = [];
  for (let i = 0; i < result.columnCount; i++) {
    columns.push({ name: result.columnName(i), type: typeName(result.columnType(i)) });
  }
  return columns;
}
