import { assign } from './assign.ts';
import type { FilterExpr, Stmt } from './ast.ts';
import {
  applyFilter,
  argumentsOf,
  begin,
  beginCall,
  calleeOf,
  evaluate,
  keywordsOf,
} from './evaluate-expression.ts';
import { executeLoop } from './execute-loop.ts';
import { type Env, type Execution, Frame, type Output, type Scope, type Signal } from './frame.ts';
import { locateError } from './locate-error.ts';
import { Macro } from './macro.ts';
import { checkTextLength, spend } from './run-state.ts';
import type { SourceText } from './source-text.ts';
import { Suspension, settle } from './suspension.ts';
import type { Evaluation, Value } from './values/py-object.ts';
import { raisePython } from './values/raise.ts';
import { toStr } from './values/str.ts';
import { isTruthy } from './values/truth.ts';

/** What the frames of a template share. */
export function newEnv(text: SourceText, scope: Scope, lenient: boolean): Env {
  return { text, scope, lenient, execute, at: undefined };
}

/** Runs statements; their text goes to `out`. */
export function* execute(body: readonly Stmt[], frame: Frame, out: Output): Execution {
  const { env } = frame;
  let i = 0;
  try {
    for (; i < body.length; i++) {
      const stmt = body[i]!;
      switch (stmt.kind) {
        case 'text':
          out.text += stmt.text;
          break;
        case 'print': {
          let value = begin(stmt.expr, frame);
          if (value instanceof Suspension) value = yield* settle(value);
          out.text += typeof value === 'string' ? value : toStr(value);
          checkTextLength(out.text.length);
          break;
        }
        case 'set': {
          let value = begin(stmt.value, frame);
          if (value instanceof Suspension) value = yield* settle(value);
          if (stmt.target.kind === 'name') frame.set(stmt.target.name, value);
          else assign(stmt.target, value, frame);
          break;
        }
        case 'do': {
          const value = begin(stmt.expr, frame);
          if (value instanceof Suspension) yield* settle(value);
          break;
        }
        case 'if': {
          let chosen = stmt.otherwise;
          for (const branch of stmt.branches) {
            let test = begin(branch.test, frame);
            if (test instanceof Suspension) test = yield* settle(test);
            if (isTruthy(test)) {
              chosen = branch.body;
              break;
            }
          }
          if (chosen.length > 0) {
            const signal = yield* env.execute(chosen, frame, out);
            if (signal !== 'done') return signal;
          }
          break;
        }
        case 'for': {
          let iterable = begin(stmt.iter, frame);
          if (iterable instanceof Suspension) iterable = yield* settle(iterable);
          env.at = stmt;
          const signal = yield* executeLoop(stmt, iterable, frame, out);
          if (signal !== 'done') return signal;
          break;
        }
        case 'break':
        case 'continue':
          return stmt.kind;
        default: {
          const signal = yield* executeOther(stmt, frame, out);
          if (signal !== 'done') return signal;
        }
      }
    }
    spend(i);
    return 'done';
  } catch (error) {
    throw locateError(error, body[Math.min(i, body.length - 1)], body[i + 1], env);
  }
}

type OtherStmt = Exclude<
  Stmt,
  { kind: 'text' | 'print' | 'set' | 'do' | 'if' | 'for' | 'break' | 'continue' }
>;

/** The statements that are rare, or have a body whose text goes elsewhere. */
function* executeOther(stmt: OtherStmt, frame: Frame, out: Output): Execution {
  const { env } = frame;
  let signal: Signal = 'done';
  switch (stmt.kind) {
    case 'macro':
      // Tests, snapshots and the like are definitions for the host, not callable by name.
      if (stmt.macroKind === 'macro') {
        frame.set(stmt.def.name!, new Macro(stmt.def, { env, frame }));
      }
      break;
    case 'setBlock': {
      const inner = { text: '' };
      signal = yield* execute(stmt.body, new Frame(env, frame), inner);
      if (signal !== 'done') return signal;
      const { text } = inner;
      const value = stmt.filter === undefined ? text : yield* filterText(stmt.filter, text, frame);
      assign(stmt.target, value, frame);
      break;
    }
    case 'filterBlock': {
      const inner = { text: '' };
      signal = yield* execute(stmt.body, new Frame(env, frame), inner);
      if (signal !== 'done') return signal;
      out.text += toStr(yield* filterText(stmt.filter, inner.text, frame));
      break;
    }
    case 'callBlock': {
      const { call } = stmt;
      const caller = new Macro(stmt.def, { env, frame });
      const callee = yield* calleeOf(call, frame);
      const args = yield* argumentsOf(call.args, frame);
      const given = yield* keywordsOf(call.args, frame);
      if (given.has('caller')) raisePython('SyntaxError', 'keyword argument repeated: caller');
      const kwargs = new Map<string, Value>(given).set('caller', caller);
      const result = beginCall(call, frame, callee, args, kwargs);
      out.text += toStr(result instanceof Suspension ? yield* settle(result) : result);
      break;
    }
    case 'with': {
      const inner = new Frame(env, frame);
      // The values are those outside: one binding does not see another.
      for (const { target, value } of stmt.bindings) {
        assign(target, yield* evaluate(value, frame), inner);
      }
      signal = yield* env.execute(stmt.body, inner, out);
      break;
    }
    case 'scope':
      signal = yield* env.execute(
        stmt.body,
        new Frame(env, stmt.fromRoot ? frame.root() : frame),
        out,
      );
      break;
    case 'loader':
      raisePython('TypeError', 'no loader for this environment specified');
  }
  checkTextLength(out.text.length);
  return signal;
}

/** The text of a block through its chain of filters. */
function* filterText(expr: FilterExpr, text: string, frame: Frame): Evaluation {
  const { target } = expr;
  const value = target === undefined ? text : yield* filterText(target as FilterExpr, text, frame);
  const args = yield* argumentsOf(expr.args, frame);
  return applyFilter(expr, frame, value, args, yield* keywordsOf(expr.args, frame));
}
