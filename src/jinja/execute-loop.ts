import { tsdbtError } from '../errors/tsdbt-error.ts';
import { assign } from './assign.ts';
import type { Expr, ForStmt } from './ast.ts';
import { evaluate, evaluatePure } from './evaluate-expression.ts';
import { type Execution, Frame, type Output } from './frame.ts';
import { LoopContext } from './loop-context.ts';
import { currentRun, spend } from './run-state.ts';
import { Suspension } from './suspension.ts';
import { items, iterate } from './values/iterate.ts';
import { PyIterator } from './values/py-iterator.ts';
import type { Evaluation, Value } from './values/py-object.ts';
import { isTruthy } from './values/truth.ts';

/** Runs a for loop over a value. */
export function* executeLoop(
  stmt: ForStmt,
  iterable: Value,
  outer: Frame,
  out: Output,
  depth0 = 0,
): Execution {
  const { env } = outer;
  const frame = new Frame(env, outer);
  const source = yield* filtered(stmt, iterable, outer);
  let turned = false;
  if (stmt.usesLoop) {
    const recurse = stmt.recursive
      ? (inner: Value, depth: number) =>
          new Suspension(undefined, recursion(stmt, inner, outer, depth))
      : undefined;
    const loop = new LoopContext(source, depth0, env.lenient, recurse);
    for (let item = loop.advance(); item !== undefined; item = loop.advance()) {
      turned = true;
      startTurn(stmt, item, frame);
      frame.set('loop', loop);
      if ((yield* env.execute(stmt.body, frame, out)) === 'break') break;
    }
  } else {
    const iterator = iterate(source);
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      turned = true;
      startTurn(stmt, next.value, frame);
      if ((yield* env.execute(stmt.body, frame, out)) === 'break') break;
    }
  }
  frame.clear();
  if (turned || stmt.otherwise.length === 0) return 'done';
  return yield* env.execute(stmt.otherwise, new Frame(env, outer), out);
}

/** One frame serves all turns: what a turn set is gone in the next. */
function startTurn(stmt: ForStmt, item: Value, frame: Frame): void {
  spend(1);
  frame.clear();
  frame.env.at = stmt;
  if (stmt.target.kind === 'name') frame.set(stmt.target.name, item);
  else assign(stmt.target, item, frame);
}

/** `loop(children)`: the loop over other items, one level deeper, as text. */
function* recursion(stmt: ForStmt, iterable: Value, outer: Frame, depth0: number): Evaluation {
  const run = currentRun();
  if (depth0 >= run.limits.depth) {
    throw tsdbtError('jinja-limit', { limit: `loops nested more than ${run.limits.depth} deep` });
  }
  const out = { text: '' };
  yield* executeLoop(stmt, iterable, outer, out, depth0);
  return out.text;
}

/** The items a loop's `if` lets through: one at a time, unless the condition may suspend. */
function* filtered(stmt: ForStmt, iterable: Value, outer: Frame): Evaluation {
  const { test } = stmt;
  if (test === undefined) return iterable;
  if (test.pure) return new PyIterator(passing(stmt, test, iterate(iterable), outer));
  const frame = new Frame(outer.env, outer);
  const kept: Value[] = [];
  for (const item of items(iterable)) {
    startTurn(stmt, item, frame);
    if (isTruthy(yield* evaluate(test, frame))) kept.push(item);
  }
  return new PyIterator(kept[Symbol.iterator]());
}

function* passing(
  stmt: ForStmt,
  test: Expr,
  source: Iterator<Value>,
  outer: Frame,
): Generator<Value, undefined> {
  const frame = new Frame(outer.env, outer);
  for (let next = source.next(); next.done !== true; next = source.next()) {
    startTurn(stmt, next.value, frame);
    if (isTruthy(evaluatePure(test, frame))) yield next.value;
  }
  return undefined;
}
