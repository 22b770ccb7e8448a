import { isConstant } from './analyze.ts';
import type { CallExpr, Expr } from './ast.ts';
import { parseTemplate, type Template } from './template.ts';

/** What dbt's extractor does not read out of a `config()` call. */
const hookArguments: ReadonlySet<string> = new Set(['pre_hook', 'post_hook']);

/**
 * Whether dbt knows what a model says without rendering it: it is made of nothing but text, comments and
 * `{{ }}` around `ref`, `source` and `config` with constants of the kinds that its extractor takes
 * (PyPI `dbt-extractor`): texts, booleans in Python's spelling, lists and mappings. What dbt notes of such a model differs in
 * small ways from what it notes of one that it renders.
 */
export function isStaticTemplate({ body, text }: Template): boolean {
  if (/\{\{-|-\}\}|\{%[-+]?\s*raw\b/.test(text.text)) return false;
  return body.every((stmt) => {
    if (stmt.kind === 'text') return true;
    if (stmt.kind !== 'print') return false;
    return isText(stmt.expr) || (stmt.expr.kind === 'call' && isStaticCall(stmt.expr, text.text));
  });
}

/** Whether a text is one call with nothing but literals for its arguments: `config(tags=['a'])`. */
export function isLiteralCall(text: string): boolean {
  try {
    const [stmt, ...more] = parseTemplate(`{{ ${text} }}`, { file: '' }).body;
    if (stmt?.kind !== 'print' || stmt.expr.kind !== 'call' || more.length > 0) return false;
    const { positional, keywords, star, doubleStar } = stmt.expr.args;
    const values = [...positional, ...keywords.map(({ value }) => value)];
    return (
      star === undefined && doubleStar === undefined && values.every((value) => isConstant(value))
    );
  } catch {
    return false;
  }
}

function isStaticCall({ callee, args }: CallExpr, text: string): boolean {
  if (callee.kind !== 'name' || args.star !== undefined || args.doubleStar !== undefined)
    return false;
  const { positional, keywords } = args;
  switch (callee.name) {
    case 'ref':
      return (
        positional.length >= 1 &&
        positional.length <= 2 &&
        positional.every(isText) &&
        keywords.every(({ name, value }) => /^(?:v|version)$/.test(name) && value.kind === 'const')
      );
    case 'source':
      return positional.length === 2 && positional.every(isText) && keywords.length === 0;
    case 'config':
      return (
        positional.length === 0 &&
        keywords.length > 0 &&
        keywords.every(({ name, value }) => !hookArguments.has(name) && isStaticValue(value, text))
      );
    default:
      return false;
  }
}

function isText(expr: Expr): boolean {
  return expr.kind === 'const' && typeof expr.value === 'string';
}

function isStaticValue(expr: Expr, text: string): boolean {
  switch (expr.kind) {
    case 'const':
      return typeof expr.value === 'boolean'
        ? 'TF'.includes(text.charAt(expr.pos))
        : typeof expr.value === 'string';
    case 'list':
      return expr.items.every((item) => isStaticValue(item, text));
    case 'dict':
      return expr.pairs.every(({ key, value }) => isText(key) && isStaticValue(value, text));
    default:
      return false;
  }
}
