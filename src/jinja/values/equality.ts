import { PyFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';

/** Python's `==`. */
export function pyEquals(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') {
    if (a === b) return true;
    if (a instanceof PyObject) return a.pyEq(b) ?? false;
    return b instanceof PyObject ? (b.pyEq(a) ?? false) : false;
  }
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    // Loose on purpose: it compares a number and a bigint by value.
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint compare by value
    if (right !== undefined) return left == right;
  }
  if (Array.isArray(a) && Array.isArray(b)) return equalItems(a, b);
  if (a instanceof PyObject) {
    const answer = a.pyEq(b);
    if (answer !== undefined) return answer;
  }
  if (b instanceof PyObject) {
    const answer = b.pyEq(a);
    if (answer !== undefined) return answer;
  }
  return a === b;
}

/** Equality of items in containers: identity first, as Python does (so NaN equals itself there). */
export function sameOrEqual(a: Value, b: Value): boolean {
  return Object.is(a, b) || pyEquals(a, b);
}

/** Whether two sequences have equal items. */
export function equalItems(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameOrEqual(a[i]!, b[i]!)) return false;
  return true;
}

/** The number behind an int, float or bool; undefined for everything else. */
export function numeric(value: Value): number | bigint | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value instanceof PyFloat ? value.value : undefined;
  }
}
