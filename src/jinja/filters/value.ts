import { attributeOf, getAttribute } from '../attributes.ts';
import { bindArgs } from '../params.ts';
import { pyBinary } from '../values/arithmetic.ts';
import { sortByKeys } from '../values/compare.ts';
import { fixedText } from '../values/decimal-digits.ts';
import { numeric } from '../values/equality.ts';
import { jsonDumps } from '../values/json.ts';
import { mappingEntries } from '../values/mapping.ts';
import { asIndex } from '../values/numbers.ts';
import { toFloat, toInteger } from '../values/parse-number.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { type Kwargs, PyObject, type Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { roundValue } from '../values/round.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined, missingFrom } from '../values/undefined.ts';
import { ignoreCase } from './attribute-getter.ts';
import type { FilterFunction } from './filter.ts';
import { prettyText } from './pretty.ts';

function defaultTo(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [fallback = '', boolean = false] = bindArgs(
    { name: 'do_default', params: ['default_value', 'boolean'], hidden: 1 },
    args,
    kwargs,
  );
  return isUndefined(value) || (isTruthy(boolean) && !isTruthy(value)) ? fallback : value;
}

function absolute(value: Value): Value {
  const number = numeric(value);
  if (number !== undefined) {
    if (Number(number) < 0 || Object.is(number, -0)) return pyBinary('-', 0, value);
    return typeof value === 'boolean' ? number : value;
  }
  const result = value instanceof PyObject && !isUndefined(value) ? value.pyAbs() : undefined;
  return result ?? raisePython('TypeError', `bad operand type for abs(): '${typeName(value)}'`);
}

function toInt(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [fallback = 0, base = 10] = bindArgs(
    { name: 'do_int', params: ['default', 'base'], hidden: 1 },
    args,
    kwargs,
  );
  const whole = toInteger(value, asIndex(base) ?? 10);
  if (whole !== undefined) return whole;
  const float = toFloat(value);
  const truncated = float === undefined ? undefined : toInteger(float);
  return truncated === undefined ? fallback : truncated;
}

function toFloatFilter(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [fallback] = bindArgs({ name: 'do_float', params: ['default'], hidden: 1 }, args, kwargs);
  const float = toFloat(value);
  if (float !== undefined) return float;
  return fallback === undefined ? toFloat(0)! : fallback;
}

function round(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [precision = 0, method = 'common'] = bindArgs(
    { name: 'do_round', params: ['precision', 'method'], hidden: 1 },
    args,
    kwargs,
  );
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    raisePython('FilterArgumentError', 'method must be common, ceil or floor');
  }
  if (method === 'common') return roundValue(value, precision);
  const scale = pyBinary('**', 10, precision);
  const scaled = numeric(pyBinary('*', value, scale));
  if (scaled === undefined) {
    raisePython('TypeError', `must be real number, not ${typeName(value)}`);
  }
  const whole =
    typeof scaled === 'bigint'
      ? scaled
      : method === 'ceil'
        ? Math.ceil(scaled)
        : Math.floor(scaled);
  if (typeof whole === 'number' && !Number.isFinite(whole)) {
    const nan = Number.isNaN(whole);
    raisePython(
      nan ? 'ValueError' : 'OverflowError',
      `cannot convert float ${nan ? 'NaN' : 'infinity'} to integer`,
    );
  }
  return pyBinary('/', toInteger(typeof whole === 'number' ? whole + 0 : whole)!, scale);
}

function attribute(value: Value, args: Value[], kwargs: Kwargs, lenient: boolean): Value {
  const [name] = bindArgs(
    { name: 'do_attr', params: ['name'], required: 1, hidden: 2 },
    args,
    kwargs,
  );
  if (typeof name !== 'string') {
    raisePython('TypeError', `hasattr(): attribute name must be string`);
  }
  if (isUndefined(value)) return getAttribute(value, name, lenient);
  const found = attributeOf(value, name);
  return found === undefined ? missingFrom(value, name, lenient) : found;
}

function fileSize(value: Value, args: Value[], kwargs: Kwargs): string {
  const [binary = false] = bindArgs(
    { name: 'do_filesizeformat', params: ['binary'], hidden: 1 },
    args,
    kwargs,
  );
  const float = toFloat(value);
  if (float === undefined) {
    raisePython(
      typeof value === 'string' ? 'ValueError' : 'TypeError',
      typeof value === 'string'
        ? `could not convert string to float: '${value}'`
        : `float() argument must be a string or a real number, not '${typeName(value)}'`,
    );
  }
  const bytes = Number(numeric(float));
  const base = isTruthy(binary) ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const letters = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const whole = BigInt(Math.trunc(Math.min(bytes, Number.MAX_VALUE)));
  // Exact, because the units beyond 10**22 are no floats.
  const fits = letters.findIndex((_, i) => whole < BigInt(base) ** BigInt(i + 2));
  const power = fits === -1 ? letters.length : fits + 1;
  const letter = letters[power - 1]!;
  const unit = isTruthy(binary) ? `${letter.toUpperCase()}iB` : `${letter}B`;
  return `${fixedText((base * bytes) / base ** (power + 1), 1)} ${unit}`;
}

function dictSort(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [caseSensitive = false, by = 'key', reverse = false] = bindArgs(
    { name: 'do_dictsort', params: ['case_sensitive', 'by', 'reverse'], hidden: 1 },
    args,
    kwargs,
  );
  if (by !== 'key' && by !== 'value') {
    raisePython('FilterArgumentError', 'You can only sort by either "key" or "value"');
  }
  const pairs = [...pairsOf(value)];
  const keys = pairs.map((pair) => {
    const key = pair[by === 'key' ? 0 : 1];
    return isTruthy(caseSensitive) ? key : ignoreCase(key);
  });
  return sortByKeys(
    pairs.map((pair) => new PyTuple(pair)),
    keys,
    isTruthy(reverse),
  );
}

function pairsOf(value: Value): Iterable<[Value, Value]> {
  if (isUndefined(value)) value.fail();
  return (
    mappingEntries(value) ??
    raisePython('AttributeError', `'${typeName(value)}' object has no attribute 'items'`)
  );
}

function* itemPairs(value: Value): Generator<Value, undefined> {
  if (isUndefined(value)) return undefined;
  const entries = mappingEntries(value);
  if (entries === undefined) raisePython('TypeError', 'Can only get item pairs from a mapping.');
  for (const pair of entries) yield new PyTuple(pair);
  return undefined;
}

function toJson(value: Value, args: Value[], kwargs: Kwargs): string {
  const [indent = null] = bindArgs(
    { name: 'do_tojson', params: ['indent'], hidden: 2 },
    args,
    kwargs,
  );
  const step = typeof indent === 'string' ? indent : indent === null ? undefined : asIndex(indent);
  const text = jsonDumps(value, {
    sortKeys: true,
    ...(step === undefined ? {} : { indent: step }),
  });
  return text
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll("'", '\\u0027');
}

const same: FilterFunction = (value) => value;

/** Filters of any value. The `as_…` ones matter where values are rendered natively only. */
export const valueFilters: Readonly<Record<string, FilterFunction>> = {
  default: defaultTo,
  d: defaultTo,
  abs: absolute,
  int: toInt,
  float: toFloatFilter,
  round,
  attr: attribute,
  filesizeformat: fileSize,
  dictsort: dictSort,
  items: (value) => new PyIterator(itemPairs(value)),
  tojson: toJson,
  pprint: (value, args, kwargs) => {
    bindArgs({ name: 'do_pprint', params: [], hidden: 1 }, args, kwargs);
    return prettyText(value);
  },
  as_text: same,
  as_bool: same,
  as_number: same,
  as_native: same,
  is_list: (value) => Array.isArray(value),
};
