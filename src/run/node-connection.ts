import type { BindValue, Connection, QueryResult, StatementResult } from '../adapters/adapter.ts';
import { PassingConnection } from '../adapters/passing-connection.ts';
import type { StatementComment } from './statement-comment.ts';
import { withComment } from './statement-comment.ts';

export interface NodeConnectionOptions {
  /** What `query-comment` of the project makes of the node. */
  readonly comment?: StatementComment | undefined;
  /** Told of each statement before it is sent; gives what is called when it is done. */
  readonly onStatement?: ((sql: string) => () => void) | undefined;
}

/** What begins or ends a transaction is sent as it is, as in dbt. */
const ofTransactions = /^\s*(begin|start|commit|rollback|abort)\b/i;

/** The connection as a node has it: its statements carry a comment, and can be watched. */
export function nodeConnection(connection: Connection, options: NodeConnectionOptions): Connection {
  const { comment, onStatement } = options;
  if (comment === undefined && onStatement === undefined) return connection;
  return new NodeConnection(connection, options);
}

class NodeConnection extends PassingConnection {
  readonly #options: NodeConnectionOptions;

  constructor(connection: Connection, options: NodeConnectionOptions) {
    super(connection);
    this.#options = options;
  }

  override run(sql: string, params?: readonly BindValue[]): Promise<StatementResult> {
    return this.#sent(sql, (text) => super.run(text, params));
  }

  override runShared(sql: string, database: string): Promise<StatementResult> {
    return this.#sent(sql, (text) => super.runShared(text, database));
  }

  override query(sql: string, params?: readonly BindValue[]): Promise<QueryResult> {
    return this.#sent(sql, (text) => super.query(text, params));
  }

  async #sent<T>(sql: string, send: (text: string) => Promise<T>): Promise<T> {
    const { comment, onStatement } = this.#options;
    const text =
      comment === undefined || ofTransactions.test(sql) ? sql : withComment(sql, comment);
    const done = onStatement?.(text);
    const result = await send(text);
    done?.();
    return result;
  }
}
