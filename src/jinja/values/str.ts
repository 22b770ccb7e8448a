import { PyObject, type Value } from './py-object.ts';
import { repr } from './repr.ts';

/** A value as `{{ … }}` prints it: Python's `str`. */
export function toStr(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof PyObject) return value.pyStr();
  return repr(value);
}
