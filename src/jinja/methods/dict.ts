import { table } from '../table.ts';
import { DictView, type ViewKind } from '../values/dict-view.ts';
import { items, toList, tryIterate } from '../values/iterate.ts';
import { mappingEntries } from '../values/mapping.ts';
import { PyDict } from '../values/py-dict.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { checkArity } from './arity.ts';
import type { Method } from './method.ts';

function view(kind: ViewKind): Method<PyDict> {
  return (self, args, kwargs) => {
    checkArity('dict', kind, args, kwargs, 0);
    return new DictView(self, kind);
  };
}

/** Sets the pairs of a mapping, or of a sequence of pairs: what `dict()` and `update()` take. */
export function updateDict(
  dict: PyDict,
  args: readonly Value[],
  kwargs: Kwargs,
  name: string,
): void {
  if (args.length > 1) {
    raisePython('TypeError', `${name} expected at most 1 argument, got ${args.length}`);
  }
  const [source] = args;
  if (source !== undefined) {
    const entries = mappingEntries(source);
    // A copy, because a dict may be updated with itself.
    if (entries !== undefined) for (const [key, value] of [...entries]) dict.set(key, value);
    else updateFromPairs(dict, source);
  }
  for (const [key, value] of kwargs) dict.set(key, value);
}

function updateFromPairs(dict: PyDict, source: Value): void {
  let place = 0;
  for (const item of items(source)) {
    if (tryIterate(item) === undefined) {
      raisePython(
        'TypeError',
        `cannot convert dictionary update sequence element #${place} to a sequence`,
      );
    }
    const pair = toList(item);
    if (pair.length !== 2) {
      raisePython(
        'ValueError',
        `dictionary update sequence element #${place} has length ${pair.length}; 2 is required`,
      );
    }
    dict.set(pair[0]!, pair[1]!);
    place++;
  }
}

function pop(self: PyDict, args: Value[], kwargs: Kwargs): Value {
  checkArity('dict', 'pop', args, kwargs, 1, 2);
  const value = self.get(args[0]!);
  if (value === undefined) {
    return args[1] === undefined ? raisePython('KeyError', repr(args[0]!)) : args[1];
  }
  self.delete(args[0]!);
  return value;
}

/** The methods of dicts. */
export const dictMethods = table<Method<PyDict>>({
  get: (self, args, kwargs) => {
    checkArity('dict', 'get', args, kwargs, 1, 2);
    const value = self.get(args[0]!);
    return value === undefined ? (args[1] ?? null) : value;
  },
  keys: view('keys'),
  values: view('values'),
  items: view('items'),
  update: (self, args, kwargs) => {
    updateDict(self, args, kwargs, 'update');
    return null;
  },
  pop,
  popitem: (self, args, kwargs) => {
    checkArity('dict', 'popitem', args, kwargs, 0);
    const last = [...self.entries()].at(-1);
    if (last === undefined) raisePython('KeyError', "'popitem(): dictionary is empty'");
    self.delete(last[0]);
    return new PyTuple(last);
  },
  setdefault: (self, args, kwargs) => {
    checkArity('dict', 'setdefault', args, kwargs, 1, 2);
    const value = self.get(args[0]!);
    if (value !== undefined) return value;
    self.set(args[0]!, args[1] ?? null);
    return args[1] ?? null;
  },
  clear: (self, args, kwargs) => {
    checkArity('dict', 'clear', args, kwargs, 0);
    self.clear();
    return null;
  },
  copy: (self, args, kwargs) => {
    checkArity('dict', 'copy', args, kwargs, 0);
    return new PyDict(self.entries());
  },
  fromkeys: (_self, args, kwargs) => {
    checkArity('dict', 'fromkeys', args, kwargs, 1, 2);
    return new PyDict(toList(args[0]!).map((key) => [key, args[1] ?? null]));
  },
});
