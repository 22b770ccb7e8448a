import type {
  Arguments,
  CallExpr,
  CompareExpr,
  Expr,
  FilterExpr,
  SliceExpr,
  TestExpr,
} from './ast.ts';
import { builtinMethod, getAttribute, getItem } from './attributes.ts';
import type { Frame } from './frame.ts';
import { markers } from './markers.ts';
import { applyBinary, applyCompare, callValue } from './operators.ts';
import { checkTextLength, currentRun, spend } from './run-state.ts';
import { isGenerator, Suspension, settle } from './suspension.ts';
import { pyUnary } from './values/arithmetic.ts';
import { toList, tryIterate } from './values/iterate.ts';
import { mappingEntries } from './values/mapping.ts';
import { PyDict } from './values/py-dict.ts';
import {
  type CallResult,
  type Evaluation,
  type Kwargs,
  PyObject,
  type Value,
} from './values/py-object.ts';
import { PyTuple } from './values/py-tuple.ts';
import { raisePython } from './values/raise.ts';
import { reprString } from './values/repr.ts';
import { PySlice } from './values/slice.ts';
import { toStr } from './values/str.ts';
import { isTruthy } from './values/truth.ts';
import { typeName } from './values/type-name.ts';
import { Undefined } from './values/undefined.ts';

export const noKwargs: Kwargs = new Map();

/**
 * Begins an expression: its value where nothing can suspend, otherwise something to settle. Most
 * expressions need no generator this way.
 */
export function begin(expr: Expr, frame: Frame): Value | Suspension {
  if (expr.pure) return evaluatePure(expr, frame);
  if (expr.kind === 'call' && expr.simple) {
    const callee = pureCallee(expr, frame);
    const args = pureArguments(expr.args, frame);
    return beginCall(expr, frame, callee, args, pureKeywords(expr.args, frame));
  }
  return new Suspension(undefined, evaluate(expr, frame));
}

/** The value of an expression that calls nothing. */
export function evaluatePure(expr: Expr, frame: Frame): Value {
  switch (expr.kind) {
    case 'name':
      return frame.get(expr.name);
    case 'const':
      return expr.value;
    case 'getattr': {
      const target = evaluatePure(expr.target, frame);
      frame.env.at = expr;
      return getAttribute(target, expr.name, frame.env.lenient);
    }
    case 'getitem': {
      const target = evaluatePure(expr.target, frame);
      const index = evaluatePure(expr.index, frame);
      frame.env.at = expr;
      return getItem(target, index, frame.env.lenient);
    }
    case 'filter': {
      const target = evaluatePure(expr.target!, frame);
      return applyFilter(
        expr,
        frame,
        target,
        pureArguments(expr.args, frame),
        pureKeywords(expr.args, frame),
      );
    }
    case 'test': {
      const target = evaluatePure(expr.target, frame);
      return applyTest(
        expr,
        frame,
        target,
        pureArguments(expr.args, frame),
        pureKeywords(expr.args, frame),
      );
    }
    case 'compare': {
      let left = evaluatePure(expr.first, frame);
      let holds = true;
      for (const { op, operand } of expr.rest) {
        const right = evaluatePure(operand, frame);
        frame.env.at = expr;
        holds = applyCompare(op, left, right);
        if (!holds) break;
        left = right;
      }
      return holds;
    }
    case 'and': {
      const left = evaluatePure(expr.left, frame);
      return isTruthy(left) ? evaluatePure(expr.right, frame) : left;
    }
    case 'or': {
      const left = evaluatePure(expr.left, frame);
      return isTruthy(left) ? left : evaluatePure(expr.right, frame);
    }
    case 'not':
      return !isTruthy(evaluatePure(expr.operand, frame));
    case 'cond':
      if (isTruthy(evaluatePure(expr.test, frame))) return evaluatePure(expr.value, frame);
      return expr.otherwise === undefined
        ? noElse(expr, frame)
        : evaluatePure(expr.otherwise, frame);
    case 'binary': {
      const left = evaluatePure(expr.left, frame);
      const right = evaluatePure(expr.right, frame);
      frame.env.at = expr;
      return applyBinary(expr.op, left, right);
    }
    case 'unary': {
      const operand = evaluatePure(expr.operand, frame);
      frame.env.at = expr;
      return pyUnary(expr.op, operand);
    }
    case 'concat': {
      let text = '';
      for (const part of expr.parts) text += toStr(evaluatePure(part, frame));
      frame.env.at = expr;
      checkTextLength(text.length);
      return text;
    }
    case 'list':
      return expr.items.map((item) => evaluatePure(item, frame));
    case 'tuple':
      return new PyTuple(expr.items.map((item) => evaluatePure(item, frame)));
    case 'dict': {
      const dict = new PyDict();
      for (const { key, value } of expr.pairs) {
        const name = evaluatePure(key, frame);
        dict.set(name, evaluatePure(value, frame));
      }
      return dict;
    }
    case 'slice':
      return pureSlice(expr, frame);
    case 'call':
      throw new Error('a call is never pure');
  }
}

/** The value of any expression. The cases mirror those of {@link evaluatePure}. */
export function* evaluate(expr: Expr, frame: Frame): Evaluation {
  if (expr.pure) return evaluatePure(expr, frame);
  switch (expr.kind) {
    case 'call': {
      const callee = yield* calleeOf(expr, frame);
      const args = yield* argumentsOf(expr.args, frame);
      const kwargs = yield* keywordsOf(expr.args, frame);
      const result = beginCall(expr, frame, callee, args, kwargs);
      return result instanceof Suspension ? yield* settle(result) : result;
    }
    case 'getattr': {
      const target = yield* part(expr.target, frame);
      frame.env.at = expr;
      return getAttribute(target, expr.name, frame.env.lenient);
    }
    case 'getitem': {
      const target = yield* part(expr.target, frame);
      const index = yield* part(expr.index, frame);
      frame.env.at = expr;
      return getItem(target, index, frame.env.lenient);
    }
    case 'filter': {
      const target = yield* part(expr.target!, frame);
      const args = yield* argumentsOf(expr.args, frame);
      return applyFilter(expr, frame, target, args, yield* keywordsOf(expr.args, frame));
    }
    case 'test': {
      const target = yield* part(expr.target, frame);
      const args = yield* argumentsOf(expr.args, frame);
      return applyTest(expr, frame, target, args, yield* keywordsOf(expr.args, frame));
    }
    case 'compare':
      return yield* evaluateCompare(expr, frame);
    case 'and': {
      const left = yield* part(expr.left, frame);
      return isTruthy(left) ? yield* part(expr.right, frame) : left;
    }
    case 'or': {
      const left = yield* part(expr.left, frame);
      return isTruthy(left) ? left : yield* part(expr.right, frame);
    }
    case 'not':
      return !isTruthy(yield* part(expr.operand, frame));
    case 'cond':
      if (isTruthy(yield* part(expr.test, frame))) return yield* part(expr.value, frame);
      return expr.otherwise === undefined
        ? noElse(expr, frame)
        : yield* part(expr.otherwise, frame);
    case 'binary': {
      const left = yield* part(expr.left, frame);
      const right = yield* part(expr.right, frame);
      frame.env.at = expr;
      return applyBinary(expr.op, left, right);
    }
    case 'unary': {
      const operand = yield* part(expr.operand, frame);
      frame.env.at = expr;
      return pyUnary(expr.op, operand);
    }
    case 'concat': {
      let text = '';
      for (const piece of expr.parts) text += toStr(yield* part(piece, frame));
      frame.env.at = expr;
      checkTextLength(text.length);
      return text;
    }
    case 'list':
      return yield* evaluateAll(expr.items, frame);
    case 'tuple':
      return new PyTuple(yield* evaluateAll(expr.items, frame));
    case 'dict': {
      const dict = new PyDict();
      for (const { key, value } of expr.pairs) {
        const name = yield* part(key, frame);
        dict.set(name, yield* part(value, frame));
      }
      return dict;
    }
    case 'slice': {
      const start = expr.start === undefined ? null : yield* part(expr.start, frame);
      const stop = expr.stop === undefined ? null : yield* part(expr.stop, frame);
      return new PySlice(
        start,
        stop,
        expr.step === undefined ? null : yield* part(expr.step, frame),
      );
    }
    case 'name':
    case 'const':
      return evaluatePure(expr, frame);
  }
}

function* part(expr: Expr, frame: Frame): Evaluation {
  const value = begin(expr, frame);
  return value instanceof Suspension ? yield* settle(value) : value;
}

function* evaluateAll(exprs: readonly Expr[], frame: Frame): Evaluation<Value[]> {
  const values: Value[] = [];
  for (const expr of exprs) values.push(yield* part(expr, frame));
  return values;
}

function* evaluateCompare(expr: CompareExpr, frame: Frame): Evaluation {
  let left = yield* part(expr.first, frame);
  for (const { op, operand } of expr.rest) {
    const right = yield* part(operand, frame);
    frame.env.at = expr;
    if (!applyCompare(op, left, right)) return false;
    left = right;
  }
  return true;
}

/** What a call expression calls: a value, or a method of a built-in still without its object. */
export type Callee =
  | Value
  | { readonly self: Value; readonly method: NonNullable<ReturnType<typeof builtinMethod>> };

/** What a call expression calls. */
export function* calleeOf(expr: CallExpr, frame: Frame): Generator<Suspension, Callee> {
  const { callee } = expr;
  if (callee.kind !== 'getattr') return yield* part(callee, frame);
  return member(callee, yield* part(callee.target, frame), frame);
}

function member(callee: Expr & { kind: 'getattr' }, self: Value, frame: Frame): Callee {
  const method = builtinMethod(self, callee.name);
  if (method !== undefined) return { self, method };
  frame.env.at = callee;
  return getAttribute(self, callee.name, frame.env.lenient);
}

function pureCallee({ callee }: CallExpr, frame: Frame): Callee {
  if (callee.kind !== 'getattr') return evaluatePure(callee, frame);
  return member(callee, evaluatePure(callee.target, frame), frame);
}

/** Makes a call: its value, or something to settle. */
export function beginCall(
  expr: CallExpr,
  frame: Frame,
  callee: Callee,
  args: Value[],
  kwargs: Kwargs,
): Value | Suspension {
  const run = currentRun();
  spend(1);
  frame.env.at = expr;
  run.callerText = frame.env.text;
  run.callerPos = expr.pos;
  if (
    typeof callee === 'object' &&
    callee !== null &&
    'method' in callee &&
    !(callee instanceof PyObject)
  ) {
    return checked(callee.method(callee.self, args, kwargs));
  }
  return checked(callValue(callee as Value, args, kwargs));
}

function checked(result: CallResult): Value | Suspension {
  if (typeof result === 'string') checkTextLength(result.length);
  return isGenerator(result) ? new Suspension(undefined, result) : result;
}

/** Applies a filter to a value. */
export function applyFilter(
  expr: FilterExpr,
  frame: Frame,
  target: Value,
  args: Value[],
  kwargs: Kwargs,
): Value {
  frame.env.at = expr;
  if (expr.apply === undefined) {
    raisePython('TemplateRuntimeError', `No filter named ${reprString(expr.name)} found.`);
  }
  const result =
    frame.env.isNative === true && markers.has(expr.name)
      ? toStr(target)
      : expr.apply(target, args, kwargs, frame.env.lenient);
  if (typeof result === 'string') checkTextLength(result.length);
  return result;
}

function applyTest(
  expr: TestExpr,
  frame: Frame,
  target: Value,
  args: Value[],
  kwargs: Kwargs,
): boolean {
  frame.env.at = expr;
  if (expr.apply === undefined) {
    raisePython('TemplateRuntimeError', `No test named ${reprString(expr.name)} found.`);
  }
  return expr.apply(target, args, kwargs);
}

function noElse(expr: Expr, frame: Frame): Value {
  const { line } = frame.env.text.locate(expr.pos);
  return new Undefined({
    hint: `the inline if-expression on line ${line} evaluated to false and no else section was defined.`,
    lenient: frame.env.lenient,
  });
}

function pureSlice(expr: SliceExpr, frame: Frame): PySlice {
  const bound = (at: Expr | undefined) => (at === undefined ? null : evaluatePure(at, frame));
  return new PySlice(bound(expr.start), bound(expr.stop), bound(expr.step));
}

/** The positional arguments of a call whose arguments are pure. */
export function pureArguments(args: Arguments, frame: Frame): Value[] {
  const values: Value[] = [];
  for (const arg of args.positional) values.push(evaluatePure(arg, frame));
  if (args.star !== undefined) values.push(...spread(evaluatePure(args.star, frame)));
  return values;
}

/** The keyword arguments of a call whose arguments are pure. */
export function pureKeywords(args: Arguments, frame: Frame): Kwargs {
  if (args.keywords.length === 0 && args.doubleStar === undefined) return noKwargs;
  const kwargs = new Map<string, Value>();
  for (const { name, value } of args.keywords) addKeyword(kwargs, name, evaluatePure(value, frame));
  if (args.doubleStar !== undefined) spreadKeywords(kwargs, evaluatePure(args.doubleStar, frame));
  return kwargs;
}

export function* argumentsOf(args: Arguments, frame: Frame): Evaluation<Value[]> {
  if (args.pure) return pureArguments(args, frame);
  const values = yield* evaluateAll(args.positional, frame);
  if (args.star !== undefined) values.push(...spread(yield* part(args.star, frame)));
  return values;
}

export function* keywordsOf(args: Arguments, frame: Frame): Evaluation<Kwargs> {
  if (args.pure) return pureKeywords(args, frame);
  const kwargs = new Map<string, Value>();
  for (const { name, value } of args.keywords) addKeyword(kwargs, name, yield* part(value, frame));
  if (args.doubleStar !== undefined) spreadKeywords(kwargs, yield* part(args.doubleStar, frame));
  return kwargs;
}

function spread(value: Value): Value[] {
  if (tryIterate(value) === undefined) {
    raisePython('TypeError', `Value after * must be an iterable, not ${typeName(value)}`);
  }
  return toList(value);
}

function addKeyword(kwargs: Map<string, Value>, name: string, value: Value): void {
  if (kwargs.has(name)) raisePython('SyntaxError', `keyword argument repeated: ${name}`);
  kwargs.set(name, value);
}

function spreadKeywords(kwargs: Map<string, Value>, value: Value): void {
  if (value instanceof Undefined) {
    if (value.origin.lenient !== true) value.fail();
    return;
  }
  const entries = mappingEntries(value);
  if (entries === undefined) {
    raisePython('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`);
  }
  for (const [name, item] of entries) {
    if (typeof name !== 'string') raisePython('TypeError', 'keywords must be strings');
    if (kwargs.has(name)) {
      raisePython('TypeError', `got multiple values for keyword argument ${reprString(name)}`);
    }
    kwargs.set(name, item);
  }
}
