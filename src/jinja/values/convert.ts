import { LargeInteger } from '../../util/large-integer.ts';
import { keyValue, mappingKey } from '../../util/mapping-key.ts';
import { floatOf, WholeFloat } from '../../util/whole-float.ts';
import { YamlTime } from '../../util/yaml-time.ts';
import { PyDate } from '../modules/datetime/date.ts';
import { fromJsDate, PyDateTime } from '../modules/datetime/datetime.ts';
import { parseIsoDate, parseIsoDateTime } from '../modules/datetime/iso-text.ts';
import { items } from './iterate.ts';
import { mappingEntries } from './mapping.ts';
import { makeInt } from './numbers.ts';
import { PyDict } from './py-dict.ts';
import { makeFloat, PyFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';
import { PySet } from './py-set.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { toStr } from './str.ts';
import { Undefined } from './undefined.ts';

/**
 * Plain JSON-like data as template values: objects become dicts (their keys are `mappingKey`s), arrays lists, dates datetimes in
 * UTC. Template values in it stay what they are; functions and symbols are refused.
 */
export function fromJs(json: unknown): Value {
  switch (typeof json) {
    case 'string':
    case 'boolean':
      return json;
    case 'number':
      // An integral number is an int, unless it is too large to be exact.
      return Number.isInteger(json) && !Number.isSafeInteger(json) ? makeFloat(json) : json + 0;
    case 'bigint':
      return makeInt(json);
    case 'undefined':
      return null;
    case 'object':
      if (json === null || json instanceof PyObject) return json;
      if (Array.isArray(json)) return json.map(fromJs);
      if (json instanceof WholeFloat) return new PyFloat(json.value);
      if (json instanceof LargeInteger) return makeInt(json.value);
      if (json instanceof YamlTime) return momentOf(json.text);
      if (json instanceof Date) return fromJsDate(json);
      if (json instanceof Map) return dictOf(json);
      if (json instanceof Set) return new PySet([...json].map(fromJs));
      return dictOfObject(json);
    default:
      return raisePython('TypeError', `a ${typeof json} is no template value`);
  }
}

function momentOf(text: string): Value {
  return text.length === 10 ? new PyDate(parseIsoDate(text)) : parseIsoDateTime(text);
}

function dictOfObject(json: object): PyDict {
  const dict = new PyDict();
  for (const [property, value] of Object.entries(json))
    dict.set(fromJs(keyValue(property)), fromJs(value));
  return dict;
}

function dictOf(entries: Iterable<readonly [unknown, unknown]>): PyDict {
  const dict = new PyDict();
  for (const [key, value] of entries) dict.set(fromJs(key), fromJs(value));
  return dict;
}

/**
 * A template value as plain data: dicts become objects without a prototype whose keys are
 * `mappingKey`s, sequences arrays, datetimes text with a `T`, ints beyond 2^53 `LargeInteger`s, floats
 * without a fraction `WholeFloat`s, other objects their text, undefined and non-finite floats null.
 */
export function toJs(value: Value): unknown {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) return null;
      // An int of that size would be a bigint.
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? floatOf(value) : value;
    case 'bigint':
      return LargeInteger.of(value);
    case 'object':
      return value === null ? null : objectToJs(value);
    default:
      return value;
  }
}

function objectToJs(value: Value[] | PyObject): unknown {
  if (Array.isArray(value)) return value.map(toJs);
  if (value instanceof PyFloat) return floatOf(value.value);
  if (value instanceof Undefined) return null;
  if (value instanceof PyTuple) return value.items.map(toJs);
  if (value instanceof PySet) return [...value].map(toJs);
  if (value instanceof PyDateTime) return value.pyStr().replace(' ', 'T');
  const entries = mappingEntries(value);
  if (entries !== undefined) {
    const out = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of entries) out[plainKey(key)] = toJs(item);
    return out;
  }
  return value.pyIter() === undefined ? toStr(value) : [...items(value)].map(toJs);
}

/** The property of a plain object under which a value finds its entry. */
export function plainKey(key: Value): string {
  if (typeof key === 'string') return mappingKey(key);
  const isPlain = typeof key !== 'object' || key === null || key instanceof PyFloat;
  return mappingKey(isPlain ? toJs(key) : toStr(key));
}
