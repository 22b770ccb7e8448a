import { bindArgs } from '../params.ts';
import { checkItemCount, checkTextLength } from '../run-state.ts';
import { pyBinary } from '../values/arithmetic.ts';
import { pyOrder, sortByKeys } from '../values/compare.ts';
import { pyEquals } from '../values/equality.ts';
import { hashKey } from '../values/hash.ts';
import { items, iterate, pyLength, toList } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { type Kwargs, PyObject, type Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { toStr } from '../values/str.ts';
import { characters } from '../values/text.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import { attributeGetter, attributesGetter, type Getter, ignoreCase } from './attribute-getter.ts';
import type { FilterFunction } from './filter.ts';

function integer(value: Value): number {
  return (
    asIndex(value) ??
    raisePython('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  );
}

const caseParams = ['case_sensitive', 'attribute'];

function join(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): string {
  const [d = '', attribute = null] = bindArgs(
    { name: 'sync_do_join', params: ['d', 'attribute'], hidden: 2 },
    args,
    kwargs,
  );
  const get = attributeGetter(attribute, lenient);
  const separator = toStr(d);
  const parts: string[] = [];
  let length = 0;
  for (const item of items(value)) {
    const text = toStr(attribute === null ? item : get(item));
    length += text.length + separator.length;
    checkTextLength(length);
    parts.push(text);
  }
  return parts.join(separator);
}

function first(value: Value, lenient: boolean): Value {
  const next = iterate(value).next();
  return next.done === true
    ? new Undefined({ hint: 'No first item, sequence was empty.', lenient })
    : next.value;
}

function last(value: Value, lenient: boolean): Value {
  const next = reversed(value)?.next();
  if (next === undefined) raisePython('TypeError', `'${typeName(value)}' object is not reversible`);
  return next.done === true
    ? new Undefined({ hint: 'No last item, sequence was empty.', lenient })
    : next.value;
}

/** Python's `reversed`; undefined for values without that. */
function reversed(value: Value): Iterator<Value> | undefined {
  if (typeof value === 'string') return characters(value).reverse()[Symbol.iterator]();
  if (Array.isArray(value)) return value.slice().reverse()[Symbol.iterator]();
  if (value instanceof PyTuple) return value.items.slice().reverse()[Symbol.iterator]();
  if (value instanceof Undefined) return value.pyIter();
  return value instanceof PyObject ? value.pyReversed() : undefined;
}

function reverse(value: Value): Value {
  if (typeof value === 'string') return characters(value).reverse().join('');
  const iterator = reversed(value);
  if (iterator !== undefined) {
    return new PyIterator(iterator, Array.isArray(value) ? 'list_reverseiterator' : 'reversed');
  }
  if (!(value instanceof PyObject) || value.pyIter() === undefined) {
    raisePython('FilterArgumentError', 'argument must be iterable');
  }
  return toList(value).reverse();
}

function random(value: Value, lenient: boolean): Value {
  const all = toList(value);
  if (all.length === 0) {
    return new Undefined({ hint: 'No random item, sequence was empty.', lenient });
  }
  return all[Math.floor(Math.random() * all.length)]!;
}

function sort(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): Value {
  const [reverse = false, caseSensitive = false, attribute = null] = bindArgs(
    { name: 'do_sort', params: ['reverse', ...caseParams], hidden: 2 },
    args,
    kwargs,
  );
  const all = toList(value);
  const get = attributesGetter(
    attribute,
    lenient,
    isTruthy(caseSensitive) ? undefined : ignoreCase,
  );
  // One-item lists as keys, as Jinja: equal keys are then never asked which is smaller.
  return sortByKeys(all, all.map(get), isTruthy(reverse));
}

function unique(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): Value {
  const [caseSensitive = false, attribute = null] = bindArgs(
    { name: 'sync_do_unique', params: caseParams, hidden: 2 },
    args,
    kwargs,
  );
  const get = attributeGetter(attribute, lenient, isTruthy(caseSensitive) ? undefined : ignoreCase);
  return new PyIterator(distinct(value, get));
}

function* distinct(value: Value, get: Getter): Generator<Value, undefined> {
  const seen = new Set<unknown>();
  for (const item of items(value)) {
    const key = hashKey(get(item));
    if (seen.has(key)) continue;
    seen.add(key);
    yield item;
  }
  return undefined;
}

function extreme(name: 'min' | 'max'): FilterFunction {
  return (value, args, kwargs, lenient) => {
    const [caseSensitive = false, attribute = null] = bindArgs(
      { name: `do_${name}`, params: caseParams, hidden: 2 },
      args,
      kwargs,
    );
    const get = attributeGetter(
      attribute,
      lenient,
      isTruthy(caseSensitive) ? undefined : ignoreCase,
    );
    let best: Value | undefined;
    let bestKey: Value = null;
    for (const item of items(value)) {
      const key = get(item);
      if (best === undefined || pyOrder(name === 'min' ? '<' : '>', key, bestKey)) {
        best = item;
        bestKey = key;
      }
    }
    if (best !== undefined) return best;
    return new Undefined({ hint: 'No aggregated item, sequence was empty.', lenient });
  };
}

function sum(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): Value {
  const [attribute = null, start = 0] = bindArgs(
    { name: 'sync_do_sum', params: ['attribute', 'start'], hidden: 2 },
    args,
    kwargs,
  );
  if (typeof start === 'string') {
    raisePython('TypeError', "sum() can't sum strings [use ''.join(seq) instead]");
  }
  const get = attributeGetter(attribute, lenient);
  let total: Value = start;
  for (const item of items(value))
    total = pyBinary('+', total, attribute === null ? item : get(item));
  return total;
}

function batch(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [lineCount, fill = null] = bindArgs(
    { name: 'do_batch', params: ['linecount', 'fill_with'], required: 1, hidden: 1 },
    args,
    kwargs,
  );
  return new PyIterator(batches(value, lineCount!, fill));
}

function* batches(value: Value, lineCount: Value, fill: Value): Generator<Value, undefined> {
  let group: Value[] = [];
  for (const item of items(value)) {
    if (pyEquals(group.length, lineCount)) {
      yield group;
      group = [];
    }
    group.push(item);
  }
  if (group.length === 0) return undefined;
  if (fill !== null) {
    const size = integer(lineCount);
    checkItemCount(Math.max(0, size));
    while (group.length < size) group.push(fill);
  }
  yield group;
  return undefined;
}

function slice(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [count, fill = null] = bindArgs(
    { name: 'sync_do_slice', params: ['slices', 'fill_with'], required: 1, hidden: 1 },
    args,
    kwargs,
  );
  return new PyIterator(slices(value, count!, fill));
}

function* slices(value: Value, count: Value, fill: Value): Generator<Value, undefined> {
  const all = toList(value);
  const parts = integer(count);
  if (parts === 0) raisePython('ZeroDivisionError', 'integer division or modulo by zero');
  checkItemCount(Math.max(0, parts));
  const size = Math.floor(all.length / parts);
  const longer = all.length % parts;
  let at = 0;
  for (let i = 0; i < parts; i++) {
    const end = at + size + (i < longer ? 1 : 0);
    const group = all.slice(at, end);
    if (fill !== null && i >= longer) group.push(fill);
    at = end;
    yield group;
  }
  return undefined;
}

/** What `groupby` gives: a pair that also has names. */
class GroupTuple extends PyTuple {
  override get pyTypeName(): string {
    return '_GroupTuple';
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'grouper') return this.items[0]!;
    return name === 'list' ? this.items[1]! : undefined;
  }
}

function groupBy(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): Value {
  const [attribute, fallback = null, caseSensitive = false] = bindArgs(
    {
      name: 'sync_do_groupby',
      params: ['attribute', 'default', 'case_sensitive'],
      required: 1,
      hidden: 2,
    },
    args,
    kwargs,
  );
  const post = isTruthy(caseSensitive) ? undefined : ignoreCase;
  const get = attributeGetter(attribute, lenient, post, fallback);
  const shown = attributeGetter(attribute, lenient, undefined, fallback);
  const all = toList(value);
  const groups: { key: Value; members: Value[] }[] = [];
  for (const item of sortByKeys(all, all.map(get), false)) {
    const key = get(item);
    const group = groups.at(-1);
    if (group !== undefined && pyEquals(group.key, key)) group.members.push(item);
    else groups.push({ key, members: [item] });
  }
  return groups.map(({ members }) => new GroupTuple([shown(members[0]!), members]));
}

/** A filter that takes no arguments. */
function plain(
  name: string,
  hidden: number,
  apply: (value: Value, lenient: boolean) => Value,
): FilterFunction {
  return (value, args, kwargs, lenient) => {
    bindArgs({ name, params: [], hidden }, args, kwargs);
    return apply(value, lenient);
  };
}

const length: FilterFunction = (value, args, kwargs) => {
  if (kwargs.size > 0) raisePython('TypeError', 'len() takes no keyword arguments');
  if (args.length > 0) {
    raisePython('TypeError', `len() takes exactly one argument (${args.length + 1} given)`);
  }
  return pyLength(value);
};

/** Filters of sequences. */
export const sequenceFilters: Readonly<Record<string, FilterFunction>> = {
  join,
  first: plain('sync_do_first', 2, first),
  last: plain('do_last', 2, last),
  reverse: plain('do_reverse', 1, reverse),
  random: plain('do_random', 2, random),
  sort,
  unique,
  min: extreme('min'),
  max: extreme('max'),
  sum,
  batch,
  slice,
  groupby: groupBy,
  list: plain('sync_do_list', 1, toList),
  length,
  count: length,
};
