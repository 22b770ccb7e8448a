import { numeric } from './equality.ts';
import { makeInt } from './numbers.ts';
import { makeFloat, PyFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';

const floatText =
  /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const prefixes: Readonly<Record<number, string>> = { 2: 'b', 8: 'o', 16: 'x' };

/** A text as Python's `int(text, base)` reads it; undefined when it is no int. */
export function parseInteger(text: string, base: number): number | bigint | undefined {
  const match = /^([+-]?)(.+)$/.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  let digits = match[2]!;
  let radix = base;
  const prefix = /^0([box])_?/.exec(digits);
  const prefixRadix =
    prefix === null ? undefined : { b: 2, o: 8, x: 16 }[prefix[1] as 'b' | 'o' | 'x'];
  if (prefixRadix !== undefined && (base === 0 || prefixes[base] === prefix![1])) {
    radix = prefixRadix;
    digits = digits.slice(prefix![0].length);
  } else if (base === 0) {
    if (/^0\d/.test(digits.replace(/^0(?:_?0)*$/, '0'))) return undefined;
    radix = 10;
  }
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits)) return undefined;
  digits = digits.replaceAll('_', '');
  const value = integerOf(digits, radix);
  if (value === undefined) return undefined;
  return makeInt(match[1] === '-' ? -value : value);
}

/** Digits as a number; undefined where one is none of the base, or where they are more than Python reads. */
function integerOf(digits: string, radix: number): bigint | undefined {
  const bits = Math.log2(radix);
  const isPowerOfTwo = Number.isInteger(bits);
  if (!isPowerOfTwo && digits.length > 4300) return undefined;
  const places = Array.from(digits, (digit) => Number.parseInt(digit, 36));
  if (places.some((place) => place >= radix)) return undefined;
  if (radix === 10) return BigInt(digits);
  if (isPowerOfTwo)
    return BigInt(`0b${places.map((p) => p.toString(2).padStart(bits, '0')).join('')}`);
  return places.reduce((sum, place) => sum * BigInt(radix) + BigInt(place), 0n);
}

/** A text as Python's `float(text)` reads it; undefined when it is no float. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (floatText.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const match = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (match === null) return undefined;
  if (match[2]!.toLowerCase() === 'nan') return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Python's `int(value)`; undefined where that raises. */
export function toInteger(value: Value, base = 10): number | bigint | undefined {
  if (typeof value === 'string') return parseInteger(value, base);
  const number = numeric(value) ?? (value instanceof PyObject ? value.pyNumber() : undefined);
  if (number === undefined || typeof number === 'bigint') return number;
  return Number.isFinite(number) ? makeInt(BigInt(Math.trunc(number))) : undefined;
}

/** Python's `float(value)`; undefined where that raises. */
export function toFloat(value: Value): Value | undefined {
  if (value instanceof PyFloat) return value;
  const number =
    typeof value === 'string'
      ? parseFloatText(value)
      : (numeric(value) ?? (value instanceof PyObject ? value.pyNumber() : undefined));
  return number === undefined ? undefined : makeFloat(Number(number));
}
