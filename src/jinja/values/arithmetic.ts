import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { maxIntegerBits } from '../limits.ts';
import { checkItemCount, checkTextLength } from '../run-state.ts';
import { numeric } from './equality.ts';
import { isFloat, isInteger, makeInt } from './numbers.ts';
import { makeFloat, PyFloat } from './py-float.ts';
import { type BinaryOperator, PyObject, type Value } from './py-object.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { typeName } from './type-name.ts';

/** Python's arithmetic operators, for numbers, texts, sequences and objects that take part. */
export function pyBinary(op: BinaryOperator, a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return numbers(op, a, b);
  if (typeof a === 'string' && typeof b === 'string' && op === '+') {
    checkTextLength(a.length + b.length);
    return a + b;
  }
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) {
    if (isFloat(a) || isFloat(b)) return floats(op, toFloat(left), toFloat(right));
    return typeof left === 'number' && typeof right === 'number'
      ? numbers(op, left, right)
      : bigints(op, BigInt(left), BigInt(right));
  }
  if (a instanceof PyObject) {
    const result = a.pyBinary(op, b, false);
    if (result !== undefined) return result;
  }
  if (b instanceof PyObject) {
    const result = b.pyBinary(op, a, true);
    if (result !== undefined) return result;
  }
  return sequences(op, a, b) ?? unsupported(op, a, b);
}

function unsupported(op: BinaryOperator, a: Value, b: Value): never {
  const name = op === '**' ? '** or pow()' : op;
  raisePython(
    'TypeError',
    `unsupported operand type(s) for ${name}: '${typeName(a)}' and '${typeName(b)}'`,
  );
}

function numbers(op: BinaryOperator, a: number, b: number): Value {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return floats(op, a, b);
  switch (op) {
    case '+': {
      const sum = a + b;
      return Number.isSafeInteger(sum) ? sum : bigints(op, BigInt(a), BigInt(b));
    }
    case '-': {
      const difference = a - b;
      return Number.isSafeInteger(difference) ? difference : bigints(op, BigInt(a), BigInt(b));
    }
    case '*': {
      const product = a * b;
      // Adding 0 turns -0, which is no int, into 0.
      return Number.isSafeInteger(product) ? product + 0 : bigints(op, BigInt(a), BigInt(b));
    }
    case '/':
      if (b === 0) raisePython('ZeroDivisionError', 'division by zero');
      return makeFloat(a / b);
    case '//':
      if (b === 0) raisePython('ZeroDivisionError', 'integer division or modulo by zero');
      return floorDivide(a, b);
    case '%':
      if (b === 0) raisePython('ZeroDivisionError', 'integer modulo by zero');
      return modulo(a, b) + 0;
    default:
      return bigints(op, BigInt(a), BigInt(b));
  }
}

function floorDivide(a: number, b: number): number {
  // Exact for safe integers, where Math.floor(a / b) may round up.
  return (a - modulo(a, b)) / b + 0;
}

/** Remainder with the sign of the divisor. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

function toFloat(value: number | bigint): number {
  const number = Number(value);
  if (!Number.isFinite(number) && typeof value === 'bigint') {
    raisePython('OverflowError', 'int too large to convert to float');
  }
  return number;
}

function floats(op: BinaryOperator, a: number, b: number): Value {
  switch (op) {
    case '+':
      return makeFloat(a + b);
    case '-':
      return makeFloat(a - b);
    case '*':
      return makeFloat(a * b);
    case '/':
      if (b === 0) raisePython('ZeroDivisionError', 'float division by zero');
      return makeFloat(a / b);
    case '//': {
      if (b === 0) raisePython('ZeroDivisionError', 'float floor division by zero');
      return makeFloat(floatFloor(a, b));
    }
    case '%':
      if (b === 0) raisePython('ZeroDivisionError', 'float modulo');
      return makeFloat(floatModulo(a, b));
    default:
      if (a === 0 && b < 0) {
        raisePython('ZeroDivisionError', '0.0 cannot be raised to a negative power');
      }
      return floatPower(a, b);
  }
}

function floatModulo(a: number, b: number): number {
  const rest = modulo(a, b);
  return rest === 0 ? (b < 0 ? -0 : 0) : rest;
}

function floatFloor(a: number, b: number): number {
  const quotient = (a - modulo(a, b)) / b;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function floatPower(a: number, b: number): Value {
  if (a < 0 && !Number.isInteger(b) && Number.isFinite(b)) {
    raisePython('TypeError', 'complex numbers are not supported');
  }
  if (a === 1) return new PyFloat(1);
  const power = a ** b;
  if (!Number.isFinite(power) && Number.isFinite(a) && Number.isFinite(b)) {
    raisePython('OverflowError', "(34, 'Numerical result out of range')");
  }
  return makeFloat(power);
}

function bigints(op: BinaryOperator, a: bigint, b: bigint): Value {
  switch (op) {
    case '+':
      return makeInt(a + b);
    case '-':
      return makeInt(a - b);
    case '*':
      checkBits(bits(a) + bits(b));
      return makeInt(a * b);
    case '/':
      if (b === 0n) raisePython('ZeroDivisionError', 'division by zero');
      return divideBig(a, b);
    case '//':
      if (b === 0n) raisePython('ZeroDivisionError', 'integer division or modulo by zero');
      return makeInt((a - moduloBig(a, b)) / b);
    case '%':
      if (b === 0n) raisePython('ZeroDivisionError', 'integer modulo by zero');
      return makeInt(moduloBig(a, b));
    default:
      if (b < 0n) return floats('**', toFloat(a), toFloat(b));
      if (a !== 0n && a !== 1n && a !== -1n) checkBits(bits(a) * toFloat(b));
      return makeInt(a ** b);
  }
}

/** Quotient of big ints as the nearest float, also where the ints themselves are no floats. */
function divideBig(a: bigint, b: bigint): Value {
  const shift = Math.max(0, bits(b) - 1000, bits(a) - 1000);
  if (shift === 0) return makeFloat(Number(a) / Number(b));
  const extra = 64n;
  const quotient = Number((a << extra) / b) / 2 ** 64;
  if (!Number.isFinite(quotient)) {
    raisePython('OverflowError', 'integer division result too large for a float');
  }
  return makeFloat(quotient);
}

function moduloBig(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

function bits(value: bigint): number {
  const size = value < 0n ? -value : value;
  return size < 0x20000000000000n ? Math.log2(Number(size) + 1) : size.toString(16).length * 4;
}

function checkBits(count: number): void {
  if (count > maxIntegerBits) {
    throw tsdbtError('jinja-limit', { limit: `an int of more than ${maxIntegerBits} bits` });
  }
}

function sequences(op: BinaryOperator, a: Value, b: Value): Value | undefined {
  if (op === '*') {
    if (isInteger(b)) return repeat(a, b);
    if (isInteger(a)) return repeat(b, a);
    const sequence = isSequence(a) ? b : isSequence(b) ? a : undefined;
    if (sequence === undefined) return undefined;
    return raisePython(
      'TypeError',
      `can't multiply sequence by non-int of type '${typeName(sequence)}'`,
    );
  }
  if (op !== '+') return undefined;
  if (Array.isArray(a)) {
    if (!Array.isArray(b)) return cannotConcatenate(a, b);
    checkItemCount(a.length + b.length);
    return a.concat(b);
  }
  if (a instanceof PyTuple) {
    if (!(b instanceof PyTuple)) return cannotConcatenate(a, b);
    checkItemCount(a.items.length + b.items.length);
    return new PyTuple([...a.items, ...b.items]);
  }
  return typeof a === 'string' ? cannotConcatenate(a, b) : undefined;
}

function cannotConcatenate(a: Value, b: Value): never {
  const name = typeName(a);
  const message =
    name === 'tuple'
      ? `can only concatenate tuple (not "${typeName(b)}") to tuple`
      : `can only concatenate ${name} (not "${typeName(b)}") to ${name}`;
  return raisePython('TypeError', message);
}

function isSequence(value: Value): boolean {
  return typeof value === 'string' || Array.isArray(value) || value instanceof PyTuple;
}

function repeat(value: Value, times: number | bigint | boolean): Value | undefined {
  if (typeof times === 'bigint' && isSequence(value)) {
    raisePython('OverflowError', "cannot fit 'int' into an index-sized integer");
  }
  const count = Math.max(0, Number(times));
  if (typeof value === 'string') {
    checkTextLength(value.length * count);
    return value.repeat(value === '' ? 0 : count);
  }
  if (Array.isArray(value)) return repeatItems(value, count);
  return value instanceof PyTuple ? new PyTuple(repeatItems(value.items, count)) : undefined;
}

function repeatItems(source: readonly Value[], count: number): Value[] {
  checkItemCount(source.length * count);
  const out: Value[] = [];
  if (source.length > 0) for (let i = 0; i < count; i++) for (const item of source) out.push(item);
  return out;
}

/** Python's unary `-` and `+`. */
export function pyUnary(op: '+' | '-', value: Value): Value {
  const number = numeric(value);
  if (number !== undefined) {
    if (value instanceof PyFloat) return op === '-' ? makeFloat(-value.value) : value;
    if (op === '+') return number;
    return typeof number === 'bigint' ? makeInt(-number) : number === 0 ? 0 : -number;
  }
  const result = value instanceof PyObject ? value.pyUnary(op) : undefined;
  return (
    result ?? raisePython('TypeError', `bad operand type for unary ${op}: '${typeName(value)}'`)
  );
}
