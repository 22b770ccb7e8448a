import { LargeInteger } from '../util/large-integer.ts';
import { floatOf } from '../util/whole-float.ts';
import { YamlTime } from '../util/yaml-time.ts';

const integer =
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/;
const float =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const time =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?$/;

/** Unquoted texts that PyYAML (YAML 1.1) reads as numbers or times. */
export const pythonScalar: RegExp = new RegExp(
  [integer, float, time].map(({ source }) => `(?:${source})`).join('|'),
);

/**
 * The number that PyYAML reads an unquoted text as: `1_000`, `010` (eight), `1:30` (ninety) are
 * integers, `1e3` is a text. A time is the text that dbt makes of it, in ISO form. Undefined where
 * PyYAML reads a text, too.
 */
export function readPythonScalar(text: string): unknown {
  if (integer.test(text)) return readInteger(text.replaceAll('_', ''));
  if (float.test(text)) return floatOf(readFloat(text.replaceAll('_', '').toLowerCase()));
  const match = time.exec(text);
  return match === null ? undefined : isoTime(match);
}

const date = /^\d{4}-\d\d-\d\d$/;

/** Unquoted texts that PyYAML reads as dates or times. */
export const pythonTime: RegExp = new RegExp(`${date.source}|${time.source}`);

/** The date or time that PyYAML reads an unquoted text as; a text where there is no such day. */
export function readPythonTime(text: string): unknown {
  const iso = date.test(text) ? text : readPythonScalar(text);
  return Number.isNaN(Date.parse(String(iso))) ? text : new YamlTime(String(iso));
}

/** More digits Python reads as no integer. */
const mostDigits = 4300;

/** An integer in any notation, exactly; throws when it has more digits than Python reads. */
export function readInteger(text: string): number | LargeInteger {
  const digits = text.replace(/^[-+]/, '');
  if (digits.length > mostDigits)
    throw new Error(`An integer has ${digits.length} digits, ${mostDigits} are allowed`);
  let value: bigint;
  if (digits.includes(':')) value = sexagesimalInteger(digits);
  else value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return LargeInteger.of(text.startsWith('-') ? -value : value);
}

function sexagesimalInteger(text: string): bigint {
  return text.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function readFloat(text: string): number {
  if (text.endsWith('nan')) return Number.NaN;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits.endsWith('inf')) return sign * Number.POSITIVE_INFINITY;
  return sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits));
}

function sexagesimal(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function isoTime(match: RegExpExecArray): string {
  const [, year, month, day, hour, minute, second, fraction, zone, sign, zoneHour, zoneMinute] =
    match;
  const two = (digits: string | undefined) => (digits ?? '0').padStart(2, '0');
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const parts = [
    `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}`,
    micros === '000000' ? '' : `.${micros}`,
    zone === undefined
      ? ''
      : zone === 'Z'
        ? '+00:00'
        : `${sign}${two(zoneHour)}:${two(zoneMinute)}`,
  ];
  return parts.join('');
}
