import { compareValues } from './compare.ts';
import { mappingEntries } from './mapping.ts';
import { bigintText, floatText } from './number-text.ts';
import { makeInt } from './numbers.ts';
import { PyDict } from './py-dict.ts';
import { makeFloat, PyFloat } from './py-float.ts';
import type { Value } from './py-object.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { typeName } from './type-name.ts';

export interface JsonOptions {
  readonly sortKeys?: boolean;
  /** Spaces a level, or the text to indent with. */
  readonly indent?: number | string;
  /** Writes other values; without it they are a TypeError. */
  readonly fallback?: (value: Value) => Value;
}

/** A value as JSON, character by character as Python's `json.dumps` writes it. */
export function jsonDumps(value: Value, options: JsonOptions = {}): string {
  const { indent } = options;
  const step = typeof indent === 'number' ? ' '.repeat(Math.max(0, indent)) : indent;
  return write(value, options, step, '\n', 0);
}

function write(
  value: Value,
  options: JsonOptions,
  step: string | undefined,
  line: string,
  depth: number,
): string {
  if (depth > 500) raisePython('ValueError', 'Circular reference detected');
  switch (typeof value) {
    case 'string':
      return jsonString(value);
    case 'boolean':
      return String(value);
    case 'number':
      return Number.isInteger(value) ? String(value) : jsonFloat(value);
    case 'bigint':
      return bigintText(value);
    default:
  }
  if (value === null) return 'null';
  if (value instanceof PyFloat) return jsonFloat(value.value);
  const items = Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined;
  const inner = step === undefined ? line : line + step;
  if (items !== undefined) {
    return wrap(
      '[]',
      items.map((item) => write(item, options, step, inner, depth + 1)),
      step,
      line,
      inner,
    );
  }
  const entries = mappingEntries(value);
  if (entries !== undefined) {
    const pairs = [...entries];
    if (options.sortKeys === true) pairs.sort(([a], [b]) => orderKeys(a, b));
    const parts = pairs.map(
      ([key, item]) => `${jsonKey(key)}: ${write(item, options, step, inner, depth + 1)}`,
    );
    return wrap('{}', parts, step, line, inner);
  }
  if (options.fallback !== undefined)
    return write(options.fallback(value), options, step, line, depth + 1);
  return raisePython('TypeError', `Object of type ${shortName(value)} is not JSON serializable`);
}

function shortName(value: Value): string {
  return typeName(value).replace(/^.*\./, '');
}

function wrap(
  brackets: string,
  parts: string[],
  step: string | undefined,
  line: string,
  inner: string,
): string {
  const [open, close] = brackets as unknown as [string, string];
  if (parts.length === 0) return brackets;
  if (step === undefined) return open + parts.join(', ') + close;
  return open + inner + parts.join(`,${inner}`) + line + close;
}

function orderKeys(a: Value, b: Value): number {
  const order = compareValues(a, b);
  return (
    order ??
    raisePython(
      'TypeError',
      `'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
    )
  );
}

function jsonKey(key: Value): string {
  switch (typeof key) {
    case 'string':
      return jsonString(key);
    case 'boolean':
      return `"${key}"`;
    case 'number':
      return `"${Number.isInteger(key) ? String(key) : jsonFloat(key)}"`;
    case 'bigint':
      return `"${key}"`;
    default:
      if (key === null) return '"null"';
      if (key instanceof PyFloat) return `"${jsonFloat(key.value)}"`;
      return raisePython(
        'TypeError',
        `keys must be str, int, float, bool or None, not ${shortName(key)}`,
      );
  }
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, (character) =>
    character === '\x7f'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A JSON text as a value, as Python's `json.loads`: `1.0` stays a float, big ints stay exact. */
export function jsonLoads(text: string): Value {
  const source = text.trim();
  const tokens =
    source.match(
      /"(?:[^"\\]|\\.)*"|-?(?:Infinity|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|NaN|true|false|null|[[\]{},:]|\S/g,
    ) ?? [];
  let at = 0;
  const fail = (): never =>
    raisePython('JSONDecodeError', `Expecting value near "${tokens.slice(at, at + 3).join(' ')}"`);
  const expect = (token: string) => (tokens[at] === token ? at++ : fail());
  const read = (depth: number): Value => {
    if (depth > 500) fail();
    const token = tokens[at++];
    if (token === '[') return readItems(']', () => read(depth + 1));
    if (token === '{') {
      const dict = new PyDict();
      readItems('}', () => {
        const key = read(depth + 1);
        if (typeof key !== 'string') fail();
        expect(':');
        dict.set(key, read(depth + 1));
        return null;
      });
      return dict;
    }
    at--;
    const value = token === undefined ? undefined : scalar(token);
    if (value === undefined) return fail();
    at++;
    return value;
  };
  const readItems = (close: string, item: () => Value): Value[] => {
    const out: Value[] = [];
    if (tokens[at] === close) {
      at++;
      return out;
    }
    for (;;) {
      out.push(item());
      if (tokens[at] === close) {
        at++;
        return out;
      }
      expect(',');
    }
  };
  const value = read(0);
  return at === tokens.length ? value : fail();
}

function scalar(token: string): Value | undefined {
  switch (token) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
    default:
  }
  if (token.startsWith('"')) {
    try {
      return JSON.parse(token) as string;
    } catch {
      return undefined;
    }
  }
  if (/^-?\d+$/.test(token)) return makeInt(BigInt(token));
  return /^-?\d/.test(token) ? makeFloat(Number(token)) : undefined;
}
