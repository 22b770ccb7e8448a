import { checkTextLength, spend } from '../run-state.ts';
import { exponentText, fixedText, generalText } from './decimal-digits.ts';
import { numeric } from './equality.ts';
import { mappingEntries } from './mapping.ts';
import { PyDict } from './py-dict.ts';
import { PyFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { repr } from './repr.ts';
import { toStr } from './str.ts';
import { characters, textLength } from './text.ts';
import { typeName } from './type-name.ts';

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

const directive = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(\.(?:\*|\d+)?)?[hlL]?([\s\S])?/gu;

/** Counts how far the ends of names are looked for: without ends, each time to the end of the text. */
function spendOnNames(format: string): void {
  let end = 0;
  let cost = 0;
  for (let at = format.indexOf('%('); at !== -1; at = format.indexOf('%(', at + 2)) {
    if (end !== -1 && end < at) end = format.indexOf(')', at);
    cost += (end === -1 ? format.length : end) - at;
  }
  if (cost > format.length) spend(Math.ceil(cost / 100));
}

/** Python's `format % args`. */
export function formatPercent(format: string, args: Value): string {
  const values = args instanceof PyTuple ? args.items : [args];
  let used = 0;
  let named = false;
  const next = (): Value => {
    if (used >= values.length) raisePython('TypeError', 'not enough arguments for format string');
    return values[used++]!;
  };
  const count = (text: string | undefined): number | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text);
    const value = numeric(next());
    return typeof value === 'number' ? value : raisePython('TypeError', '* wants int');
  };
  spendOnNames(format);
  const out = format.replace(
    directive,
    (
      whole: string,
      name: string | undefined,
      flags: string,
      widthText: string | undefined,
      point: string | undefined,
      type: string | undefined,
      at: number,
    ) => {
      if (type === undefined) raisePython('ValueError', 'incomplete format');
      let source: (() => Value) | undefined;
      if (name !== undefined) {
        named = true;
        source = () => lookup(args, name);
      }
      const width = count(widthText) ?? 0;
      const precision = point === undefined ? undefined : (count(point.slice(1) || '0') ?? 0);
      if (type === '%') return '%';
      const conversion = {
        flags: width < 0 ? `${flags}-` : flags,
        width: Math.abs(width),
        precision,
        type,
      };
      checkTextLength(conversion.width + (precision ?? 0));
      if (!'diouxXeEfFgGcrsa'.includes(type)) {
        const code = type.codePointAt(0)!.toString(16);
        raisePython(
          'ValueError',
          `unsupported format character '${type}' (0x${code}) at index ${at + whole.length - 1}`,
        );
      }
      return convert((source ?? next)(), conversion);
    },
  );
  checkTextLength(out.length);
  if (!named && used < values.length && !isMappingLike(args)) {
    raisePython('TypeError', 'not all arguments converted during string formatting');
  }
  return out;
}

/** What Python takes as a mapping here: anything with items that is no tuple and no text. */
function isMappingLike(value: Value): boolean {
  if (Array.isArray(value)) return true;
  if (!(value instanceof PyObject) || value instanceof PyTuple) return false;
  return value.pyIsMapping() || value.pyIsSequence();
}

function lookup(args: Value, name: string): Value {
  if (mappingEntries(args) === undefined) raisePython('TypeError', 'format requires a mapping');
  const item = args instanceof PyDict ? args.get(name) : (args as PyObject).pyItem(name);
  return item === undefined ? raisePython('KeyError', repr(name)) : item;
}

function convert(value: Value, conversion: Conversion): string {
  const { type, precision } = conversion;
  switch (type) {
    case 's':
      return padText(limit(toStr(value), precision), conversion);
    case 'r':
      return padText(limit(repr(value), precision), conversion);
    case 'a':
      return padText(limit(asciiRepr(value), precision), conversion);
    case 'c':
      return padText(character(value), conversion);
    case 'd':
    case 'i':
    case 'u':
      return padNumber(integerDigits(integerOf(value, type, true), 10, conversion), conversion);
    case 'o':
      return padNumber(integerDigits(integerOf(value, type, false), 8, conversion), conversion);
    case 'x':
    case 'X':
      return padNumber(integerDigits(integerOf(value, type, false), 16, conversion), conversion);
    default:
      return padNumber(floatDigits(floatOf(value), conversion), conversion);
  }
}

function limit(text: string, precision: number | undefined): string {
  return precision === undefined ? text : characters(text).slice(0, precision).join('');
}

function asciiRepr(value: Value): string {
  return repr(value).replace(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x100) return `\\x${code.toString(16)}`;
    return code < 0x10000
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
}

function character(value: Value): string {
  if (typeof value === 'string' && textLength(value) === 1) return value;
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= 0 && value <= 0x10ffff) return String.fromCodePoint(value);
    raisePython('OverflowError', '%c arg not in range(0x110000)');
  }
  return raisePython('TypeError', '%c requires int or char');
}

function integerOf(value: Value, type: string, allowFloat: boolean): bigint {
  const number =
    numeric(value) ?? (allowFloat && value instanceof PyObject ? value.pyNumber() : undefined);
  if (typeof number === 'bigint') return number;
  if (value instanceof PyFloat && !allowFloat) return notInteger(value, type, 'an integer');
  if (
    number !== undefined &&
    (allowFloat || Number.isInteger(number)) &&
    typeof value !== 'string'
  ) {
    if (Number.isFinite(number)) return BigInt(Math.trunc(number));
    raisePython(
      Number.isNaN(number) ? 'ValueError' : 'OverflowError',
      `cannot convert float ${Number.isNaN(number) ? 'NaN' : 'infinity'} to integer`,
    );
  }
  return notInteger(value, type, allowFloat ? 'a real number' : 'an integer');
}

function notInteger(value: Value, type: string, wanted: string): never {
  return raisePython('TypeError', `%${type} format: ${wanted} is required, not ${typeName(value)}`);
}

function floatOf(value: Value): number {
  const number = numeric(value) ?? (value instanceof PyObject ? value.pyNumber() : undefined);
  return number === undefined
    ? raisePython('TypeError', `must be real number, not ${typeName(value)}`)
    : Number(number);
}

function integerDigits(
  value: bigint,
  radix: number,
  { precision, type, flags }: Conversion,
): string {
  const size = value < 0n ? -value : value;
  let digits = size.toString(radix).padStart(precision ?? 1, '0');
  if (flags.includes('#') && radix !== 10) digits = `0${type}${digits}`;
  const text = (value < 0n ? '-' : '') + digits;
  return type === 'X' ? text.toUpperCase() : text;
}

function floatDigits(value: number, { precision, type, flags }: Conversion): string {
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  else if (type === 'f' || type === 'F') text = fixedText(value, precision ?? 6);
  else if (type === 'e' || type === 'E') text = exponentText(value, precision ?? 6);
  else text = generalText(value, precision ?? 6, flags.includes('#'));
  return type === 'E' || type === 'F' || type === 'G' ? text.toUpperCase() : text;
}

function padNumber(text: string, { flags, width }: Conversion): string {
  const negative = text.startsWith('-');
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const body = negative ? text.slice(1) : text;
  const missing = width - sign.length - body.length;
  if (missing <= 0) return sign + body;
  if (flags.includes('-')) return sign + body + ' '.repeat(missing);
  if (!flags.includes('0') || !/^[0-9]/.test(body)) return ' '.repeat(missing) + sign + body;
  const prefix = /^0[xXo]/.exec(body)?.[0] ?? '';
  return sign + prefix + '0'.repeat(missing) + body.slice(prefix.length);
}

function padText(text: string, { flags, width }: Conversion): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}
