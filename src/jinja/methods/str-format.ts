import { checkTextLength } from '../run-state.ts';
import { formatValue } from '../values/format-spec.ts';
import { mappingEntries } from '../values/mapping.ts';
import { PyDict } from '../values/py-dict.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { toStr } from '../values/str.ts';
import { typeName } from '../values/type-name.ts';

/** How `{a.b[c]}` reaches into values: given, because attributes know methods and these are some. */
export interface FieldAccess {
  readonly attribute: (value: Value, name: string) => Value;
  readonly item: (value: Value, key: Value) => Value;
}

interface Fields {
  readonly access: FieldAccess;
  readonly args: readonly Value[];
  readonly named: (name: string) => Value | undefined;
  /** Number of the next `{}`; undefined once a `{0}` was seen. */
  next: number | undefined;
}

/** Python's `text.format(…)`, with the sandbox's attribute access. */
export function formatBraces(
  format: string,
  args: readonly Value[],
  kwargs: Kwargs,
  access: FieldAccess,
): string {
  return expand(format, { access, args, named: (name) => kwargs.get(name), next: 0 }, 2);
}

/** Python's `text.format_map(mapping)`. */
export function formatMap(
  format: string,
  args: readonly Value[],
  kwargs: Kwargs,
  access: FieldAccess,
): string {
  if (kwargs.size > 0) raisePython('TypeError', 'format_map() takes no keyword arguments');
  const [mapping] = args;
  if (args.length !== 1 || mapping === undefined) {
    raisePython('TypeError', `format_map() takes exactly one argument (${args.length} given)`);
  }
  const entries = mappingEntries(mapping);
  if (entries === undefined) {
    raisePython('TypeError', `'${typeName(mapping)}' object is not subscriptable`);
  }
  const dict = new PyDict(entries);
  return expand(format, { access, args: [], named: (name) => dict.get(name), next: 0 }, 2);
}

function expand(format: string, fields: Fields, depth: number): string {
  if (depth < 0) raisePython('ValueError', 'Max string recursion exceeded');
  let out = '';
  let at = 0;
  while (at < format.length) {
    const brace = nextBrace(format, at);
    if (brace === -1) return out + format.slice(at);
    out += format.slice(at, brace);
    const character = format[brace]!;
    if (format[brace + 1] === character) {
      out += character;
      at = brace + 2;
      continue;
    }
    if (character === '}') raisePython('ValueError', "Single '}' encountered in format string");
    if (brace + 1 >= format.length)
      raisePython('ValueError', "Single '{' encountered in format string");
    const end = fieldEnd(format, brace + 1);
    out += expandField(format.slice(brace + 1, end), fields, depth);
    checkTextLength(out.length);
    at = end + 1;
  }
  return out;
}

function nextBrace(format: string, from: number): number {
  for (let at = from; at < format.length; at++) {
    const code = format.charCodeAt(at);
    if (code === 123 || code === 125) return at;
  }
  return -1;
}

function fieldEnd(format: string, from: number): number {
  let depth = 1;
  for (let at = from; at < format.length; at++) {
    const character = format[at];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
    else if (character === '[') {
      const close = format.indexOf(']', at);
      if (close !== -1) at = close;
    }
  }
  return raisePython('ValueError', "expected '}' before end of string");
}

function expandField(field: string, fields: Fields, depth: number): string {
  const match = /^((?:[^!:[]|\[[^\]]*\]?)*)(?:!([\s\S]*?))?(?::([\s\S]*))?$/.exec(field);
  if (match === null) raisePython('ValueError', "expected ':' after conversion specifier");
  const value = fieldValue(match[1]!, fields);
  const conversion = match[2];
  const spec = expand(match[3] ?? '', fields, depth - 1);
  switch (conversion) {
    case undefined:
      return formatValue(value, spec);
    case 's':
      return formatValue(toStr(value), spec);
    case 'r':
    case 'a':
      return formatValue(repr(value), spec);
    default:
      return raisePython('ValueError', `Unknown conversion specifier ${conversion}`);
  }
}

function fieldValue(path: string, fields: Fields): Value {
  const [first = ''] = /^[^.[]*/.exec(path)!;
  let value = firstValue(first, fields);
  let rest = path.slice(first.length);
  while (rest !== '') {
    const step = /^(?:\.([^.[]+)|\[([^\]]+)\])/.exec(rest);
    if (step === null) raisePython('ValueError', 'Empty attribute in format string');
    if (step[1] !== undefined) value = fields.access.attribute(value, step[1]);
    else {
      const key = step[2]!;
      value = fields.access.item(value, /^\d+$/.test(key) ? Number(key) : key);
    }
    rest = rest.slice(step[0].length);
  }
  return value;
}

function firstValue(name: string, fields: Fields): Value {
  if (name === '') {
    if (fields.next === undefined) {
      raisePython(
        'ValueError',
        'cannot switch from manual field specification to automatic field numbering',
      );
    }
    return argument(fields, fields.next++);
  }
  if (/^\d+$/.test(name)) {
    if (fields.next !== undefined && fields.next > 0) {
      raisePython(
        'ValueError',
        'cannot switch from manual field specification to automatic field numbering',
      );
    }
    fields.next = undefined;
    return argument(fields, Number(name));
  }
  const value = fields.named(name);
  return value === undefined ? raisePython('KeyError', repr(name)) : value;
}

function argument(fields: Fields, place: number): Value {
  const value = fields.args[place];
  if (value !== undefined) return value;
  return raisePython('IndexError', 'tuple index out of range');
}
