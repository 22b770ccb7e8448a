import type { BindValue, StatementResult } from '../../adapters/adapter.ts';
import { PassingConnection } from '../../adapters/passing-connection.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';

/** How plans and macros begin and end the transactions of single nodes. */
const ofNodes: ReadonlySet<string> = new Set(['begin transaction', 'commit', 'rollback']);

/** Statements that would end the transaction, or need one of their own. */
const ofOthers =
  /(^|;)\s*(begin|start\s+transaction|commit|end|rollback|abort|checkpoint|force\s+checkpoint|vacuum)\b/i;

/**
 * A connection inside of a transaction that outlasts its nodes: where they begin, commit or roll back
 * nothing happens, since all of them are published together or not at all. DuckDB has no savepoints, so
 * nothing can be taken back alone: after an error of a node the transaction can only be rolled back.
 */
export class OneTransaction extends PassingConnection {
  override async run(sql: string, params?: readonly BindValue[]): Promise<StatementResult> {
    if (ofNodes.has(sql)) return { rowsAffected: null };
    if (ofOthers.test(withoutTexts(sql)))
      throw tsdbtError('audit-run-impossible', {
        node: 'A statement',
        problem: `begins or ends a transaction by itself: ${sql.trim().split('\n')[0]}`,
      });
    return await super.run(sql, params);
  }

  override async transaction<T>(body: () => Promise<T>): Promise<T> {
    return await body();
  }
}

/** The statement without what stands in quotes and comments. */
function withoutTexts(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, "''");
}
