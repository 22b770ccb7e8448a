/**
 * The query that gives the rows of one common table expression of `sql`: its WITH list, then a
 * select from the one named. Undefined when `sql` has no such expression.
 */
export function cteQuery(sql: string, name: string): string | undefined {
  const tokens = [...tokensOf(sql)];
  let at = 0;
  if (tokens[at]?.text.toLowerCase() !== 'with') return undefined;
  at += 1;
  if (tokens[at]?.text.toLowerCase() === 'recursive') at += 1;
  let found = false;
  for (;;) {
    const cte = tokens[at];
    if (cte === undefined) return undefined;
    found ||= unquoted(cte.text).toLowerCase() === name.toLowerCase();
    // Everything up to the body: a column list, `as`, `materialized`.
    at += 1;
    if (tokens[at]?.text === '(') at = closing(tokens, at) + 1;
    while (tokens[at] !== undefined && tokens[at]!.text !== '(') at += 1;
    const end = closing(tokens, at);
    if (tokens[end] === undefined) return undefined;
    at = end + 1;
    if (tokens[at]?.text !== ',') {
      const list = sql.slice(0, tokens[end]!.end);
      return found ? `${list}\nselect * from "${name.replaceAll('"', '""')}"` : undefined;
    }
    at += 1;
  }
}

interface Token {
  readonly text: string;
  readonly end: number;
}

/** Words, quoted names and single characters; texts, comments and blanks are left out. */
function* tokensOf(sql: string): Generator<Token> {
  const pattern =
    /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|("(?:[^"]|"")*"|[\w$]+|[\s\S])/y;
  for (;;) {
    const match = pattern.exec(sql);
    if (match === null) return;
    if (match[2] !== undefined) yield { text: match[2], end: pattern.lastIndex };
  }
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  let at = open;
  for (; at < tokens.length; at++) {
    if (tokens[at]!.text === '(') depth += 1;
    else if (tokens[at]!.text === ')') depth -= 1;
    if (depth === 0) break;
  }
  return at;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
