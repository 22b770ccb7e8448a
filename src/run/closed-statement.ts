/**
 * The text of one statement, without the semicolon behind it, that ends all that it begins: quotes and
 * comments. Whatever follows it, after a semicolon, is read as if it stood alone. Undefined for any
 * other text, and where the rules of an engine are many (dollar quotes, escapes).
 */
export function closedStatement(sql: string): string | undefined {
  const text = sql.replace(/;\s*$/, '');
  const next = /['"$\\;]|--|\/\*/g;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const end = endOf(found[0], text, next.lastIndex);
    if (end === -1) return undefined;
    next.lastIndex = end;
  }
  return text;
}

/** Where what was begun has ended; -1 where it does not, or may be something else. */
function endOf(begin: string, text: string, from: number): number {
  switch (begin) {
    case "'":
    case '"': {
      const end = text.indexOf(begin, from);
      return end === -1 ? -1 : end + 1;
    }
    case '--': {
      const end = text.indexOf('\n', from);
      return end === -1 ? -1 : end + 1;
    }
    case '/*': {
      const end = text.indexOf('*/', from);
      // Engines differ in whether comments nest.
      return end === -1 || text.slice(from, end).includes('/*') ? -1 : end + 2;
    }
    default:
      return -1;
  }
}
