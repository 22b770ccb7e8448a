import { table } from '../table.ts';
import { toList } from '../values/iterate.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { PySet } from '../values/py-set.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { checkArity } from './arity.ts';
import type { Method } from './method.ts';

/** Folds the arguments, each as a set, into the set. */
function fold(combine: (self: PySet, other: PySet) => PySet): Method<PySet> {
  return (self, args) =>
    args.reduce<PySet>((set, other) => combine(set, asSet(other)), new PySet(self));
}

function asSet(value: Value): PySet {
  return value instanceof PySet ? value : new PySet(toList(value));
}

/** Makes a set have exactly the items of another. */
function replace(self: PySet, other: PySet): null {
  const kept = [...other];
  self.clear();
  for (const item of kept) self.add(item);
  return null;
}

const combinations = {
  union: fold((a, b) => a.union(b)),
  intersection: fold((a, b) => a.intersection(b)),
  difference: fold((a, b) => a.difference(b)),
  symmetric_difference: fold((a, b) => a.symmetricDifference(b)),
};

function single(name: string, apply: (self: PySet, item: Value) => Value): Method<PySet> {
  return (self: PySet, args: Value[], kwargs: Kwargs) => {
    checkArity('set', name, args, kwargs, 1);
    return apply(self, args[0]!);
  };
}

/** The methods of sets. */
export const setMethods = table<Method<PySet>>(combinations, {
  add: single('add', (self, item) => {
    self.add(item);
    return null;
  }),
  remove: single('remove', (self, item) =>
    self.delete(item) ? null : raisePython('KeyError', repr(item)),
  ),
  discard: single('discard', (self, item) => {
    self.delete(item);
    return null;
  }),
  pop: (self, args, kwargs) => {
    checkArity('set', 'pop', args, kwargs, 0);
    const [first] = self;
    if (first === undefined) raisePython('KeyError', "'pop from an empty set'");
    self.delete(first);
    return first;
  },
  clear: (self, args, kwargs) => {
    checkArity('set', 'clear', args, kwargs, 0);
    self.clear();
    return null;
  },
  copy: (self, args, kwargs) => {
    checkArity('set', 'copy', args, kwargs, 0);
    return new PySet(self);
  },
  update: (self, args, kwargs) => replace(self, combinations.union(self, args, kwargs) as PySet),
  intersection_update: (self, args, kwargs) =>
    replace(self, combinations.intersection(self, args, kwargs) as PySet),
  difference_update: (self, args, kwargs) =>
    replace(self, combinations.difference(self, args, kwargs) as PySet),
  symmetric_difference_update: (self, args, kwargs) =>
    replace(self, combinations.symmetric_difference(self, args, kwargs) as PySet),
  issubset: single('issubset', (self, other) => self.isSubsetOf(asSet(other))),
  issuperset: single('issuperset', (self, other) => asSet(other).isSubsetOf(self)),
  isdisjoint: single('isdisjoint', (self, other) => self.intersection(asSet(other)).size === 0),
});
