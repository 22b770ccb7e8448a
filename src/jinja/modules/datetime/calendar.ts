/** A day of the proleptic Gregorian calendar. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const dayMicros = 86_400_000_000n;
/** Ordinal of 1970-01-01. */
export const epochOrdinal = 719_163;

export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : monthLengths[month - 1]!;
}

/** Day of the year, from 1. */
export function dayOfYear({ year, month, day }: CivilDate): number {
  let days = day;
  for (let m = 1; m < month; m++) days += daysInMonth(year, m);
  return days;
}

/** Days since 0001-01-01, which is 1. */
export function toOrdinal(date: CivilDate): number {
  const before = date.year - 1;
  return (
    before * 365 +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    dayOfYear(date)
  );
}

/** The day of an ordinal. */
export function fromOrdinal(ordinal: number): CivilDate {
  const date = new Date((ordinal - epochOrdinal) * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Day of the week, Monday is 0. */
export function weekday(ordinal: number): number {
  return (ordinal + 6) % 7;
}

/** ISO year, week and weekday (Monday is 1). */
export function isoCalendar(date: CivilDate): [number, number, number] {
  const ordinal = toOrdinal(date);
  const day = weekday(ordinal);
  const thursday = fromOrdinal(ordinal - day + 3);
  return [thursday.year, Math.floor((dayOfYear(thursday) - 1) / 7) + 1, day + 1];
}

/** Ordinal of a day of an ISO week. */
export function fromIsoWeek(year: number, week: number, day: number): number {
  const fourth = toOrdinal({ year, month: 1, day: 4 });
  return fourth - weekday(fourth) + (week - 1) * 7 + day - 1;
}
