import type { Arguments, CallExpr, Expr, MacroDef, Stmt } from './ast.ts';
import { expressionText } from './expression-text.ts';
import { markers } from './markers.ts';
import type { SourceText } from './source-text.ts';

type PlainConstant = string | number | boolean | null | undefined;

/** A call whose name is written out: `ref('a')`, `adapter.dispatch('x')`. */
export interface StaticCall {
  /** The dotted name that is called. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** The arguments; undefined where one is not a plain string, number, bool or none. */
  readonly args: readonly PlainConstant[];
  readonly keywords: ReadonlyMap<string, PlainConstant>;
}

/** All calls of a template or macro body whose name is written out, in order. */
export function staticCalls(body: readonly Stmt[], text: SourceText): readonly StaticCall[] {
  return callsAmong((visit) => visitBody(body, visit), text);
}

/** As {@link staticCalls}, of a macro: those of the defaults of its parameters come first. */
export function macroCalls({ def }: { def: MacroDef }, text: SourceText): readonly StaticCall[] {
  return callsAmong((visit) => {
    for (const param of def.params)
      if (param.default !== undefined) visitExpr(param.default, visit);
    visitBody(def.body, visit);
  }, text);
}

function callsAmong(
  walk: (visit: (expr: Expr) => void) => void,
  text: SourceText,
): readonly StaticCall[] {
  const calls: StaticCall[] = [];
  walk((expr) => {
    if (expr.kind !== 'call') return;
    const name = dottedName(expr.callee);
    if (name !== undefined) calls.push({ name, ...describe(expr, text) });
  });
  return calls;
}

/** As {@link staticCalls}, but only calls whose value is printed as it is: `{{ doc('a') }}`. */
export function printedCalls(body: readonly Stmt[], text: SourceText): readonly StaticCall[] {
  return body.flatMap((statement) => {
    if (statement.kind !== 'print' || statement.expr.kind !== 'call') return [];
    const name = dottedName(statement.expr.callee);
    return name === undefined ? [] : [{ name, ...describe(statement.expr, text) }];
  });
}

/**
 * The keyword arguments of the first call of `name`, as text: a plain string as it is, anything else as
 * {@link expressionText} writes it. Undefined where there is no such call, or none of its arguments has
 * a name.
 */
export function keywordTexts(
  body: readonly Stmt[],
  name: string,
): Readonly<Record<string, string>> | undefined {
  let first: CallExpr | undefined;
  visitBody(body, (expr) => {
    if (expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === name)
      first ??= expr;
  });
  const keywords = first?.args.keywords ?? [];
  if (keywords.length === 0) return undefined;
  return Object.fromEntries(
    keywords.map(({ name: key, value }) => [
      key,
      value.kind === 'const' && typeof value.value === 'string'
        ? value.value
        : expressionText(value),
    ]),
  );
}

/** The dotted names a body reads, whether called or not. */
export function staticNames(body: readonly Stmt[]): ReadonlySet<string> {
  const names = new Set<string>();
  visitBody(body, (expr) => {
    const name = dottedName(expr);
    if (name !== undefined) names.add(name);
  });
  return names;
}

function describe(expr: CallExpr, text: SourceText): Omit<StaticCall, 'name'> {
  const { line, column } = text.locate(expr.pos);
  return {
    line,
    column,
    args: expr.args.positional.map(plainConstant),
    keywords: new Map(expr.args.keywords.map(({ name, value }) => [name, plainConstant(value)])),
  };
}

function plainConstant(expr: Expr): PlainConstant {
  if (expr.kind !== 'const') return undefined;
  const { value } = expr;
  if (value === null) return null;
  return typeof value === 'object' || typeof value === 'bigint' ? undefined : value;
}

function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'getattr') return undefined;
  const target = dottedName(expr.target);
  return target === undefined ? undefined : `${target}.${expr.name}`;
}

/** Filters that look at the running template, which Jinja does not apply to constants early. */
const contextFilters = new Set(['map', 'select', 'reject', 'selectattr', 'rejectattr', 'random']);

const none: ReadonlySet<string> = new Set();

/**
 * Whether Jinja would compute an expression while compiling: then its value is printed as text. What
 * is marked it computes only where the mark is gone in the end; `markers` may be let pass for that.
 */
export function isConstant(expr: Expr, passing: ReadonlySet<string> = none): boolean {
  if (expr.kind === 'name' || expr.kind === 'call') return false;
  if (expr.kind === 'filter') {
    if (contextFilters.has(expr.name)) return false;
    if (markers.has(expr.name) && !passing.has(expr.name)) return false;
  }
  return children(expr).every((child) => isConstant(child, passing));
}

function visitBody(body: readonly Stmt[], visit: (expr: Expr) => void): void {
  for (const stmt of body) {
    for (const expr of expressionsOf(stmt)) visitExpr(expr, visit);
    for (const inner of bodiesOf(stmt)) visitBody(inner, visit);
  }
}

function visitExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of children(expr)) visitExpr(child, visit);
}

function expressionsOf(stmt: Stmt): Expr[] {
  switch (stmt.kind) {
    case 'print':
    case 'do':
      return [stmt.expr];
    case 'set':
      return [stmt.value];
    case 'setBlock':
      return given(stmt.filter);
    case 'if':
      return stmt.branches.map((branch) => branch.test);
    case 'for':
      return [stmt.iter, ...given(stmt.test)];
    case 'macro':
      return stmt.def.params.flatMap((param) => given(param.default));
    case 'callBlock':
      return [stmt.call, ...stmt.def.params.flatMap((param) => given(param.default))];
    case 'filterBlock':
      return [stmt.filter];
    case 'with':
      return stmt.bindings.map(({ value }) => value);
    default:
      return [];
  }
}

function bodiesOf(stmt: Stmt): (readonly Stmt[])[] {
  switch (stmt.kind) {
    case 'if':
      return [...stmt.branches.map((branch) => branch.body), stmt.otherwise];
    case 'for':
      return [stmt.body, stmt.otherwise];
    case 'macro':
    case 'callBlock':
      return [stmt.def.body];
    case 'setBlock':
    case 'filterBlock':
    case 'with':
    case 'scope':
      return [stmt.body];
    default:
      return [];
  }
}

function children(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'getattr':
      return [expr.target];
    case 'getitem':
      return [expr.target, expr.index];
    case 'slice':
      return [...given(expr.start), ...given(expr.stop), ...given(expr.step)];
    case 'call':
      return [expr.callee, ...argumentExprs(expr.args)];
    case 'filter':
      return [...given(expr.target), ...argumentExprs(expr.args)];
    case 'test':
      return [expr.target, ...argumentExprs(expr.args)];
    case 'binary':
    case 'and':
    case 'or':
      return [expr.left, expr.right];
    case 'unary':
    case 'not':
      return [expr.operand];
    case 'concat':
      return [...expr.parts];
    case 'compare':
      return [expr.first, ...expr.rest.map(({ operand }) => operand)];
    case 'cond':
      return [expr.test, expr.value, ...given(expr.otherwise)];
    case 'list':
    case 'tuple':
      return [...expr.items];
    case 'dict':
      return expr.pairs.flatMap(({ key, value }) => [key, value]);
    default:
      return [];
  }
}

function argumentExprs(args: Arguments): Expr[] {
  return [
    ...args.positional,
    ...args.keywords.map(({ value }) => value),
    ...given(args.star),
    ...given(args.doubleStar),
  ];
}

function given(expr: Expr | undefined): Expr[] {
  return expr === undefined ? [] : [expr];
}
