import type { BindValue, Connection, QueryResult, StatementResult } from '../adapters/adapter.ts';
import type { Column } from '../contracts/relation.ts';

/** A comment that statements carry, without its signs; before them, or behind them with `append`. */
export interface StatementComment {
  readonly text: string;
  readonly append: boolean;
}

/** What begins or ends a transaction is sent as it is, as in dbt. */
const ofTransactions = /^\s*(begin|start|commit|rollback|abort)\b/i;

/** A connection whose statements carry a comment: what `query-comment` of the project is for. */
export class CommentedConnection implements Connection {
  readonly #connection: Connection;
  readonly #comment: StatementComment;

  constructor(connection: Connection, comment: StatementComment) {
    this.#connection = connection;
    this.#comment = comment;
  }

  run(sql: string, params?: readonly BindValue[]): Promise<StatementResult> {
    return this.#connection.run(this.#commented(sql), params);
  }

  query(sql: string, params?: readonly BindValue[]): Promise<QueryResult> {
    return this.#connection.query(this.#commented(sql), params);
  }

  describe(selectSql: string): Promise<readonly Column[]> {
    return this.#connection.describe(selectSql);
  }

  transaction<T>(body: () => Promise<T>): Promise<T> {
    return this.#connection.transaction(body);
  }

  append(
    table: string,
    rows: AsyncIterable<readonly BindValue[]> | Iterable<readonly BindValue[]>,
  ): Promise<number> {
    return this.#connection.append(table, rows);
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.close();
  }

  #commented(sql: string): string {
    if (ofTransactions.test(sql)) return sql;
    return withComment(sql, this.#comment);
  }
}

/** A statement with its comment, where dbt has it (dbt-adapters `query_headers.py`). */
export function withComment(sql: string, { text, append }: StatementComment): string {
  if (!append) return `/* ${text} */\n${sql}`;
  const trimmed = sql.trimEnd();
  return trimmed.endsWith(';')
    ? `${trimmed.slice(0, -1)}\n/* ${text} */;`
    : `${trimmed}\n/* ${text} */`;
}
