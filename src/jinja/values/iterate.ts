import { checkItemCount, spend } from '../run-state.ts';
import { PyObject, type Value } from './py-object.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { characters, textLength } from './text.ts';
import { typeName } from './type-name.ts';

/** An iterator over a value, or undefined when it can't be iterated. */
export function tryIterate(value: Value): Iterator<Value> | undefined {
  if (Array.isArray(value)) return value[Symbol.iterator]();
  if (typeof value === 'string') return characters(value)[Symbol.iterator]();
  return value instanceof PyObject ? value.pyIter() : undefined;
}

/** An iterator over a value; Python's TypeError when it can't be iterated. */
export function iterate(value: Value): Iterator<Value> {
  return (
    tryIterate(value) ?? raisePython('TypeError', `'${typeName(value)}' object is not iterable`)
  );
}

/** {@link iterate} for `for … of`. */
export function items(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  const iterator = iterate(value);
  return { [Symbol.iterator]: () => iterator };
}

/** The items of a value in a new list. */
export function toList(value: Value): Value[] {
  if (Array.isArray(value)) {
    checkItemCount(value.length);
    return value.slice();
  }
  if (value instanceof PyTuple) return value.items.slice();
  const out: Value[] = [];
  for (const item of items(value)) {
    spend(1);
    out.push(item);
  }
  return out;
}

/** Python's `len`, or undefined when the value has none. */
export function tryLength(value: Value): number | undefined {
  if (typeof value === 'string') return textLength(value);
  if (Array.isArray(value)) return value.length;
  return value instanceof PyObject ? value.pyLen() : undefined;
}

/** Python's `len`. */
export function pyLength(value: Value): number {
  return (
    tryLength(value) ?? raisePython('TypeError', `object of type '${typeName(value)}' has no len()`)
  );
}
