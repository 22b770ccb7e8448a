import type { Expr, Target } from './ast.ts';
import { isTupleEnd, parsePrimary } from './parse-expression.ts';
import { describeToken, type ParseState } from './parse-state.ts';
import { reprString } from './values/repr.ts';

interface TargetOptions {
  readonly endName?: string;
  /** `name.attribute` is allowed: it sets an attribute of a namespace. */
  readonly withAttribute?: boolean;
}

/** What can be assigned to: a name, an attribute of a namespace, or several of them. */
export function parseTarget(state: ParseState, options: TargetOptions): Target {
  const { pos } = state.current;
  const items: Target[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) state.expect('comma');
    if (isTupleEnd(state, options.endName)) break;
    items.push(parseTargetItem(state, options));
    if (state.current.type !== 'comma') break;
    isTuple = true;
  }
  if (isTuple) return { kind: 'tuple', items, pos };
  return (
    items[0] ??
    state.fail(`Expected an expression, got ${reprString(describeToken(state.current))}`)
  );
}

function parseTargetItem(state: ParseState, options: TargetOptions): Target {
  const token = state.current;
  if (options.withAttribute === true && token.type === 'name' && state.look().type === 'dot') {
    state.next();
    state.next();
    const attribute = state.expect('name').value;
    return { kind: 'attribute', name: token.value, attribute, pos: token.pos };
  }
  return toTarget(state, parsePrimary(state));
}

function toTarget(state: ParseState, expr: Expr): Target {
  if (expr.kind === 'name') return { kind: 'name', name: expr.name, pos: expr.pos };
  if (expr.kind === 'tuple') {
    return { kind: 'tuple', items: expr.items.map((item) => toTarget(state, item)), pos: expr.pos };
  }
  return state.fail(`can't assign to ${reprString(expr.kind)}`, expr.pos);
}
