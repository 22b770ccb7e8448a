import { raisePython } from '../../values/raise.ts';
import { reprString } from '../../values/repr.ts';
import { dayNames, fromIsoWeek, fromOrdinal, monthNames, toOrdinal, weekday } from './calendar.ts';
import { type ClockTime, checkDate } from './moment.ts';

const names = (list: readonly string[], length?: number) =>
  `(?:${list.map((name) => name.slice(0, length)).join('|')})`;

const patterns: Readonly<Record<string, string>> = {
  d: '3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]',
  f: '[0-9]{1,6}',
  G: '\\d{4}',
  H: '2[0-3]|[0-1]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]| [1-9]',
  j: '36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  m: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[0-1]|[0-5]\\d|\\d',
  U: '5[0-3]|[0-4]\\d|\\d',
  W: '5[0-3]|[0-4]\\d|\\d',
  V: '5[0-3]|0[1-9]|[1-4]\\d|\\d',
  u: '[1-7]',
  w: '[0-6]',
  y: '\\d\\d',
  Y: '\\d{4}',
  z: '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z',
  A: names(dayNames),
  a: names(dayNames, 3),
  B: names(monthNames),
  b: names(monthNames, 3),
  p: 'am|pm',
  Z: 'utc|gmt',
};

const compounds: Readonly<Record<string, string>> = {
  c: '%a %b %d %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** The parts of a text read by a format. */
export interface ParsedMoment extends ClockTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Offset in microseconds, where the format has `%z`. */
  readonly offset: bigint | undefined;
}

/** Reads a text by a format of `%` directives, as Python's `strptime`. */
export function strptime(text: string, format: string): ParsedMoment {
  const codes: string[] = [];
  const pattern = toPattern(format, format, codes);
  const match = matcher(pattern).exec(text);
  if (match === null) {
    return raisePython(
      'ValueError',
      `time data ${reprString(text)} does not match format ${reprString(format)}`,
    );
  }
  if (match[0].length < text.length) {
    raisePython('ValueError', `unconverted data remains: ${text.slice(match[0].length)}`);
  }
  const fields = new Map(codes.map((code, i) => [code, match[i + 1]!] as const));
  return assemble(fields);
}

/** No format of a date is that long, and the engine of regular expressions takes no text of any length. */
const longestPattern = 100_000;

function matcher(pattern: string): RegExp {
  if (pattern.length > longestPattern) raisePython('ValueError', 'the format is too long');
  return new RegExp(`^${pattern}`, 'i');
}

function toPattern(format: string, whole: string, codes: string[]): string {
  return format
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\s+/g, '\\s+')
    .replace(/%([\s\S]?)/g, (_, code: string) => {
      if (code === '') raisePython('ValueError', `stray %% in format ${reprString(whole)}`);
      if (code === '%') return '%';
      const compound = compounds[code];
      if (compound !== undefined) return toPattern(compound, whole, codes);
      const pattern = Object.hasOwn(patterns, code) ? patterns[code] : undefined;
      if (pattern === undefined) {
        raisePython(
          'ValueError',
          `${reprString(code)} is a bad directive in format ${reprString(whole)}`,
        );
      }
      // Python names a group after each directive; of many alike a match could be tried without end.
      if (codes.includes(code))
        raisePython('error', `redefinition of group name ${reprString(code)}`);
      codes.push(code);
      return `(${pattern})`;
    });
}

function assemble(fields: ReadonlyMap<string, string>): ParsedMoment {
  const number = (code: string) => {
    const text = fields.get(code);
    return text === undefined ? undefined : Number(text.trim());
  };
  const month =
    number('m') ?? place(fields.get('B'), monthNames) ?? place(fields.get('b'), monthNames, 3);
  const short = number('y');
  const year =
    number('Y') ?? (short === undefined ? undefined : short <= 68 ? 2000 + short : 1900 + short);
  const micros = fields.get('f');
  const parsed = {
    ...dateOf(fields, year, month, number),
    hour: hourOf(number('H'), number('I'), fields.get('p')),
    minute: number('M') ?? 0,
    second: number('S') ?? 0,
    microsecond: micros === undefined ? 0 : Number(micros.padEnd(6, '0')),
    offset: parseOffset(fields.get('z')),
  };
  checkDate(parsed);
  return parsed;
}

function dateOf(
  fields: ReadonlyMap<string, string>,
  year: number | undefined,
  month: number | undefined,
  number: (code: string) => number | undefined,
) {
  const dayOfYear = number('j');
  if (dayOfYear !== undefined) {
    return fromOrdinal(toOrdinal({ year: year ?? 1900, month: 1, day: 1 }) + dayOfYear - 1);
  }
  const day0 = weekdayOf(fields, number);
  const [isoYear, isoWeek] = [number('G'), number('V')];
  if (isoYear !== undefined && isoWeek !== undefined && day0 !== undefined) {
    return fromOrdinal(fromIsoWeek(isoYear, isoWeek, day0 + 1));
  }
  const [sundayWeek, mondayWeek] = [number('U'), number('W')];
  if (
    year !== undefined &&
    day0 !== undefined &&
    (sundayWeek ?? mondayWeek) !== undefined &&
    month === undefined
  ) {
    const first = toOrdinal({ year, month: 1, day: 1 });
    const monday = mondayWeek !== undefined;
    const start = monday ? weekday(first) : (weekday(first) + 1) % 7;
    const day = monday ? day0 : (day0 + 1) % 7;
    const week = monday ? mondayWeek : sundayWeek!;
    return fromOrdinal(
      first - start + (week - (start === 0 ? 1 : 0)) * 7 + day + (start === 0 ? 0 : 0),
    );
  }
  return { year: year ?? 1900, month: month ?? 1, day: number('d') ?? 1 };
}

function weekdayOf(
  fields: ReadonlyMap<string, string>,
  number: (code: string) => number | undefined,
): number | undefined {
  const named = place(fields.get('A'), dayNames) ?? place(fields.get('a'), dayNames, 3);
  if (named !== undefined) return named - 1;
  const [iso, sunday] = [number('u'), number('w')];
  if (iso !== undefined) return iso - 1;
  return sunday === undefined ? undefined : (sunday + 6) % 7;
}

function hourOf(
  hour24: number | undefined,
  hour12: number | undefined,
  half: string | undefined,
): number {
  if (hour12 === undefined) return hour24 ?? 0;
  return (hour12 % 12) + (half?.toLowerCase() === 'pm' ? 12 : 0);
}

/** Place of a name in a list, from 1. */
function place(
  name: string | undefined,
  list: readonly string[],
  length?: number,
): number | undefined {
  if (name === undefined) return undefined;
  return list.findIndex((entry) => entry.slice(0, length).toLowerCase() === name.toLowerCase()) + 1;
}

/** An offset such as `+0200` or `-05:30` in microseconds. */
export function parseOffset(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (text.toUpperCase() === 'Z') return 0n;
  const digits = text.slice(1).replaceAll(':', '');
  const [whole = '', fraction = ''] = digits.split('.');
  const part = (at: number) => Number(whole.slice(at, at + 2) || 0);
  const seconds = (part(0) * 60 + part(2)) * 60 + part(4);
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return text.startsWith('-') ? -micros : micros;
}
