import { spend } from '../run-state.ts';
import { table } from '../table.ts';
import { items } from '../values/iterate.ts';
import { PyIterator } from '../values/py-iterator.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { reprString } from '../values/repr.ts';
import { isTruthy } from '../values/truth.ts';
import { attributeGetter, type Getter } from './attribute-getter.ts';
import { byName } from './by-name.ts';
import type { FilterFunction } from './filter.ts';
import { htmlFilters } from './html.ts';
import { selectFilters } from './select.ts';
import { sequenceFilters } from './sequence.ts';
import { textFilters } from './text.ts';
import { valueFilters } from './value.ts';

/** `map('upper')`, `map(attribute='name', default=…)`. */
function mapping(args: Value[], kwargs: Kwargs, lenient: boolean): Getter {
  if (args.length === 0 && kwargs.has('attribute')) {
    const rest = new Map(kwargs);
    rest.delete('attribute');
    rest.delete('default');
    const [unexpected] = rest.keys();
    if (unexpected !== undefined) {
      raisePython('FilterArgumentError', `Unexpected keyword argument ${reprString(unexpected)}`);
    }
    return attributeGetter(kwargs.get('attribute'), lenient, undefined, kwargs.get('default'));
  }
  const [name, ...rest] = args;
  if (name === undefined) raisePython('FilterArgumentError', 'map requires a filter argument');
  return (item) => byName('filter', filters, name)(item, rest, kwargs, lenient);
}

function* mapped(
  value: Value,
  args: Value[],
  kwargs: Kwargs,
  lenient: boolean,
): Generator<Value, undefined> {
  if (!isTruthy(value)) return undefined;
  const get = mapping(args, kwargs, lenient);
  for (const item of items(value)) {
    spend(1);
    yield get(item);
  }
  return undefined;
}

/** All filters by name. */
export const filters: Readonly<Record<string, FilterFunction>> = table<FilterFunction>(
  textFilters,
  sequenceFilters,
  selectFilters,
  htmlFilters,
  valueFilters,
  {
    map: (value, args, kwargs, lenient) => new PyIterator(mapped(value, args, kwargs, lenient)),
  },
);
