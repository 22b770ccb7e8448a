import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { numeric } from '../../values/equality.ts';
import { PyObject, type Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { typeName } from '../../values/type-name.ts';
import { pyModule } from '../py-module.ts';
import { PyType } from '../py-type.ts';
import { fromIsoWeek } from './calendar.ts';
import { dateOfOrdinal, PyDate } from './date.ts';
import { fromUtc, makeDateTime, PyDateTime, toLocal, utcMicrosOf } from './datetime.ts';
import { parseIsoDate, parseIsoDateTime, parseIsoTime } from './iso-text.ts';
import { intArgument, midnight, momentOf } from './moment.ts';
import { strptime } from './strptime.ts';
import { makeTime, PyTime } from './time.ts';
import { PyTimeDelta, timedeltaType } from './timedelta.ts';
import { FixedZone, TzInfo, timezoneType, utcZone } from './tzinfo.ts';

/** The module `datetime`. */
export function datetimeModule(now: () => Date): Value {
  return pyModule({
    date: dateType(now),
    datetime: datetimeType(now),
    time: timeType,
    timedelta: timedeltaType,
    timezone: timezoneType,
    tzinfo: new PyType('datetime.tzinfo', { call: () => utcZone }),
    MINYEAR: 1,
    MAXYEAR: 9999,
    UTC: utcZone,
  });
}

function dateType(now: () => Date): PyType {
  return new PyType('datetime.date', {
    call: (args, kwargs) => {
      const [year, month, day] = bindArgs(
        { name: 'date', params: ['year', 'month', 'day'], required: 3, native: true },
        args,
        kwargs,
      );
      return new PyDate({
        year: intArgument(year!),
        month: intArgument(month!),
        day: intArgument(day!),
      });
    },
    attributes: (name) => {
      const method = (call: (args: Value[]) => Value) => hostFunction(name, call);
      switch (name) {
        case 'today':
          return method(() => new PyDate(toLocal(now().getTime())));
        case 'fromisoformat':
          return method((args) => new PyDate(parseIsoDate(textOf(args[0], name))));
        case 'fromordinal':
          return method((args) => ordinalDate(args[0]!));
        case 'fromtimestamp':
          return method((args) => new PyDate(toLocal(seconds(args[0]) * 1000)));
        case 'fromisocalendar':
          return method(([year, week, day]) =>
            dateOfOrdinal(fromIsoWeek(intArgument(year!), intArgument(week!), intArgument(day!))),
          );
        case 'min':
          return new PyDate({ year: 1, month: 1, day: 1 });
        case 'max':
          return new PyDate({ year: 9999, month: 12, day: 31 });
        case 'resolution':
          return new PyTimeDelta(86_400_000_000n);
        default:
          return unbound(name, dateOfOrdinal(1));
      }
    },
  });
}

function datetimeType(now: () => Date): PyType {
  const first = new PyDateTime({ year: 1, month: 1, day: 1, ...midnight }, null);
  return new PyType('datetime.datetime', {
    call: (args, kwargs) => makeDateTime(args, kwargs),
    attributes: (name) => {
      const method = (call: (args: Value[]) => Value) => hostFunction(name, call);
      switch (name) {
        case 'now':
          return hostFunction(name, (args, kwargs) => {
            const [zone = null] = bindArgs({ name, params: ['tz'] }, args, kwargs);
            return atZone(now().getTime(), zone);
          });
        case 'today':
          return method(() => toLocal(now().getTime()));
        case 'utcnow':
          return method(() => new PyDateTime(momentOf(utcMicrosOf(now().getTime())), null));
        case 'fromtimestamp':
          return hostFunction(name, (args, kwargs) => {
            const [timestamp, zone = null] = bindArgs(
              { name, params: ['timestamp', 'tz'], required: 1 },
              args,
              kwargs,
            );
            return atZone(seconds(timestamp) * 1000, zone);
          });
        case 'utcfromtimestamp':
          return method(
            (args) => new PyDateTime(momentOf(utcMicrosOf(seconds(args[0]) * 1000)), null),
          );
        case 'fromisoformat':
          return method((args) => parseIsoDateTime(textOf(args[0], name)));
        case 'fromordinal':
          return method((args) =>
            combine(dateOfOrdinal(intArgument(args[0]!)), new PyTime(midnight, null)),
          );
        case 'fromisocalendar':
          return method(([year, week, day]) =>
            combine(
              dateOfOrdinal(fromIsoWeek(intArgument(year!), intArgument(week!), intArgument(day!))),
              new PyTime(midnight, null),
            ),
          );
        case 'combine':
          return hostFunction(name, (args, kwargs) => {
            const [date, time, zone] = bindArgs(
              { name, params: ['date', 'time', 'tzinfo'], required: 2 },
              args,
              kwargs,
            );
            const combined = combine(date!, time!);
            return zone === undefined
              ? combined
              : combined.withZone(zone instanceof TzInfo ? zone : null);
          });
        case 'strptime':
          return method((args) => parseByFormat(args));
        case 'min':
          return first;
        case 'max':
          return new PyDateTime(
            {
              year: 9999,
              month: 12,
              day: 31,
              hour: 23,
              minute: 59,
              second: 59,
              microsecond: 999_999,
            },
            null,
          );
        case 'resolution':
          return new PyTimeDelta(1n);
        default:
          return unbound(name, first);
      }
    },
  });
}

const timeType = new PyType('datetime.time', {
  call: (args, kwargs) => makeTime(args, kwargs),
  attributes: (name) => {
    if (name === 'fromisoformat') {
      return hostFunction(name, (args) => parseIsoTime(textOf(args[0], name)));
    }
    if (name === 'min') return new PyTime(midnight, null);
    if (name !== 'max') return undefined;
    return new PyTime({ hour: 23, minute: 59, second: 59, microsecond: 999_999 }, null);
  },
});

/** A method through its class, `datetime.strftime(value, …)`: the object is the first argument. */
function unbound(name: string, example: PyObject): Value | undefined {
  const known = example.pyAttr(name);
  if (known === undefined || !(known instanceof PyObject && known.pyCallable())) return undefined;
  return hostFunction(name, ([self, ...rest], kwargs) => {
    const method = self instanceof PyObject ? self.pyAttr(name) : undefined;
    if (!(method instanceof PyObject)) {
      return raisePython(
        'TypeError',
        `descriptor '${name}' for '${example.pyTypeName}' objects doesn't apply to a '${typeName(self ?? null)}' object`,
      );
    }
    return method.pyCall(rest, kwargs);
  });
}

function ordinalDate(value: Value): PyDate {
  const ordinal = intArgument(value);
  if (ordinal < 1) raisePython('ValueError', 'ordinal must be >= 1');
  return dateOfOrdinal(ordinal);
}

function atZone(millis: number, zone: Value): Value {
  if (zone === null) return toLocal(millis);
  if (zone instanceof TzInfo) return fromUtc(utcMicrosOf(millis), zone);
  return raisePython(
    'TypeError',
    `tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(zone)}'`,
  );
}

function combine(date: Value, time: Value): PyDateTime {
  if (!(date instanceof PyDate || date instanceof PyDateTime)) {
    raisePython('TypeError', `combine() argument 1 must be datetime.date, not ${typeName(date)}`);
  }
  if (!(time instanceof PyTime)) {
    raisePython('TypeError', `combine() argument 2 must be datetime.time, not ${typeName(time)}`);
  }
  const { year, month, day } = date;
  const { hour, minute, second, microsecond, zone } = time;
  return new PyDateTime({ year, month, day, hour, minute, second, microsecond }, zone);
}

function parseByFormat(args: readonly Value[]): Value {
  const [text, format] = args;
  if (typeof text !== 'string' || typeof format !== 'string') {
    const place = typeof text === 'string' ? 2 : 1;
    const wrong = (place === 1 ? text : format) ?? null;
    return raisePython(
      'TypeError',
      `strptime() argument ${place} must be str, not ${typeName(wrong)}`,
    );
  }
  const { offset, ...moment } = strptime(text, format);
  return new PyDateTime(
    moment,
    offset === undefined ? null : offset === 0n ? utcZone : new FixedZone(offset),
  );
}

function textOf(value: Value | undefined, name: string): string {
  if (typeof value === 'string') return value;
  return raisePython('TypeError', `${name}: argument must be str`);
}

function seconds(value: Value | undefined): number {
  const number = numeric(value ?? null);
  if (number === undefined) {
    raisePython(
      'TypeError',
      `'${typeName(value ?? null)}' object cannot be interpreted as an integer`,
    );
  }
  return Number(number);
}
