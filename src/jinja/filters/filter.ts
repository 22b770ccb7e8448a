import type { Kwargs, Value } from '../values/py-object.ts';

/** A filter: the value before the bar, the arguments, and whether undefined results are lenient. */
export type FilterFunction = (
  value: Value,
  args: Value[],
  kwargs: Kwargs,
  lenient: boolean,
) => Value;
