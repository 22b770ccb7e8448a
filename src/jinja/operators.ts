import type { CompareOperator } from './ast.ts';
import { pyBinary } from './values/arithmetic.ts';
import { pyOrder } from './values/compare.ts';
import { pyContains } from './values/contains.ts';
import { pyEquals } from './values/equality.ts';
import { formatPercent } from './values/format-percent.ts';
import {
  type BinaryOperator,
  type CallResult,
  type Kwargs,
  PyObject,
  type Value,
} from './values/py-object.ts';
import { raisePython } from './values/raise.ts';
import { typeName } from './values/type-name.ts';

/** The arithmetic operators of templates; `%` after a text formats it. */
export function applyBinary(op: BinaryOperator, left: Value, right: Value): Value {
  if (op === '%' && typeof left === 'string') return formatPercent(left, right);
  return pyBinary(op, left, right);
}

export function applyCompare(op: CompareOperator, left: Value, right: Value): boolean {
  switch (op) {
    case '==':
      return pyEquals(left, right);
    case '!=':
      return !pyEquals(left, right);
    case 'in':
      return pyContains(right, left);
    case 'notin':
      return !pyContains(right, left);
    default:
      return pyOrder(op, left, right);
  }
}

/** Calls a value. */
export function callValue(callee: Value, args: Value[], kwargs: Kwargs): CallResult {
  if (callee instanceof PyObject) return callee.pyCall(args, kwargs);
  return raisePython('TypeError', `'${typeName(callee)}' object is not callable`);
}
