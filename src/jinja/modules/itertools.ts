import { driveSync } from '../drive.ts';
import { hostFunction } from '../host-function.ts';
import { callValue } from '../operators.ts';
import { bindArgs } from '../params.ts';
import { checkItemCount, spend } from '../run-state.ts';
import { isGenerator, Suspension, settle } from '../suspension.ts';
import { pyBinary } from '../values/arithmetic.ts';
import { sameOrEqual } from '../values/equality.ts';
import { items, iterate, toList } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import { PyIterator } from '../values/py-iterator.ts';
import type { Evaluation, Kwargs, Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { pyModule } from './py-module.ts';
import { PyType } from './py-type.ts';

type Source = Generator<Value, undefined>;

function integer(value: Value): number {
  return (
    asIndex(value) ??
    raisePython('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  );
}

/** Calls a function a template handed over. It can't suspend: the caller is in the middle of a step. */
function call(callee: Value, ...args: Value[]): Value {
  return driveSync(callSteps(callee, args));
}

function* callSteps(callee: Value, args: Value[]): Evaluation {
  const result = callValue(callee, args, new Map());
  if (result instanceof Suspension) return yield* settle(result);
  return isGenerator(result) ? yield* result : result;
}

function* chain(sources: Iterable<Value>): Source {
  for (const source of sources) for (const item of items(source)) yield item;
  return undefined;
}

function* product(pools: readonly Value[][]): Source {
  const places = pools.map(() => 0);
  if (pools.some((pool) => pool.length === 0)) return undefined;
  for (;;) {
    spend(1);
    yield new PyTuple(pools.map((pool, i) => pool[places[i]!]!));
    let at = pools.length - 1;
    while (at >= 0 && ++places[at]! === pools[at]!.length) places[at--] = 0;
    if (at < 0) return undefined;
  }
}

/** Choices of `size` places out of `count` that `next` moves through, as tuples of the pool. */
function* combinations(pool: readonly Value[], size: number, repeated: boolean): Source {
  if (size > pool.length && !(repeated && pool.length > 0) && size > 0) return undefined;
  const places = Array.from({ length: size }, (_, i) => (repeated ? 0 : i));
  for (;;) {
    spend(1);
    yield new PyTuple(places.map((place) => pool[place]!));
    let at = size - 1;
    while (at >= 0 && places[at] === (repeated ? pool.length - 1 : at + pool.length - size)) at--;
    if (at < 0) return undefined;
    const start = places[at]! + 1;
    for (let i = at; i < size; i++) places[i] = repeated ? start : start + i - at;
  }
}

function* permutations(
  pool: readonly Value[],
  size: number,
  chosen: readonly number[] = [],
): Source {
  if (chosen.length === size) {
    spend(1);
    yield new PyTuple(chosen.map((place) => pool[place]!));
    return undefined;
  }
  for (let i = 0; i < pool.length; i++) {
    if (!chosen.includes(i)) yield* permutations(pool, size, [...chosen, i]);
  }
  return undefined;
}

function* slice(source: Value, start: number, stop: number, step: number): Source {
  let at = 0;
  const iterator = iterate(source);
  for (let wanted = start; wanted < stop; wanted += step) {
    let next = iterator.next();
    while (next.done !== true && at < wanted) {
      spend(1);
      at++;
      next = iterator.next();
    }
    if (next.done === true) return undefined;
    at++;
    yield next.value;
  }
  return undefined;
}

function* zipLongest(sources: readonly Value[], fill: Value): Source {
  const iterators = sources.map(iterate);
  for (;;) {
    const results = iterators.map((iterator) => iterator.next());
    if (results.every((result) => result.done === true)) return undefined;
    yield new PyTuple(results.map((result) => (result.done === true ? fill : result.value)));
  }
}

function* accumulate(source: Value, combine: Value, initial: Value | undefined): Source {
  let total = initial;
  if (total !== undefined) yield total;
  for (const item of items(source)) {
    if (total === undefined) total = item;
    else total = combine === null ? pyBinary('+', total, item) : call(combine, total, item);
    yield total;
  }
  return undefined;
}

function* groups(source: Value, key: Value): Source {
  let current: Value | undefined;
  let members: Value[] = [];
  for (const item of items(source)) {
    const name = key === null ? item : call(key, item);
    if (current !== undefined && !sameOrEqual(current, name)) {
      yield new PyTuple([current, new PyIterator(members[Symbol.iterator]())]);
      members = [];
    }
    current = name;
    members.push(item);
  }
  if (current !== undefined)
    yield new PyTuple([current, new PyIterator(members[Symbol.iterator]())]);
  return undefined;
}

function* forever(make: (turn: number) => Value, turns = Number.POSITIVE_INFINITY): Source {
  for (let turn = 0; turn < turns; turn++) {
    spend(1);
    yield make(turn);
  }
  return undefined;
}

function* filtered(source: Value, keep: (item: Value) => 'yes' | 'no' | 'stop'): Source {
  for (const item of items(source)) {
    const verdict = keep(item);
    if (verdict === 'stop') return undefined;
    if (verdict === 'yes') yield item;
  }
  return undefined;
}

function* pairs(source: Value): Source {
  let before: Value | undefined;
  for (const item of items(source)) {
    if (before !== undefined) yield new PyTuple([before, item]);
    before = item;
  }
  return undefined;
}

function* starred(callee: Value, source: Value): Source {
  for (const item of items(source)) yield call(callee, ...toList(item));
  return undefined;
}

function sliceOf(args: Value[]): Source {
  const [source, first = null, second, third = 1] = args;
  const end = (value: Value) => (value === null ? Number.POSITIVE_INFINITY : integer(value));
  if (second === undefined) return slice(source!, 0, end(first), 1);
  const start = first === null ? 0 : integer(first);
  return slice(source!, start, end(second), third === null ? 1 : integer(third));
}

function productOf(args: Value[], kwargs: Kwargs): Source {
  const times = integer(kwargs.get('repeat') ?? 1);
  checkItemCount(args.length * Math.max(0, times));
  const pools = args.map(toList);
  return product(Array.from({ length: Math.max(0, times) }, () => pools).flat());
}

function cycle(source: Value): Source {
  const saved = toList(source);
  return forever((turn) => saved[turn % saved.length]!, saved.length === 0 ? 0 : undefined);
}

const functions: Readonly<Record<string, (args: Value[], kwargs: Kwargs) => Source>> = {
  product: productOf,
  combinations: (args, kwargs) => {
    const [source, size] = bindArgs(
      { name: 'combinations', params: ['iterable', 'r'], required: 2 },
      args,
      kwargs,
    );
    return combinations(toList(source!), integer(size!), false);
  },
  combinations_with_replacement: (args, kwargs) => {
    const [source, size] = bindArgs(
      { name: 'combinations_with_replacement', params: ['iterable', 'r'], required: 2 },
      args,
      kwargs,
    );
    return combinations(toList(source!), integer(size!), true);
  },
  permutations: (args, kwargs) => {
    const [source, size = null] = bindArgs(
      { name: 'permutations', params: ['iterable', 'r'], required: 1 },
      args,
      kwargs,
    );
    const pool = toList(source!);
    return permutations(pool, size === null ? pool.length : integer(size));
  },
  islice: sliceOf,
  zip_longest: (args, kwargs) => {
    const fill = kwargs.get('fillvalue');
    return zipLongest(args, fill === undefined ? null : fill);
  },
  accumulate: (args, kwargs) => {
    const [source, func = null] = bindArgs(
      { name: 'accumulate', params: ['iterable', 'func', 'initial'], required: 1 },
      args,
      kwargs,
    );
    return accumulate(source!, func, kwargs.get('initial'));
  },
  groupby: (args, kwargs) => {
    const [source, key = null] = bindArgs(
      { name: 'groupby', params: ['iterable', 'key'], required: 1 },
      args,
      kwargs,
    );
    return groups(source!, key);
  },
  count: (args, kwargs) => {
    const [start = 0, step = 1] = bindArgs(
      { name: 'count', params: ['start', 'step'] },
      args,
      kwargs,
    );
    return forever((turn) =>
      turn === 0 ? start : pyBinary('+', start, pyBinary('*', step, turn)),
    );
  },
  cycle: (args) => cycle(args[0]!),
  repeat: (args, kwargs) => {
    const [item, times] = bindArgs(
      { name: 'repeat', params: ['object', 'times'], required: 1 },
      args,
      kwargs,
    );
    return forever(() => item!, times === undefined ? undefined : Math.max(0, integer(times)));
  },
  compress: (args) => {
    const selectors = iterate(args[1]!);
    return filtered(args[0]!, () => {
      const next = selectors.next();
      if (next.done === true) return 'stop';
      return isTruthy(next.value) ? 'yes' : 'no';
    });
  },
  takewhile: (args) =>
    filtered(args[1]!, (item) => (isTruthy(call(args[0]!, item)) ? 'yes' : 'stop')),
  dropwhile: (args) => {
    let dropping = true;
    return filtered(args[1]!, (item) => {
      dropping &&= isTruthy(call(args[0]!, item));
      return dropping ? 'no' : 'yes';
    });
  },
  filterfalse: (args) =>
    filtered(args[1]!, (item) =>
      isTruthy(args[0] === null ? item : call(args[0]!, item)) ? 'no' : 'yes',
    ),
  starmap: (args) => starred(args[0]!, args[1]!),
  pairwise: (args) => pairs(args[0]!),
};

/** The module `itertools`; `onUse` is told of calls. */
export function itertoolsModule(onUse: () => void = () => undefined): Value {
  const members: Record<string, Value> = {};
  for (const [name, make] of Object.entries(functions)) {
    members[name] = hostFunction(name, (args, kwargs) => {
      onUse();
      return new PyIterator(make(args, kwargs), `itertools.${name}`);
    });
  }
  members['chain'] = new PyType('itertools.chain', {
    call: (args) => {
      onUse();
      return new PyIterator(chain(args), 'itertools.chain');
    },
    attributes: (name) =>
      name === 'from_iterable'
        ? hostFunction(name, (args) => new PyIterator(chain(items(args[0]!)), 'itertools.chain'))
        : undefined,
  });
  members['tee'] = hostFunction('tee', ([source, count]) => {
    onUse();
    const saved = toList(source!);
    const copies = Array.from(
      { length: Math.min(integer(count ?? 2), 1000) },
      () => new PyIterator(saved[Symbol.iterator]()),
    );
    return new PyTuple(copies);
  });
  return pyModule(members);
}
