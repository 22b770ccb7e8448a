import { items } from './iterate.ts';
import { PyDict } from './py-dict.ts';
import { PyObject, type Value } from './py-object.ts';

/** The pairs of a dict or dict-like object; undefined for values that are no mapping. */
export function mappingEntries(value: Value): Iterable<[Value, Value]> | undefined {
  if (value instanceof PyDict) return value.entries();
  return value instanceof PyObject && value.pyIsMapping() ? objectEntries(value) : undefined;
}

function* objectEntries(mapping: PyObject): Iterable<[Value, Value]> {
  for (const key of items(mapping)) yield [key, mapping.pyItem(key) ?? null];
}
