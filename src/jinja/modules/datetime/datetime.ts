import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { makeFloat } from '../../values/py-float.ts';
import { type BinaryOperator, type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { toStr } from '../../values/str.ts';
import { type CivilDate, dayMicros, epochOrdinal } from './calendar.ts';
import { dateAttribute, PyDate, timeTuple } from './date.ts';
import {
  type ClockTime,
  checkDate,
  checkTime,
  intArgument,
  type Moment,
  momentMicros,
  momentOf,
} from './moment.ts';
import { clockText, dateText, strftime } from './strftime.ts';
import { PyTime } from './time.ts';
import { PyTimeDelta } from './timedelta.ts';
import { offsetText, TzInfo, utcZone } from './tzinfo.ts';

const fieldNames = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;
const epochMicros = BigInt(epochOrdinal) * dayMicros;

/** A Python datetime, with or without a zone. */
export class PyDateTime extends PyObject implements CivilDate, ClockTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly zone: TzInfo | null;

  constructor(moment: CivilDate & ClockTime, zone: TzInfo | null) {
    super();
    checkDate(moment);
    checkTime(moment);
    this.year = moment.year;
    this.month = moment.month;
    this.day = moment.day;
    this.hour = moment.hour;
    this.minute = moment.minute;
    this.second = moment.second;
    this.microsecond = moment.microsecond;
    this.zone = zone;
  }

  get pyTypeName(): string {
    return 'datetime.datetime';
  }

  /** Microseconds without regard to the zone. */
  get micros(): bigint {
    return momentMicros(this);
  }

  /** Offset from UTC in microseconds; undefined without a zone. */
  get offset(): bigint | undefined {
    return this.zone?.offsetAt(this.micros);
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'year':
      case 'month':
      case 'day':
      case 'hour':
      case 'minute':
      case 'second':
      case 'microsecond':
        return this[name];
      case 'tzinfo':
        return this.zone;
      case 'fold':
        return 0;
      default:
        return this.#method(name) ?? dateAttribute(this, name);
    }
  }

  override pyStr(): string {
    return this.#isoText(' ', 'auto');
  }

  override pyRepr(): string {
    const parts: (number | string)[] = fieldNames.slice(0, 5).map((name) => this[name]);
    if (this.second !== 0 || this.microsecond !== 0) parts.push(this.second);
    if (this.microsecond !== 0) parts.push(this.microsecond);
    if (this.zone !== null) parts.push(`tzinfo=${this.zone.pyRepr()}`);
    return `datetime.datetime(${parts.join(', ')})`;
  }

  override pyEq(other: Value): boolean | undefined {
    if (other instanceof PyDate) return false;
    if (!(other instanceof PyDateTime)) return undefined;
    if ((this.zone === null) !== (other.zone === null)) return false;
    return this.#utcMicros() === other.#utcMicros();
  }

  override pyCompare(other: Value): number | undefined {
    if (other instanceof PyDate) {
      raisePython('TypeError', "can't compare datetime.datetime to datetime.date");
    }
    if (!(other instanceof PyDateTime)) return undefined;
    this.#checkZones(other, 'compare');
    return Number(this.#utcMicros() - other.#utcMicros());
  }

  override pyHashKey(): unknown {
    return `\0M${this.#utcMicros()}`;
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta && (op === '+' || (op === '-' && !reflected))) {
      const change = op === '+' ? other.micros : -other.micros;
      return new PyDateTime(momentOf(this.micros + change), this.zone);
    }
    if (other instanceof PyDateTime && op === '-' && !reflected) {
      this.#checkZones(other, 'subtract');
      return new PyTimeDelta(this.#utcMicros() - other.#utcMicros());
    }
    return undefined;
  }

  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : strftime(this.#moment(), spec);
  }

  /** The same instant in another zone. */
  inZone(zone: TzInfo): PyDateTime {
    return fromUtc(this.#instant(), zone);
  }

  /** The same clock with another zone, or none. */
  withZone(zone: TzInfo | null): PyDateTime {
    return new PyDateTime(this, zone);
  }

  /** Milliseconds since 1970; a datetime without a zone is local time. */
  epochMillis(): number {
    return Number(this.#instant() - epochMicros) / 1000;
  }

  #method(name: string): Value | undefined {
    const method = (call: (args: Value[], kwargs: Kwargs) => Value) => hostFunction(name, call);
    switch (name) {
      case 'date':
        return method(() => new PyDate(this));
      case 'time':
        return method(() => new PyTime(this, null));
      case 'timetz':
        return method(() => new PyTime(this, this.zone));
      case 'strftime':
        return method((args, kwargs) =>
          strftime(this.#moment(), toStr(args[0] ?? kwargs.get('format') ?? '')),
        );
      case 'isoformat':
        return method((args, kwargs) => {
          const [separator = 'T', timespec = 'auto'] = bindArgs(
            { name: 'isoformat', params: ['sep', 'timespec'] },
            args,
            kwargs,
          );
          return this.#isoText(toStr(separator), toStr(timespec));
        });
      case 'replace':
        return method((args, kwargs) => makeDateTime(args, kwargs, this));
      case 'timestamp':
        return method(() => makeFloat(this.epochMillis() / 1000));
      case 'astimezone':
        return method((args, kwargs) => {
          const zone = args[0] ?? kwargs.get('tz') ?? null;
          return this.inZone(zone instanceof TzInfo ? zone : utcZone);
        });
      case 'utcoffset':
        return method(() => {
          const { offset } = this;
          return offset === undefined ? null : new PyTimeDelta(offset);
        });
      case 'tzname':
        return method(() => this.zone?.nameAt(this.micros) ?? null);
      case 'dst':
        return method(() => {
          const dst = this.zone?.dstAt(this.micros);
          return dst === undefined ? null : new PyTimeDelta(dst);
        });
      case 'timetuple':
        return method(() => timeTuple(this.#moment()));
      case 'utctimetuple':
        return method(() => timeTuple(this.inZone(utcZone).#moment()));
      default:
        return undefined;
    }
  }

  #utcMicros(): bigint {
    return this.micros - (this.offset ?? 0n);
  }

  #instant(): bigint {
    return this.zone === null ? localToUtc(this) : this.#utcMicros();
  }

  #checkZones(other: PyDateTime, what: string): void {
    if ((this.zone === null) !== (other.zone === null)) {
      raisePython('TypeError', `can't ${what} offset-naive and offset-aware datetimes`);
    }
  }

  #isoText(separator: string, timespec: string): string {
    const moment = this.#moment();
    const offset = moment.offset === undefined ? '' : offsetText(moment.offset);
    return `${dateText(this)}${separator}${clockText(moment, timespec)}${offset}`;
  }

  #moment(): Moment {
    const { micros, zone } = this;
    return {
      year: this.year,
      month: this.month,
      day: this.day,
      hour: this.hour,
      minute: this.minute,
      second: this.second,
      microsecond: this.microsecond,
      offset: zone?.offsetAt(micros),
      zoneName: zone?.nameAt(micros),
    };
  }
}

/** `datetime(…)`, and `datetime.replace(…)` with the parts of `base`. */
export function makeDateTime(args: Value[], kwargs: Kwargs, base?: PyDateTime): PyDateTime {
  const bound = bindArgs(
    {
      name: base === undefined ? 'datetime' : 'replace',
      params: [...fieldNames, 'tzinfo', 'fold'],
      required: base === undefined ? 3 : 0,
      native: true,
    },
    args,
    kwargs,
  );
  const [year, month, day, hour, minute, second, microsecond] = fieldNames.map((name, i) => {
    const value = bound[i];
    return value === undefined ? (base?.[name] ?? 0) : intArgument(value);
  }) as [number, number, number, number, number, number, number];
  const given = bound[7];
  const zone = given === undefined ? (base?.zone ?? null) : given instanceof TzInfo ? given : null;
  return new PyDateTime({ year, month, day, hour, minute, second, microsecond }, zone);
}

/** The instant of a UTC time as a datetime of a zone. */
export function fromUtc(utc: bigint, zone: TzInfo): PyDateTime {
  const local = zone.atUtc(utc);
  return new PyDateTime(momentOf(utc + local.offset), local.zone);
}

/** Microseconds since year 1 of a number of milliseconds since 1970. */
export function utcMicrosOf(millis: number): bigint {
  return epochMicros + BigInt(Math.round(millis * 1000));
}

/** A datetime without a zone, in UTC: how dates of other layers come in. */
export function fromJsDate(date: Date): PyDateTime {
  return new PyDateTime(momentOf(utcMicrosOf(date.getTime())), null);
}

/** An instant as a datetime without a zone, in the process's own time zone. */
export function toLocal(millis: number): PyDateTime {
  const offset = BigInt(new Date(millis).getTimezoneOffset()) * 60_000_000n;
  return new PyDateTime(momentOf(utcMicrosOf(millis) - offset), null);
}

function localToUtc(moment: CivilDate & ClockTime): bigint {
  const { year, month, day, hour, minute, second } = moment;
  const local = new Date(2000, 0, 1, hour, minute, second);
  local.setFullYear(year, month - 1, day);
  return utcMicrosOf(local.getTime()) + BigInt(moment.microsecond);
}
