import type { CompareOperator } from '../ast.ts';
import { isLowerText, isUpperText } from '../methods/str-classes.ts';
import { applyBinary, applyCompare } from '../operators.ts';
import { bindArgs } from '../params.ts';
import { table } from '../table.ts';
import { pyContains } from '../values/contains.ts';
import { pyEquals } from '../values/equality.ts';
import { tryIterate } from '../values/iterate.ts';
import { isFloat, isNumber } from '../values/numbers.ts';
import { type Kwargs, PyObject, type Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { toStr } from '../values/str.ts';
import { isUndefined } from '../values/undefined.ts';
import type { TestFunction } from './test.ts';

/** A test that takes no arguments. */
function plain(name: string, test: (value: Value) => boolean): TestFunction {
  return (value, args, kwargs) => {
    bindArgs({ name, params: [], hidden: 1 }, args, kwargs);
    return test(value);
  };
}

/** The one argument of a test. */
function one(name: string, param: string, args: Value[], kwargs: Kwargs): Value {
  return bindArgs({ name, params: [param], required: 1, hidden: 1 }, args, kwargs)[0]!;
}

function comparison(op: CompareOperator, name: string): TestFunction {
  return (value, args, kwargs) => applyCompare(op, value, one(name, 'b', args, kwargs));
}

function remainder(value: Value, by: Value, wanted: number): boolean {
  return pyEquals(applyBinary('%', value, by), wanted);
}

function isSequence(value: Value): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return true;
  return value instanceof PyObject && value.pyIsSequence();
}

function isSame(a: Value, b: Value): boolean {
  if (a instanceof PyTuple && b instanceof PyTuple)
    return a === b || a.items.length + b.items.length === 0;
  return Object.is(a, b);
}

const equal = comparison('==', 'eq');
const unequal = comparison('!=', 'ne');
const greater = comparison('>', 'gt');
const less = comparison('<', 'lt');

/** All tests by name. The two that ask for filters and tests by name are added to them. */
export const basicTests = table<TestFunction>({
  odd: plain('test_odd', (value) => remainder(value, 2, 1)),
  even: plain('test_even', (value) => remainder(value, 2, 0)),
  divisibleby: (value, args, kwargs) =>
    remainder(value, one('test_divisibleby', 'num', args, kwargs), 0),
  defined: plain('test_defined', (value) => !isUndefined(value)),
  undefined: plain('test_undefined', isUndefined),
  none: plain('test_none', (value) => value === null),
  boolean: plain('test_boolean', (value) => typeof value === 'boolean'),
  false: plain('test_false', (value) => value === false),
  true: plain('test_true', (value) => value === true),
  integer: plain(
    'test_integer',
    (value) => typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)),
  ),
  float: plain('test_float', isFloat),
  lower: plain('test_lower', (value) => isLowerText(toStr(value))),
  upper: plain('test_upper', (value) => isUpperText(toStr(value))),
  string: plain('test_string', (value) => typeof value === 'string'),
  mapping: plain('test_mapping', (value) => value instanceof PyObject && value.pyIsMapping()),
  number: plain('test_number', isNumber),
  sequence: plain('test_sequence', isSequence),
  sameas: (value, args, kwargs) => isSame(value, one('test_sameas', 'other', args, kwargs)),
  iterable: plain('test_iterable', (value) => tryIterate(value) !== undefined),
  escaped: plain('test_escaped', () => false),
  callable: plain('callable', (value) => value instanceof PyObject && value.pyCallable()),
  in: (value, args, kwargs) => pyContains(one('test_in', 'seq', args, kwargs), value),
  '==': equal,
  eq: equal,
  equalto: equal,
  '!=': unequal,
  ne: unequal,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  '>=': comparison('>=', 'ge'),
  ge: comparison('>=', 'ge'),
  '<': less,
  lt: less,
  lessthan: less,
  '<=': comparison('<=', 'le'),
  le: comparison('<=', 'le'),
});
