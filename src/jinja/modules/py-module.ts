import { PyDict } from '../values/py-dict.ts';
import type { Value } from '../values/py-object.ts';

/** A Python module as templates get it: a dict of its names. */
export function pyModule(members: Readonly<Record<string, Value>>): PyDict {
  return new PyDict(Object.entries(members));
}
