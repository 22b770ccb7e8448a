import { checkTextLength } from '../run-state.ts';
import { exponentText, fixedText, generalText } from './decimal-digits.ts';
import { numeric } from './equality.ts';
import { floatText } from './number-text.ts';
import { isFloat } from './numbers.ts';
import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { toStr } from './str.ts';
import { characters, textLength } from './text.ts';
import { typeName } from './type-name.ts';

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const pattern =
  /^(?:(?<fill>[\s\S])(?=[<>=^]))?(?<align>[<>=^])?(?<sign>[-+ ])?z?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<grouping>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/u;

/** Python's `format(value, spec)`. */
export function formatValue(value: Value, spec: string): string {
  if (spec === '') return toStr(value);
  if (typeof value === 'string') return formatText(value, parseSpec(spec, 'str'));
  const number = numeric(value);
  if (number !== undefined) {
    const parsed = parseSpec(spec, typeName(value));
    if (isFloat(value) || /^[eEfFgG%]$/.test(parsed.type))
      return formatFloat(Number(number), parsed);
    return formatInteger(BigInt(number), parsed);
  }
  const text = value instanceof PyObject ? value.pyFormat(spec) : undefined;
  return (
    text ??
    raisePython('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`)
  );
}

function parseSpec(spec: string, type: string): Spec {
  const groups = pattern.exec(spec)?.groups;
  if (groups === undefined) {
    return raisePython(
      'ValueError',
      `Invalid format specifier '${spec}' for object of type '${type}'`,
    );
  }
  const width = Number(groups['width'] ?? 0);
  checkTextLength(width);
  const precision = groups['precision'] === undefined ? undefined : Number(groups['precision']);
  if (precision !== undefined && precision > 10_000) checkTextLength(precision * 10_000);
  const zero = groups['zero'] !== undefined && groups['align'] === undefined;
  return {
    fill: groups['fill'] ?? (groups['zero'] === undefined ? ' ' : '0'),
    align: groups['align'] ?? (zero && type !== 'str' ? '=' : ''),
    sign: groups['sign'] ?? '-',
    alternate: groups['alternate'] !== undefined,
    width,
    grouping: groups['grouping'] ?? '',
    precision,
    type: groups['type'] ?? '',
  };
}

function unknownCode(code: string, type: string): never {
  return raisePython('ValueError', `Unknown format code '${code}' for object of type '${type}'`);
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') unknownCode(spec.type, 'str');
  if (spec.align === '=') {
    raisePython('ValueError', "'=' alignment not allowed in string format specifier");
  }
  if (spec.sign !== '-') raisePython('ValueError', 'Sign not allowed in string format specifier');
  const { precision } = spec;
  const shown = precision === undefined ? text : characters(text).slice(0, precision).join('');
  return pad('', shown, spec, '<');
}

function formatInteger(value: bigint, spec: Spec): string {
  const size = value < 0n ? -value : value;
  if (spec.precision !== undefined) {
    raisePython('ValueError', 'Precision not allowed in integer format specifier');
  }
  const { type } = spec;
  let digits: string;
  let prefix = '';
  switch (type) {
    case '':
    case 'd':
    case 'n':
      digits = size.toString();
      break;
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      const radix = type === 'b' ? 2 : type === 'o' ? 8 : 16;
      digits = size.toString(radix);
      if (spec.alternate) prefix = `0${type}`;
      if (type === 'X') digits = digits.toUpperCase();
      break;
    }
    case 'c':
      return pad('', String.fromCodePoint(Number(value)), spec, '<');
    default:
      return unknownCode(type, 'int');
  }
  const every = type === '' || type === 'd' || type === 'n' ? 3 : 4;
  return pad(signOf(value < 0n, spec) + prefix, group(digits, spec, every), spec, '>');
}

function formatFloat(value: number, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  const sign = signOf(negative, spec);
  const size = Math.abs(value);
  const upper = spec.type === 'E' || spec.type === 'F' || spec.type === 'G';
  let text: string;
  if (!Number.isFinite(size)) text = Number.isNaN(size) ? 'nan' : 'inf';
  else text = floatDigits(size, spec);
  if (spec.type === '%') text += '%';
  const match = /^(\d+)([\s\S]*)$/.exec(text);
  const grouped = match === null ? text : group(match[1]!, spec, 3) + match[2]!;
  return pad(sign, upper ? grouped.toUpperCase() : grouped, spec, '>');
}

function floatDigits(size: number, spec: Spec): string {
  const { precision } = spec;
  switch (spec.type.toLowerCase()) {
    case 'f':
      return fixedText(size, precision ?? 6);
    case '%':
      return fixedText(size * 100, precision ?? 6);
    case 'e':
      return exponentText(size, precision ?? 6);
    case 'g':
    case 'n':
      return generalText(size, precision ?? 6, spec.alternate);
    case '': {
      if (precision === undefined) return floatText(size);
      const text = generalText(size, precision, false);
      return /[.e]/.test(text) ? text : `${text}.0`;
    }
    default:
      return unknownCode(spec.type, 'float');
  }
}

function signOf(negative: boolean, spec: Spec): string {
  if (negative) return '-';
  return spec.sign === '-' ? '' : spec.sign;
}

function group(digits: string, spec: Spec, every: number): string {
  if (spec.grouping === '') return digits;
  const out: string[] = [];
  for (let end = digits.length; end > 0; end -= every)
    out.unshift(digits.slice(Math.max(0, end - every), end));
  return out.join(spec.grouping);
}

function pad(sign: string, body: string, spec: Spec, defaultAlign: string): string {
  const missing = spec.width - textLength(sign) - textLength(body);
  if (missing <= 0) return sign + body;
  const fill = (count: number) => spec.fill.repeat(count);
  switch (spec.align === '' ? defaultAlign : spec.align) {
    case '<':
      return sign + body + fill(missing);
    case '^': {
      const left = Math.floor(missing / 2);
      return fill(left) + sign + body + fill(missing - left);
    }
    case '=':
      return sign + fill(missing) + body;
    default:
      return fill(missing) + sign + body;
  }
}
