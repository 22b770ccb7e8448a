/** An ephemeral model as a common table expression. */
export interface Cte {
  readonly id: string;
  /** ` __dbt__cte__name as (\n…\n)` */
  readonly sql: string;
}

/** Name an ephemeral model has inside the queries that use it. */
export function cteName(alias: string): string {
  return `__dbt__cte__${alias}`;
}

/**
 * Puts common table expressions before a query: in front of the first of an existing WITH, or as a
 * WITH of their own before all of it, comments too. Blanks stay where dbt leaves them (core
 * `compilation.py`): those before the query, and those behind its WITH.
 */
export function injectCtes(sql: string, ctes: readonly Cte[]): string {
  if (ctes.length === 0) return sql;
  const list = ctes.map((cte) => cte.sql).join(', ');
  const start = skipBlank(sql);
  const head = sql.slice(0, start);
  const withMatch = /^with\b(\s+recursive\b)?\s*/i.exec(sql.slice(start));
  if (withMatch === null) {
    const query = sql.trimStart();
    return `${sql.slice(0, sql.length - query.length)}with${list} ${query}`;
  }
  return `${head}${withMatch[0]}${list}, ${sql.slice(start + withMatch[0].length)}`;
}

/** Offset of the first character that is neither blank nor inside a comment. */
function skipBlank(sql: string): number {
  const blank = /\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\//y;
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    if (!blank.test(sql)) return at;
    at = blank.lastIndex;
  }
}
