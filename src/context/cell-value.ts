import type { Json } from '../contracts/json.ts';
import {
  fromJs,
  jsonDumps,
  PyDate,
  PyDateTime,
  PyDecimal,
  PyDict,
  PyFloat,
  PyTimeDelta,
  utcZone,
  type Value,
} from '../jinja/index.ts';
import { fieldsOfStruct, partsOfMap } from './struct-fields.ts';

/**
 * How values of a DuckDB type come into templates: as Python has them from dbt-duckdb. Dates and
 * decimals are objects, lists, structs and maps are JSON, as dbt makes of them (dbt-common
 * `clients/agate_helper.py`). Times with a zone are in UTC.
 */
export function cellReader(type: string): (value: Json) => Value {
  const nested = nestedReader(type);
  if (nested !== undefined)
    return (value) => (value === null ? null : jsonDumps(nested(value), { fallback: jsonValue }));
  if (type === 'INTERVAL')
    return (value) => (value === null ? null : (interval(value)?.pyStr() ?? fromJs(value)));
  return plainReader(type);
}

function plainReader(type: string): (value: Json) => Value {
  if (/^U?(BIGINT|HUGEINT)$/.test(type))
    return (value) => (typeof value === 'string' ? narrow(BigInt(value)) : fromJs(value));
  if (/^(DOUBLE|FLOAT)$/.test(type))
    return (value) =>
      typeof value === 'number' && Number.isInteger(value) ? new PyFloat(value) : fromJs(value);
  if (type.startsWith('DECIMAL'))
    return (value) => (value === null ? null : (PyDecimal.parse(String(value)) ?? fromJs(value)));
  if (type === 'DATE' || type.startsWith('TIMESTAMP'))
    return (value) => (typeof value === 'string' ? (moment(value, type) ?? value) : fromJs(value));
  return fromJs;
}

/** Values inside of which there are others; undefined for a type without. */
function nestedReader(type: string): ((value: Json) => Value) | undefined {
  const item = /^(.*)\[\d*\]$/s.exec(type)?.[1];
  if (item !== undefined) {
    const read = inside(item);
    return (value) => (Array.isArray(value) ? value.map((one) => read(one as Json)) : null);
  }
  if (type.startsWith('STRUCT(')) {
    const fields = fieldsOfStruct(type).map((field) => ({ ...field, read: inside(field.type) }));
    return (value) => dictOf(fields.map(({ name, read }) => [name, read(member(value, name))]));
  }
  const parts = type.startsWith('MAP(') ? partsOfMap(type) : undefined;
  if (parts === undefined) return undefined;
  const [readKey, readValue] = parts.map(inside) as [(v: Json) => Value, (v: Json) => Value];
  return (value) =>
    dictOf(
      (Array.isArray(value) ? (value as readonly Json[]) : []).map((entry) => [
        readKey(member(entry, 'key')),
        readValue(member(entry, 'value')),
      ]),
    );
}

function inside(type: string): (value: Json) => Value {
  const read = nestedReader(type) ?? plainReader(type);
  return (value) => (value === null ? null : read(value));
}

function member(value: Json, name: string): Json {
  const fields = value as Readonly<Record<string, Json>> | null;
  return fields !== null && Object.hasOwn(fields, name) ? fields[name]! : null;
}

function dictOf(entries: readonly (readonly [Value, Value])[]): PyDict {
  const dict = new PyDict();
  for (const [key, value] of entries) dict.set(key, value);
  return dict;
}

/** Stands in JSON for what it has no word for. */
export function jsonValue(value: Value): Value {
  if (value instanceof PyDecimal) return new PyFloat(Number(value.pyStr()));
  if (value instanceof PyDateTime) return value.pyStr().replace(' ', 'T');
  return value instanceof PyDate ? value.pyStr() : String(value);
}

const written = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?(\+00)?)?$/;

/** A date or a time; undefined for one that Python has none of, such as `infinity`. */
function moment(text: string, type: string): Value | undefined {
  const parts = written.exec(text);
  if (parts === null || parts[1] === '0000') return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((one) => Number(one ?? 0));
  const date = { year: year!, month: month!, day: day! };
  if (type === 'DATE') return new PyDate(date);
  const microsecond = Number((parts[7] ?? '').padEnd(6, '0'));
  const clock = { hour: hour!, minute: minute!, second: second!, microsecond };
  return new PyDateTime({ ...date, ...clock }, parts[8] === undefined ? null : utcZone);
}

/** A span of time; a month counts as thirty days, as for DuckDB's Python client. */
function interval(value: Json): PyTimeDelta | undefined {
  const [months, days, micros] = ['months', 'days', 'micros'].map((name) => member(value, name));
  if (months === null || days === null || micros === null) return undefined;
  const all = BigInt(String(months)) * 30n + BigInt(String(days));
  return new PyTimeDelta(all * 86_400_000_000n + BigInt(String(micros)));
}

function narrow(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
