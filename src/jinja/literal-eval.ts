import type { Expr } from './ast.ts';
import { tokenize } from './lexer.ts';
import { parseTuple } from './parse-expression.ts';
import { ParseState } from './parse-state.ts';
import { pyUnary } from './values/arithmetic.ts';
import { PyDict } from './values/py-dict.ts';
import type { Value } from './values/py-object.ts';
import { PySet } from './values/py-set.ts';
import { PyTuple } from './values/py-tuple.ts';
import { raisePython } from './values/raise.ts';

/**
 * Python's `ast.literal_eval`: numbers, strings, True/False/None, and lists, tuples, dicts and sets
 * of them. A ValueError or SyntaxError for anything else.
 */
export function literalEval(text: string): Value {
  const source = text.replace(/^[ \t]+/, '');
  if (source.trim() === '') raisePython('SyntaxError', 'invalid syntax');
  const set = /^\{(?=[^:]*\}$)(?!\s*\})([\s\S]*)\}$/.exec(source.trim());
  if (set !== null) {
    const items = literal(parse(`[${set[1]}]`));
    if (Array.isArray(items)) return new PySet(items);
  }
  return literal(parse(source));
}

function parse(source: string): Expr {
  const locate = () => ({ file: '<literal>', line: 1, column: 1 });
  const tokens = tokenize(`{{${source}\n}}`);
  // Jinja's own spellings are no Python literals.
  if (tokens.some(({ type, value }) => type === 'name' && /^(?:true|false|none)$/.test(value))) {
    raisePython('ValueError', 'malformed node or string');
  }
  const state = new ParseState(tokens, locate, (at) => at.fail('invalid syntax'));
  state.expect('variable_begin');
  const expr = parseTuple(state);
  state.expect('variable_end');
  state.expect('eof');
  return expr;
}

function literal(expr: Expr): Value {
  switch (expr.kind) {
    case 'const':
      return expr.value;
    case 'list':
      return expr.items.map(literal);
    case 'tuple':
      return new PyTuple(expr.items.map(literal));
    case 'dict':
      return new PyDict(expr.pairs.map(({ key, value }) => [literal(key), literal(value)]));
    case 'unary': {
      const { operand } = expr;
      if (operand.kind === 'const' && typeof operand.value !== 'boolean') {
        return pyUnary(expr.op, operand.value);
      }
      break;
    }
    default:
  }
  return raisePython('ValueError', 'malformed node or string');
}
