import { numeric, sameOrEqual } from './equality.ts';
import { type OrderOperator, PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { compareText } from './text.ts';
import { typeName } from './type-name.ts';

const mirrored: Readonly<Record<OrderOperator, OrderOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Python's `<`, `<=`, `>`, `>=`. */
export function pyOrder(op: OrderOperator, a: Value, b: Value): boolean {
  const order = compareValues(a, b, op);
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
export function compareValues(a: Value, b: Value, op: OrderOperator = '<'): number | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const left = numeric(a);
  const right = numeric(b);
  if (left !== undefined && right !== undefined) {
    if (left < right) return -1;
    if (left > right) return 1;
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint compare by value
    return left == right ? 0 : Number.NaN;
  }
  if (Array.isArray(a) && Array.isArray(b)) return orderItems(a, b, op);
  if (a instanceof PyObject) {
    const order = a.pyCompare(b, op);
    if (order !== undefined) return order;
  }
  if (b instanceof PyObject) {
    const order = b.pyCompare(a, mirrored[op]);
    if (order !== undefined) return -order;
  }
  return undefined;
}

/** Order of two sequences: that of the first items that differ, else of their lengths. */
export function orderItems(a: readonly Value[], b: readonly Value[], op: OrderOperator): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a[i]!;
    const right = b[i]!;
    if (sameOrEqual(left, right)) continue;
    const order = compareValues(left, right, op);
    if (order !== undefined) return order;
    raisePython(
      'TypeError',
      `'${op}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
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
  const less = (i: number, j: number) => pyOrder('<', keys[i]!, keys[j]!);
  // Sorting the reverse of the reverse keeps equal items in their order.
  if (reverse) places.reverse();
  const sorted = places.length <= 64 ? insertionSort(places, less) : mergeSort(places, less);
  if (reverse) sorted.reverse();
  return sorted.map((i) => items[i]!);
}

type Less = (i: number, j: number) => boolean;

/** In Python's order of comparisons, so that values without an order give the same error. */
function insertionSort(places: number[], less: Less): number[] {
  if (places.length < 2) return places;
  let run = 2;
  if (less(places[1]!, places[0]!)) {
    while (run < places.length && less(places[run]!, places[run - 1]!)) run++;
    places.unshift(...places.splice(0, run).reverse());
  } else {
    while (run < places.length && !less(places[run]!, places[run - 1]!)) run++;
  }
  for (; run < places.length; run++) {
    const place = places[run]!;
    let low = 0;
    let high = run;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (less(place, places[middle]!)) high = middle;
      else low = middle + 1;
    }
    places.splice(run, 1);
    places.splice(low, 0, place);
  }
  return places;
}

function mergeSort(places: number[], less: Less): number[] {
  if (places.length <= 32) return insertionSort(places, less);
  const middle = places.length >> 1;
  const left = mergeSort(places.slice(0, middle), less);
  const right = mergeSort(places.slice(middle), less);
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    out.push(less(right[j]!, left[i]!) ? right[j++]! : left[i++]!);
  }
  return [...out, ...left.slice(i), ...right.slice(j)];
}
