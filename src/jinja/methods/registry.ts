import { PyDict } from '../values/py-dict.ts';
import { PyFloat } from '../values/py-float.ts';
import type { Value } from '../values/py-object.ts';
import { PySet } from '../values/py-set.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { dictMethods } from './dict.ts';
import { listMethods, tupleMethods } from './list.ts';
import type { MethodTable } from './method.ts';
import { floatMethods, intMethods } from './number.ts';
import { setMethods } from './set.ts';
import { strMethods } from './str.ts';

/** The methods of a value of a built-in type; undefined for objects, which answer themselves. */
export function methodsOf(value: Value): MethodTable | undefined {
  // Each table is asked for values of its own type only, which its type can't say.
  return tableOf(value) as MethodTable | undefined;
}

function tableOf(value: Value): unknown {
  switch (typeof value) {
    case 'string':
      return strMethods;
    case 'number':
      return Number.isInteger(value) ? intMethods : floatMethods;
    case 'bigint':
    case 'boolean':
      return intMethods;
    default:
      if (value === null) return undefined;
      if (Array.isArray(value)) return listMethods;
      if (value instanceof PyDict) return dictMethods;
      if (value instanceof PyTuple) return tupleMethods;
      if (value instanceof PySet) return setMethods;
      return value instanceof PyFloat ? floatMethods : undefined;
  }
}
