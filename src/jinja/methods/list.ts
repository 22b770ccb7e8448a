import { bindArgs } from '../params.ts';
import { table } from '../table.ts';
import { sortByKeys } from '../values/compare.ts';
import { sameOrEqual } from '../values/equality.ts';
import { toList } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import type { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { checkArity } from './arity.ts';
import type { Method } from './method.ts';

function indexArgument(value: Value): number {
  return (
    asIndex(value) ??
    raisePython('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  );
}

function find(items: readonly Value[], args: Value[], kwargs: Kwargs, owner: string): number {
  checkArity(owner, 'index', args, kwargs, 1, 3);
  const clamp = (value: Value | undefined, fallback: number) => {
    const at = value === undefined ? fallback : indexArgument(value);
    return at < 0 ? Math.max(0, at + items.length) : at;
  };
  const end = Math.min(clamp(args[2], items.length), items.length);
  for (let i = clamp(args[1], 0); i < end; i++) if (sameOrEqual(items[i]!, args[0]!)) return i;
  const message =
    owner === 'list' ? `${repr(args[0]!)} is not in list` : 'tuple.index(x): x not in tuple';
  return raisePython('ValueError', message);
}

function count(items: readonly Value[], args: Value[], kwargs: Kwargs, owner: string): number {
  checkArity(owner, 'count', args, kwargs, 1);
  return items.filter((item) => sameOrEqual(item, args[0]!)).length;
}

function pop(self: Value[], args: Value[], kwargs: Kwargs): Value {
  checkArity('list', 'pop', args, kwargs, 0, 1);
  const index = args[0] === undefined ? -1 : indexArgument(args[0]);
  if (self.length === 0) raisePython('IndexError', 'pop from empty list');
  const place = index < 0 ? index + self.length : index;
  if (place < 0 || place >= self.length) raisePython('IndexError', 'pop index out of range');
  return self.splice(place, 1)[0]!;
}

function sort(self: Value[], args: Value[], kwargs: Kwargs): null {
  if (args.length > 0) raisePython('TypeError', 'sort() takes no positional arguments');
  const [key = null, reverse = false] = bindArgs(
    { name: 'sort', params: ['key', 'reverse'], native: true },
    args,
    kwargs,
  );
  if (key !== null)
    raisePython(
      'TypeError',
      'sort() with a key function is not supported; use the sort filter with attribute=',
    );
  const sorted = sortByKeys(self, self, isTruthy(reverse));
  self.splice(0, self.length, ...sorted);
  return null;
}

/** The methods of lists. */
export const listMethods = table<Method<Value[]>>({
  append: (self, args, kwargs) => {
    checkArity('list', 'append', args, kwargs, 1);
    self.push(args[0]!);
    return null;
  },
  extend: (self, args, kwargs) => {
    checkArity('list', 'extend', args, kwargs, 1);
    for (const item of toList(args[0]!)) self.push(item);
    return null;
  },
  insert: (self, args, kwargs) => {
    checkArity('list', 'insert', args, kwargs, 2);
    const index = indexArgument(args[0]!);
    self.splice(index < 0 ? Math.max(0, index + self.length) : index, 0, args[1]!);
    return null;
  },
  pop,
  remove: (self, args, kwargs) => {
    checkArity('list', 'remove', args, kwargs, 1);
    const place = self.findIndex((item) => sameOrEqual(item, args[0]!));
    if (place === -1) raisePython('ValueError', 'list.remove(x): x not in list');
    self.splice(place, 1);
    return null;
  },
  clear: (self, args, kwargs) => {
    checkArity('list', 'clear', args, kwargs, 0);
    self.length = 0;
    return null;
  },
  copy: (self, args, kwargs) => {
    checkArity('list', 'copy', args, kwargs, 0);
    return self.slice();
  },
  reverse: (self, args, kwargs) => {
    checkArity('list', 'reverse', args, kwargs, 0);
    self.reverse();
    return null;
  },
  sort,
  index: (self, args, kwargs) => find(self, args, kwargs, 'list'),
  count: (self, args, kwargs) => count(self, args, kwargs, 'list'),
});

/** The methods of tuples. */
export const tupleMethods = table<Method<PyTuple>>({
  index: (self, args, kwargs) => find(self.items, args, kwargs, 'tuple'),
  count: (self, args, kwargs) => count(self.items, args, kwargs, 'tuple'),
});
