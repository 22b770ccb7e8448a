import { asIndex } from '../../values/numbers.ts';
import type { Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { typeName } from '../../values/type-name.ts';
import { type CivilDate, dayMicros, daysInMonth, fromOrdinal, toOrdinal } from './calendar.ts';
import { floorDivide } from './timedelta.ts';

/** A time of day. */
export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

export const midnight: ClockTime = { hour: 0, minute: 0, second: 0, microsecond: 0 };

/** What strftime and isoformat write: the parts a value has, and its offset and zone if any. */
export interface Moment extends CivilDate, ClockTime {
  readonly offset: bigint | undefined;
  readonly zoneName: string | undefined;
}

/** An argument that must be an int. */
export function intArgument(value: Value): number {
  return (
    asIndex(value) ??
    raisePython('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  );
}

export function checkDate({ year, month, day }: CivilDate): void {
  if (year < 1 || year > 9999) raisePython('ValueError', `year ${year} is out of range`);
  if (month < 1 || month > 12) raisePython('ValueError', 'month must be in 1..12');
  if (day < 1 || day > daysInMonth(year, month)) {
    raisePython('ValueError', 'day is out of range for month');
  }
}

export function checkTime({ hour, minute, second, microsecond }: ClockTime): void {
  if (hour < 0 || hour > 23) raisePython('ValueError', 'hour must be in 0..23');
  if (minute < 0 || minute > 59) raisePython('ValueError', 'minute must be in 0..59');
  if (second < 0 || second > 59) raisePython('ValueError', 'second must be in 0..59');
  if (microsecond < 0 || microsecond > 999_999) {
    raisePython('ValueError', 'microsecond must be in 0..999999');
  }
}

/** Microseconds since midnight. */
export function clockMicros({ hour, minute, second, microsecond }: ClockTime): bigint {
  return BigInt(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond);
}

/** Microseconds since the day before 0001-01-01. */
export function momentMicros(moment: CivilDate & ClockTime): bigint {
  return BigInt(toOrdinal(moment)) * dayMicros + clockMicros(moment);
}

/** The day and time of a number of microseconds. */
export function momentOf(micros: bigint): CivilDate & ClockTime {
  const ordinal = floorDivide(micros, dayMicros);
  if (ordinal < 1n || ordinal > 3_652_059n) raisePython('OverflowError', 'date value out of range');
  const rest = Number(micros - ordinal * dayMicros);
  const seconds = Math.floor(rest / 1_000_000);
  return {
    ...fromOrdinal(Number(ordinal)),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: rest % 1_000_000,
  };
}
