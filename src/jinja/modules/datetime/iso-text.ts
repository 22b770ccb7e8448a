import { raisePython } from '../../values/raise.ts';
import { reprString } from '../../values/repr.ts';
import { type CivilDate, fromIsoWeek, fromOrdinal } from './calendar.ts';
import { PyDateTime } from './datetime.ts';
import { type ClockTime, checkDate, midnight } from './moment.ts';
import { parseOffset } from './strptime.ts';
import { PyTime } from './time.ts';
import { FixedZone, type TzInfo, utcZone } from './tzinfo.ts';

function invalid(text: string): never {
  return raisePython('ValueError', `Invalid isoformat string: ${reprString(text)}`);
}

/** `date.fromisoformat`. */
export function parseIsoDate(text: string): CivilDate {
  return readDate(text) ?? invalid(text);
}

/** `datetime.fromisoformat`: a date, and after any one character a time with or without offset. */
export function parseIsoDateTime(text: string): PyDateTime {
  const match = /^(\d{4}-?W\d\d(?:-?\d)?|\d{4}-\d\d-\d\d|\d{8})(?:[\s\S]([\s\S]+))?$/.exec(text);
  const date = match === null ? undefined : readDate(match[1]!);
  if (match === null || date === undefined) return invalid(text);
  if (match[2] === undefined) return new PyDateTime({ ...date, ...midnight }, null);
  const { clock, zone } = readTime(match[2]) ?? invalid(text);
  return new PyDateTime({ ...date, ...clock }, zone);
}

/** `time.fromisoformat`. */
export function parseIsoTime(text: string): PyTime {
  const { clock, zone } = readTime(text.replace(/^T/, '')) ?? invalid(text);
  return new PyTime(clock, zone);
}

function readDate(text: string): CivilDate | undefined {
  const week = /^(\d{4})-?W(\d\d)(?:-?(\d))?$/.exec(text);
  if (week !== null) {
    return fromOrdinal(fromIsoWeek(Number(week[1]), Number(week[2]), Number(week[3] ?? 1)));
  }
  const match = /^(\d{4})(-?)(\d\d)\2(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const date = { year: Number(match[1]), month: Number(match[3]), day: Number(match[4]) };
  checkDate(date);
  return date;
}

function readTime(text: string): { clock: ClockTime; zone: TzInfo | null } | undefined {
  const match =
    /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d(?:\.\d+)?)?)?)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const offset = parseOffset(match[5]);
  return {
    clock: {
      hour: Number(match[1]),
      minute: Number(match[2] ?? 0),
      second: Number(match[3] ?? 0),
      microsecond: Number((match[4] ?? '').padEnd(6, '0').slice(0, 6)),
    },
    zone: offset === undefined ? null : offset === 0n ? utcZone : new FixedZone(offset),
  };
}
