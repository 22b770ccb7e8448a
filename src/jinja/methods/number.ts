import type { Value } from '../values/py-object.ts';

/** Attributes of numbers that are no methods. */
export function dataAttribute(_value: Value, _name: string): Value | undefined {
  return undefined;
}
