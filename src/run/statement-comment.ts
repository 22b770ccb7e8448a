/** A comment that statements carry, without its signs; before them, or behind them with `append`. */
export interface StatementComment {
  readonly text: string;
  readonly append: boolean;
}

/** A statement with its comment, where dbt has it (dbt-adapters `query_headers.py`). */
export function withComment(sql: string, { text, append }: StatementComment): string {
  if (!append) return `/* ${text} */\n${sql}`;
  const trimmed = sql.trimEnd();
  return trimmed.endsWith(';')
    ? `${trimmed.slice(0, -1)}\n/* ${text} */;`
    : `${trimmed}\n/* ${text} */`;
}
