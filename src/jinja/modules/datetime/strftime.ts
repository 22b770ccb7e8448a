import { raisePython } from '../../values/raise.ts';
import {
  dayNames,
  dayOfYear,
  epochOrdinal,
  isoCalendar,
  monthNames,
  toOrdinal,
  weekday,
} from './calendar.ts';
import type { Moment } from './moment.ts';
import { offsetText } from './tzinfo.ts';

/** A moment by a format of `%` directives, as C's strftime in the C locale. */
export function strftime(moment: Moment, format: string): string {
  return format.replace(/%([-_0^#]?)([\s\S]?)/g, (whole, flag: string, code: string) => {
    const field = directive(moment, code);
    if (field === undefined) return whole;
    if (typeof field === 'string') return flag === '^' ? field.toUpperCase() : field;
    const [value, width, pad] = field;
    if (flag === '-') return String(value);
    return String(value).padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : pad);
  });
}

function directive(moment: Moment, code: string): string | [number, number, string] | undefined {
  const { year, month, day, hour, minute, second, microsecond, offset } = moment;
  const ordinal = toOrdinal(moment);
  const day0 = weekday(ordinal);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const two = (value: number): [number, number, string] => [value, 2, '0'];
  switch (code) {
    case 'a':
      return dayNames[day0]!.slice(0, 3);
    case 'A':
      return dayNames[day0]!;
    case 'b':
    case 'h':
      return monthNames[month - 1]!.slice(0, 3);
    case 'B':
      return monthNames[month - 1]!;
    case 'c':
      return strftime(moment, '%a %b %e %H:%M:%S %Y');
    case 'C':
      return two(Math.floor(year / 100));
    case 'd':
      return two(day);
    case 'D':
    case 'x':
      return strftime(moment, '%m/%d/%y');
    case 'e':
      return [day, 2, ' '];
    case 'f':
      return [microsecond, 6, '0'];
    case 'F':
      return strftime(moment, '%Y-%m-%d');
    case 'g':
      return two(isoCalendar(moment)[0] % 100);
    case 'G':
      return String(isoCalendar(moment)[0]);
    case 'H':
      return two(hour);
    case 'I':
      return two(hour12);
    case 'j':
      return [dayOfYear(moment), 3, '0'];
    case 'k':
      return [hour, 2, ' '];
    case 'l':
      return [hour12, 2, ' '];
    case 'm':
      return two(month);
    case 'M':
      return two(minute);
    case 'n':
      return '\n';
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'r':
      return strftime(moment, '%I:%M:%S %p');
    case 'R':
      return strftime(moment, '%H:%M');
    case 's':
      return String((ordinal - epochOrdinal) * 86_400 + (hour * 60 + minute) * 60 + second);
    case 'S':
      return two(second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return strftime(moment, '%H:%M:%S');
    case 'u':
      return String(day0 + 1);
    case 'U':
      return two(Math.floor((dayOfYear(moment) + 6 - ((day0 + 1) % 7)) / 7));
    case 'V':
      return two(isoCalendar(moment)[1]);
    case 'w':
      return String((day0 + 1) % 7);
    case 'W':
      return two(Math.floor((dayOfYear(moment) + 6 - day0) / 7));
    case 'y':
      return two(year % 100);
    case 'Y':
      return String(year);
    case 'z':
      return offset === undefined ? '' : offsetText(offset, '');
    case 'Z':
      return moment.zoneName ?? '';
    case '%':
      return '%';
    default:
      return undefined;
  }
}

/** How many decimals `isoformat(timespec=…)` writes. */
export function clockText(moment: Moment, timespec: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const { hour, minute, second, microsecond } = moment;
  const seconds = `${two(hour)}:${two(minute)}:${two(second)}`;
  const micros = String(microsecond).padStart(6, '0');
  switch (timespec) {
    case 'auto':
      return microsecond === 0 ? seconds : `${seconds}.${micros}`;
    case 'hours':
      return two(hour);
    case 'minutes':
      return `${two(hour)}:${two(minute)}`;
    case 'seconds':
      return seconds;
    case 'milliseconds':
      return `${seconds}.${micros.slice(0, 3)}`;
    case 'microseconds':
      return `${seconds}.${micros}`;
    default:
      return raisePython('ValueError', 'Unknown timespec value');
  }
}

/** `2024-01-31`. */
export function dateText({ year, month, day }: Pick<Moment, 'year' | 'month' | 'day'>): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
