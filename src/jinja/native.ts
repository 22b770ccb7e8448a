import { isConstant } from './analyze.ts';
import type { Expr, Stmt } from './ast.ts';
import { driveSync } from './drive.ts';
import { evaluate } from './evaluate-expression.ts';
import { execute, newEnv } from './execute.ts';
import { type Execution, Frame, type Output, type Scope } from './frame.ts';
import { literalEval } from './literal-eval.ts';
import { locateError } from './locate-error.ts';
import { markers } from './markers.ts';
import type { Template } from './template.ts';
import { isNumber } from './values/numbers.ts';
import type { Evaluation, Value } from './values/py-object.ts';
import { pythonFault, raisePython } from './values/raise.ts';
import { toStr } from './values/str.ts';
import { isTruthy } from './values/truth.ts';

/** Output that keeps the printed values beside their text. */
interface NativeOutput extends Output {
  readonly parts: Value[];
}

/**
 * Renders the text of a YAML value. A text that prints one expression gives the expression's value
 * as it is; everything else, constants too, gives text. What the filters `as_native`, `as_bool` and
 * `as_number` mark is read as a Python literal in the end, `as_text` keeps it text (core
 * `clients/jinja.py`).
 */
export function renderNative(template: Template, scope: Scope): Value {
  return driveSync(nativeSteps(template, scope));
}

function* nativeSteps(template: Template, scope: Scope): Evaluation {
  const env = { ...newEnv(template.text, scope, false), isNative: true, execute: executeNative };
  const out: NativeOutput = { text: '', parts: [] };
  yield* executeNative(template.body, new Frame(env, undefined), out);
  return out.parts.length === 1 ? out.parts[0]! : out.text;
}

function* executeNative(body: readonly Stmt[], frame: Frame, out: Output): Execution {
  // Macros and blocks set to a name make text, as everywhere.
  if (!('parts' in out)) return yield* execute(body, frame, out);
  const { parts } = out as NativeOutput;
  for (const [i, stmt] of body.entries()) {
    const isPrint = stmt.kind === 'print';
    if (isPrint && !isConstant(stmt.expr)) {
      try {
        const value = yield* evaluateNative(stmt.expr, frame);
        parts.push(value);
        out.text += toStr(value);
      } catch (error) {
        throw locateError(error, stmt, body[i + 1], frame.env);
      }
      continue;
    }
    const before = out.text.length;
    const signal = yield* execute([stmt], frame, out);
    if (isPrint || stmt.kind === 'text') parts.push(out.text.slice(before));
    if (signal !== 'done') return signal;
  }
  return 'done';
}

/** A value, and what a filter marked it to be read as. */
interface Marked {
  readonly value: Value;
  readonly marker?: string;
}

function* evaluateNative(expr: Expr, frame: Frame): Evaluation {
  const { value, marker } = yield* evaluateMarked(expr, frame);
  switch (marker) {
    case undefined:
      // Jinja computes it while compiling, and prints its text.
      return isConstant(expr, markers) && !(value instanceof Object) ? toStr(value) : value;
    case 'as_text':
      return value;
    case 'as_native':
      return readLiteral(toStr(value));
    case 'as_bool': {
      const result = readLiteral(toStr(value));
      return typeof result === 'boolean' ? result : failConversion(toStr(value), 'bool');
    }
    default: {
      const result = readLiteral(toStr(value));
      const valid = typeof result !== 'boolean' && isNumber(result);
      return valid ? result : failConversion(toStr(value), 'number');
    }
  }
}

/**
 * What is marked is a text until it is printed, as in dbt, and `False` is a text that is not empty:
 * `a | as_bool and b | as_bool` is `b`.
 */
function* evaluateMarked(expr: Expr, frame: Frame): Evaluation<Marked> {
  switch (expr.kind) {
    case 'cond': {
      const test = yield* evaluateMarked(expr.test, frame);
      const chosen = isTruthy(test.value) ? expr.value : expr.otherwise;
      return chosen === undefined
        ? { value: yield* evaluate(expr, frame) }
        : yield* evaluateMarked(chosen, frame);
    }
    case 'and':
    case 'or': {
      const left = yield* evaluateMarked(expr.left, frame);
      const isDone = isTruthy(left.value) === (expr.kind === 'or');
      return isDone ? left : yield* evaluateMarked(expr.right, frame);
    }
    case 'filter': {
      const value = yield* evaluate(expr, frame);
      return markers.has(expr.name) ? { value, marker: expr.name } : { value };
    }
    default:
      return { value: yield* evaluate(expr, frame) };
  }
}

/** A text as a Python literal, or the text itself when it is none. */
function readLiteral(text: string): Value {
  try {
    return literalEval(text);
  } catch (error) {
    if (pythonFault(error) !== undefined) return text;
    throw error;
  }
}

function failConversion(text: string, type: string): never {
  return raisePython(
    'JinjaRenderingError',
    `Could not convert value '${text}' into type '${type}'`,
  );
}
