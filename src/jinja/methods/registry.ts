import type { Value } from '../values/py-object.ts';
import type { MethodTable } from './method.ts';

/** The methods of a value of a built-in type. */
export function methodsOf(_value: Value): MethodTable | undefined {
  return undefined;
}
