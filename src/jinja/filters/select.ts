import { spend } from '../run-state.ts';
import { basicTests } from '../tests/basic.ts';
import { items } from '../values/iterate.ts';
import { PyIterator } from '../values/py-iterator.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { isTruthy } from '../values/truth.ts';
import { attributeGetter } from './attribute-getter.ts';
import { byName } from './by-name.ts';
import type { FilterFunction } from './filter.ts';

function selecting(wanted: boolean, byAttribute: boolean): FilterFunction {
  return (value, args, kwargs, lenient) =>
    new PyIterator(selected(value, args, kwargs, lenient, wanted, byAttribute));
}

function* selected(
  value: Value,
  args: Value[],
  kwargs: Kwargs,
  lenient: boolean,
  wanted: boolean,
  byAttribute: boolean,
): Generator<Value, undefined> {
  if (!isTruthy(value)) return undefined;
  if (byAttribute && args.length === 0) {
    raisePython('FilterArgumentError', 'Missing parameter for attribute name');
  }
  const get = attributeGetter(byAttribute ? args[0] : null, lenient);
  const [name, ...rest] = byAttribute ? args.slice(1) : args;
  for (const item of items(value)) {
    spend(1);
    const subject = get(item);
    const passes =
      name === undefined
        ? isTruthy(subject)
        : byName('test', basicTests, name)(subject, rest, kwargs);
    if (passes === wanted) yield item;
  }
  return undefined;
}

/** Filters that keep some items. */
export const selectFilters: Readonly<Record<string, FilterFunction>> = {
  select: selecting(true, false),
  reject: selecting(false, false),
  selectattr: selecting(true, true),
  rejectattr: selecting(false, true),
};
