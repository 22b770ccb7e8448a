import type { Arguments, CompareExpr, CompareOperator, Expr, FilterExpr } from './ast.ts';
import { filters } from './filters/registry.ts';
import { describeToken, type ParseState } from './parse-state.ts';
import { tests } from './tests/registry.ts';
import type { BinaryOperator, Value } from './values/py-object.ts';
import { reprString } from './values/repr.ts';

const comparisons: ReadonlyMap<string, CompareOperator> = new Map([
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['lteq', '<='],
  ['gt', '>'],
  ['gteq', '>='],
]);
const additions: ReadonlyMap<string, BinaryOperator> = new Map([
  ['add', '+'],
  ['sub', '-'],
]);
const products: ReadonlyMap<string, BinaryOperator> = new Map([
  ['mul', '*'],
  ['div', '/'],
  ['floordiv', '//'],
  ['mod', '%'],
]);
const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const noArguments: Arguments = {
  positional: [],
  keywords: [],
  star: undefined,
  doubleStar: undefined,
  pure: true,
};

/** An expression, with an inline `if` unless that would belong to a `for`. */
export function parseExpression(state: ParseState, withCondition = true): Expr {
  return withCondition ? parseCondition(state) : parseOr(state);
}

function parseCondition(state: ParseState): Expr {
  const firstUnknown = state.unknown.length;
  let expr = parseOr(state);
  while (state.isName('if')) {
    const { pos } = state.next();
    const test = parseOr(state);
    const otherwise = state.skipIfName('else') ? parseCondition(state) : undefined;
    for (let i = firstUnknown; i < state.unknown.length; i++) state.unknown[i]!.soft = true;
    const pure = expr.pure && test.pure && (otherwise === undefined || otherwise.pure);
    expr = { kind: 'cond', test, value: expr, otherwise, pos, pure };
  }
  return expr;
}

function parseOr(state: ParseState): Expr {
  let left = parseAnd(state);
  while (state.isName('or')) {
    const { pos } = state.next();
    const right = parseAnd(state);
    left = { kind: 'or', left, right, pos, pure: left.pure && right.pure };
  }
  return left;
}

function parseAnd(state: ParseState): Expr {
  let left = parseNot(state);
  while (state.isName('and')) {
    const { pos } = state.next();
    const right = parseNot(state);
    left = { kind: 'and', left, right, pos, pure: left.pure && right.pure };
  }
  return left;
}

function parseNot(state: ParseState): Expr {
  if (!state.isName('not')) return parseCompare(state);
  const { pos } = state.next();
  const operand = parseNot(state);
  return { kind: 'not', operand, pos, pure: operand.pure };
}

function parseCompare(state: ParseState): Expr {
  const first = parseSum(state);
  const { pos } = state.current;
  const rest: CompareExpr['rest'][number][] = [];
  for (;;) {
    const op = comparison(state);
    if (op === undefined) break;
    rest.push({ op, operand: parseSum(state) });
  }
  if (rest.length === 0) return first;
  const pure = first.pure && rest.every(({ operand }) => operand.pure);
  return { kind: 'compare', first, rest, pos, pure };
}

function comparison(state: ParseState): CompareOperator | undefined {
  const { type, value } = state.current;
  const op = comparisons.get(type);
  if (op !== undefined) {
    state.next();
    return op;
  }
  if (type !== 'name') return undefined;
  if (value === 'in') {
    state.next();
    return 'in';
  }
  if (value !== 'not') return undefined;
  const next = state.look();
  if (next.type !== 'name' || next.value !== 'in') return undefined;
  state.next();
  state.next();
  return 'notin';
}

function parseSum(state: ParseState): Expr {
  let left = parseConcat(state);
  for (;;) {
    const op = additions.get(state.current.type);
    if (op === undefined) return left;
    const { pos } = state.next();
    const right = parseConcat(state);
    left = { kind: 'binary', op, left, right, pos, pure: left.pure && right.pure };
  }
}

function parseConcat(state: ParseState): Expr {
  const first = parseProduct(state);
  if (state.current.type !== 'tilde') return first;
  const { pos } = state.current;
  const parts = [first];
  while (state.skipIf('tilde')) parts.push(parseProduct(state));
  return { kind: 'concat', parts, pos, pure: parts.every((part) => part.pure) };
}

function parseProduct(state: ParseState): Expr {
  let left = parsePower(state);
  for (;;) {
    const op = products.get(state.current.type);
    if (op === undefined) return left;
    const { pos } = state.next();
    const right = parsePower(state);
    left = { kind: 'binary', op, left, right, pos, pure: left.pure && right.pure };
  }
}

function parsePower(state: ParseState): Expr {
  let left = parseUnary(state, true);
  while (state.current.type === 'pow') {
    const { pos } = state.next();
    const right = parseUnary(state, true);
    left = { kind: 'binary', op: '**', left, right, pos, pure: left.pure && right.pure };
  }
  return left;
}

function parseUnary(state: ParseState, withFilter: boolean): Expr {
  const { type, pos } = state.current;
  let expr: Expr;
  if (type === 'sub' || type === 'add') {
    state.next();
    const operand = parseUnary(state, false);
    expr = { kind: 'unary', op: type === 'sub' ? '-' : '+', operand, pos, pure: operand.pure };
  } else {
    expr = parsePrimary(state);
  }
  expr = parsePostfix(state, expr);
  return withFilter ? parseFilters(state, expr) : expr;
}

/** A literal, a name, or something in brackets. */
export function parsePrimary(state: ParseState): Expr {
  const token = state.current;
  const { pos } = token;
  switch (token.type) {
    case 'name': {
      state.next();
      const constant = constants.get(token.value);
      if (constant !== undefined) return { kind: 'const', value: constant, pos, pure: true };
      state.useName(token.value);
      return { kind: 'name', name: token.value, pos, pure: true };
    }
    case 'string': {
      let text = state.next().value;
      while (state.current.type === 'string') text += state.next().value;
      return { kind: 'const', value: text, pos, pure: true };
    }
    case 'integer':
    case 'float':
      state.next();
      return { kind: 'const', value: token.literal, pos, pure: true };
    case 'lparen': {
      state.next();
      const expr = parseTuple(state, { explicit: true });
      state.expect('rparen');
      return expr;
    }
    case 'lbracket':
      return parseList(state);
    case 'lbrace':
      return parseDict(state);
    default:
      return state.fail(`unexpected ${reprString(describeToken(token))}`, pos);
  }
}

interface TupleOptions {
  /** In brackets of its own, where `()` is the empty tuple. */
  readonly explicit?: boolean;
  readonly withCondition?: boolean;
  /** A name that ends the tuple. */
  readonly endName?: string;
}

/** One expression, or several with commas between them, which make a tuple. */
export function parseTuple(state: ParseState, options: TupleOptions = {}): Expr {
  const { pos } = state.current;
  const items: Expr[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) state.expect('comma');
    if (isTupleEnd(state, options.endName)) break;
    items.push(parseExpression(state, options.withCondition));
    if (state.current.type !== 'comma') break;
    isTuple = true;
  }
  if (!isTuple) {
    if (items.length > 0) return items[0]!;
    if (options.explicit !== true) {
      state.fail(`Expected an expression, got ${reprString(describeToken(state.current))}`);
    }
  }
  return { kind: 'tuple', items, pos, pure: items.every((item) => item.pure) };
}

/** Whether the current token ends a list of expressions without brackets. */
export function isTupleEnd(state: ParseState, endName: string | undefined): boolean {
  const { type } = state.current;
  if (type === 'variable_end' || type === 'block_end' || type === 'rparen') return true;
  return endName !== undefined && state.isName(endName);
}

function parseList(state: ParseState): Expr {
  const { pos } = state.expect('lbracket');
  const items: Expr[] = [];
  while (state.current.type !== 'rbracket') {
    if (items.length > 0) {
      state.expect('comma');
      if (state.current.type === 'rbracket') break;
    }
    items.push(parseExpression(state));
  }
  state.expect('rbracket');
  return { kind: 'list', items, pos, pure: items.every((item) => item.pure) };
}

function parseDict(state: ParseState): Expr {
  const { pos } = state.expect('lbrace');
  const pairs: { key: Expr; value: Expr }[] = [];
  while (state.current.type !== 'rbrace') {
    if (pairs.length > 0) {
      state.expect('comma');
      if (state.current.type === 'rbrace') break;
    }
    const key = parseExpression(state);
    state.expect('colon');
    pairs.push({ key, value: parseExpression(state) });
  }
  state.expect('rbrace');
  return {
    kind: 'dict',
    pairs,
    pos,
    pure: pairs.every(({ key, value }) => key.pure && value.pure),
  };
}

/** The `.name`, `[…]` and `(…)` after an expression. */
export function parsePostfix(state: ParseState, expr: Expr): Expr {
  let node = expr;
  for (;;) {
    const { type } = state.current;
    if (type === 'dot') node = parseAttribute(state, node);
    else if (type === 'lbracket') node = parseSubscript(state, node);
    else if (type === 'lparen') node = parseCall(state, node);
    else return node;
  }
}

function parseAttribute(state: ParseState, target: Expr): Expr {
  const { pos } = state.next();
  const token = state.current;
  state.next();
  if (token.type === 'name') {
    return { kind: 'getattr', target, name: token.value, pos, pure: target.pure };
  }
  if (token.type !== 'integer') state.fail('expected name or number', token.pos);
  const index: Expr = { kind: 'const', value: token.literal, pos: token.pos, pure: true };
  return { kind: 'getitem', target, index, pos, pure: target.pure };
}

function parseSubscript(state: ParseState, target: Expr): Expr {
  const { pos } = state.next();
  const parts: Expr[] = [];
  while (state.current.type !== 'rbracket') {
    if (parts.length > 0) state.expect('comma');
    parts.push(parseSubscribed(state));
  }
  state.expect('rbracket');
  const pure = parts.every((part) => part.pure);
  const index: Expr = parts.length === 1 ? parts[0]! : { kind: 'tuple', items: parts, pos, pure };
  return { kind: 'getitem', target, index, pos, pure: target.pure && pure };
}

function parseSubscribed(state: ParseState): Expr {
  const { pos } = state.current;
  const bound = (): Expr | undefined => {
    const { type } = state.current;
    return type === 'colon' || type === 'rbracket' || type === 'comma'
      ? undefined
      : parseExpression(state);
  };
  const start = state.current.type === 'colon' ? undefined : parseExpression(state);
  if (state.current.type !== 'colon') return start!;
  state.next();
  const stop = bound();
  const step = state.skipIf('colon') ? bound() : undefined;
  const pure = [start, stop, step].every((part) => part === undefined || part.pure);
  return { kind: 'slice', start, stop, step, pos, pure };
}

/** Where a dotted name begins; undefined for other expressions. */
export function startOf(expr: Expr): number | undefined {
  if (expr.kind === 'name') return expr.pos;
  return expr.kind === 'getattr' ? startOf(expr.target) : undefined;
}

/** A call, of which the current token opens the arguments. */
export function parseCall(state: ParseState, callee: Expr): Expr {
  const { pos } = state.current;
  const args = parseArguments(state);
  return {
    kind: 'call',
    callee,
    args,
    pos: startOf(callee) ?? pos,
    pure: false,
    simple: callee.pure && args.pure,
  };
}

function parseArguments(state: ParseState): Arguments {
  const { pos } = state.expect('lparen');
  const positional: Expr[] = [];
  const keywords: { name: string; value: Expr }[] = [];
  let star: Expr | undefined;
  let doubleStar: Expr | undefined;
  const ensure = (valid: boolean) => {
    if (!valid) state.fail('invalid syntax for function call expression', pos);
  };
  let first = true;
  while (state.current.type !== 'rparen') {
    if (!first) {
      state.expect('comma');
      if (state.current.type === 'rparen') break;
    }
    first = false;
    const { type } = state.current;
    if (type === 'mul') {
      ensure(star === undefined && doubleStar === undefined);
      state.next();
      star = parseExpression(state);
    } else if (type === 'pow') {
      ensure(doubleStar === undefined);
      state.next();
      doubleStar = parseExpression(state);
    } else if (type === 'name' && state.look().type === 'assign') {
      ensure(doubleStar === undefined);
      const name = state.next().value;
      state.next();
      if (keywords.some((keyword) => keyword.name === name)) {
        throw state.error('SyntaxError', `keyword argument repeated: ${name}`, pos);
      }
      keywords.push({ name, value: parseExpression(state) });
    } else {
      ensure(star === undefined && doubleStar === undefined && keywords.length === 0);
      positional.push(parseExpression(state));
    }
  }
  state.expect('rparen');
  const pure =
    positional.every((arg) => arg.pure) &&
    keywords.every(({ value }) => value.pure) &&
    (star?.pure ?? true) &&
    (doubleStar?.pure ?? true);
  return { positional, keywords, star, doubleStar, pure };
}

function parseFilters(state: ParseState, expr: Expr): Expr {
  let node = expr;
  for (;;) {
    const { type } = state.current;
    if (type === 'pipe') node = parseFilter(state, node, false)!;
    else if (state.isName('is')) node = parseTest(state, node);
    else if (type === 'lparen') node = parseCall(state, node);
    else return node;
  }
}

/** A chain of filters; `inline` starts it without a bar, as in `{% filter upper %}`. */
export function parseFilter(
  state: ParseState,
  target: Expr | undefined,
  inline: boolean,
): FilterExpr | undefined {
  let node: FilterExpr | undefined;
  let bare = inline;
  while (bare || state.current.type === 'pipe') {
    if (!bare) state.next();
    bare = false;
    const { pos } = state.current;
    const name = parseDottedName(state);
    const args = state.current.type === 'lparen' ? parseArguments(state) : noArguments;
    const inner: Expr | undefined = node ?? target;
    const apply = filters[name];
    if (apply === undefined) noteUnknown(state, 'filter', name, pos);
    const pure: boolean = args.pure && (inner?.pure ?? true);
    node = { kind: 'filter', target: inner, name, apply, args, pos, pure };
  }
  return node;
}

function parseDottedName(state: ParseState): string {
  let name = state.expect('name').value;
  while (state.skipIf('dot')) name += `.${state.expect('name').value}`;
  return name;
}

function noteUnknown(state: ParseState, kind: 'filter' | 'test', name: string, pos: number): void {
  const known = Object.keys(kind === 'filter' ? filters : tests);
  state.unknown.push({ kind, name, pos, known, soft: state.soft });
}

const testArgumentStarts = new Set(['name', 'string', 'integer', 'float', 'lbracket', 'lbrace']);

function parseTest(state: ParseState, target: Expr): Expr {
  const { pos } = state.next();
  const negated = state.skipIfName('not');
  const namePos = state.current.pos;
  const name = parseDottedName(state);
  let args = noArguments;
  if (state.current.type === 'lparen') {
    args = parseArguments(state);
  } else if (
    testArgumentStarts.has(state.current.type) &&
    !state.isName('else') &&
    !state.isName('or') &&
    !state.isName('and')
  ) {
    if (state.isName('is')) state.fail('You cannot chain multiple tests with is');
    const arg = parsePostfix(state, parsePrimary(state));
    args = { ...noArguments, positional: [arg], pure: arg.pure };
  }
  const apply = tests[name];
  if (apply === undefined) noteUnknown(state, 'test', name, namePos);
  const pure = target.pure && args.pure;
  const test: Expr = { kind: 'test', target, name, apply, args, pos, pure };
  return negated ? { kind: 'not', operand: test, pos, pure } : test;
}
