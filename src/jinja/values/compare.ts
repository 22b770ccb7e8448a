import { numeric, sameOrEqual } from './equality.ts';
import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { compareText } from './text.ts';
import { typeName } from './type-name.ts';

export type OrderOperator = '<' | '<=' | '>' | '>=';

/** Python's `<`, `<=`, `>`, `>=`. */
export function pyOrder(op: OrderOperator, a: Value, b: Value): boolean {
  const order = compareValues(a, b);
  if (order === undefined) {
    raisePython(
      'TypeError',
      `'${op}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
    );
  }
  // NaN (neither smaller nor equal) makes every comparison false.
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

/** Negative, zero, positive or NaN; undefined when the two have no order. */
export function compareValues(a: Value, b: Value): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) {
    if (left < right) return -1;
    if (left > right) return 1;
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint compare by value
    return left == right ? 0 : Number.NaN;
  }
  if (Array.isArray(a) && Array.isArray(b)) return orderItems(a, b);
  if (a instanceof PyObject) {
    const order = a.pyCompare(b);
    if (order !== undefined) return order;
  }
  if (b instanceof PyObject) {
    const order = b.pyCompare(a);
    if (order !== undefined) return -order;
  }
  return undefined;
}

/** Order of two sequences: that of the first items that differ, else of their lengths. */
export function orderItems(a: readonly Value[], b: readonly Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i]!;
    const right = b[i]!;
    if (sameOrEqual(left, right)) continue;
    const order = compareValues(left, right);
    if (order !== undefined) return order;
    raisePython(
      'TypeError',
      `'<' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
    );
  }
  return a.length - b.length;
}

/** Sorts by `keys` (one for each item), stable, with Python's `<`. */
export function sortByKeys(
  items: readonly Value[],
  keys: readonly Value[],
  reverse: boolean,
): Value[] {
  const places = items.map((_, i) => i);
  const sign = reverse ? -1 : 1;
  places.sort((i, j) => {
    if (pyOrder('<', keys[i]!, keys[j]!)) return -sign;
    return pyOrder('<', keys[j]!, keys[i]!) ? sign : 0;
  });
  return places.map((i) => items[i]!);
}
