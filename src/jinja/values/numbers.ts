import { PyFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';

/** An int of this value: a number when safe, a bigint beyond. */
export function makeInt(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/** Whether a value is an int (bools are, as in Python). */
export function isInteger(value: Value): value is number | bigint | boolean {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value);
    case 'bigint':
    case 'boolean':
      return true;
    default:
      return false;
  }
}

/** Whether a value is a float. */
export function isFloat(value: Value): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** An int as a number, or as a bigint where that is not exact; undefined for other values. */
export function asInteger(value: Value): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return makeInt(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** A value as a plain integral number where Python wants an index; undefined if it is none. */
export function asIndex(value: Value): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  return undefined;
}

/** Whether the value counts as a number for `is number`: ints, floats, bools, decimals. */
export function isNumber(value: Value): boolean {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return true;
    default:
      return (
        value instanceof PyFloat ||
        (value instanceof PyObject && value.pyTypeName === 'decimal.Decimal')
      );
  }
}
