import { PyObject, type Value } from './py-object.ts';

/** Whether a value is true in Python: empty things, zero, None and undefined are not. */
export function isTruthy(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return true;
    default:
      if (value === null) return false;
      if (value instanceof PyObject) return value.pyTruth();
      return value.length > 0;
  }
}
