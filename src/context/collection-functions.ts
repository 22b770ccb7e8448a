import {
  type Kwargs,
  PyDict,
  PyIterator,
  PyObject,
  PySet,
  PyTuple,
  pyEquals,
  raisePython,
  type Value,
} from '../jinja/index.ts';

type Body = (args: Value[], kwargs: Kwargs) => Value;

/**
 * `set`, `zip` and their strict forms, `diff_of_two_dicts` (core `context/base.py`). The lenient
 * ones give their default, or none, for what can't be iterated over; the strict ones fail.
 */
export const collectionFunctions: readonly (readonly [name: string, body: Body])[] = [
  ['set', (args, kwargs) => lenient(() => setOf(args[0]), args[1] ?? kwargs.get('default'))],
  ['set_strict', (args) => setOf(args[0])],
  ['zip', (args, kwargs) => lenient(() => zipOf(args), kwargs.get('default'))],
  ['zip_strict', (args) => zipOf(args)],
  ['diff_of_two_dicts', ([left, right]) => difference(left, right)],
];

function lenient(make: () => Value, otherwise: Value | undefined): Value {
  try {
    return make();
  } catch {
    return otherwise ?? null;
  }
}

function setOf(value: Value | undefined): Value {
  return new PySet([...iterated(value)]);
}

function zipOf(args: readonly Value[]): Value {
  const lists = args.map((list) => [...iterated(list)]);
  const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
  const tuples = Array.from({ length }, (_, i) => new PyTuple(lists.map((list) => list[i]!)));
  return new PyIterator(tuples.values(), 'zip');
}

function iterated(value: Value | undefined): Iterable<Value> {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  const iterator = value instanceof PyObject ? value.pyIter() : undefined;
  if (iterator === undefined) return raisePython('TypeError', 'object is not iterable');
  return { [Symbol.iterator]: () => iterator };
}

/** The entries of a dictionary of lists whose values are not in the other one. */
function difference(left: Value | undefined, right: Value | undefined): Value {
  const result = new PyDict();
  if (!(left instanceof PyDict) || !(right instanceof PyDict)) return result;
  for (const [key, values] of left.entries()) {
    const others = right.get(key);
    if (!Array.isArray(values)) continue;
    const left = values.filter(
      (value) => !(Array.isArray(others) && others.some((other) => pyEquals(value, other))),
    );
    if (left.length > 0) result.set(key, left);
  }
  return result;
}
