import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { type BinaryOperator, type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { PyTuple } from '../../values/py-tuple.ts';
import { raisePython } from '../../values/raise.ts';
import { toStr } from '../../values/str.ts';
import {
  type CivilDate,
  dayMicros,
  fromOrdinal,
  isoCalendar,
  toOrdinal,
  weekday,
} from './calendar.ts';
import { checkDate, intArgument, type Moment, midnight } from './moment.ts';
import { dateText, strftime } from './strftime.ts';
import { PyTimeDelta } from './timedelta.ts';

/** A Python date. */
export class PyDate extends PyObject implements CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;

  constructor(date: CivilDate) {
    super();
    checkDate(date);
    this.year = date.year;
    this.month = date.month;
    this.day = date.day;
  }

  get pyTypeName(): string {
    return 'datetime.date';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'year':
      case 'month':
      case 'day':
        return this[name];
      case 'strftime':
        return hostFunction(name, (args) => strftime(dateMoment(this), toStr(args[0]!)));
      case 'isoformat':
        return hostFunction(name, () => dateText(this));
      case 'replace':
        return hostFunction(name, (args, kwargs) => new PyDate(replaceDate(this, args, kwargs)));
      case 'timetuple':
        return hostFunction(name, () => timeTuple(dateMoment(this)));
      default:
        return dateAttribute(this, name);
    }
  }

  override pyStr(): string {
    return dateText(this);
  }

  override pyRepr(): string {
    return `datetime.date(${this.year}, ${this.month}, ${this.day})`;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PyDate ? toOrdinal(other) === toOrdinal(this) : undefined;
  }

  override pyCompare(other: Value): number | undefined {
    return other instanceof PyDate ? toOrdinal(this) - toOrdinal(other) : undefined;
  }

  override pyHashKey(): unknown {
    return `\0D${toOrdinal(this)}`;
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta && (op === '+' || (op === '-' && !reflected))) {
      return dateOfOrdinal(toOrdinal(this) + (op === '+' ? other.days : -other.days));
    }
    if (other instanceof PyDate && op === '-' && !reflected) {
      return new PyTimeDelta(BigInt(toOrdinal(this) - toOrdinal(other)) * dayMicros);
    }
    return undefined;
  }

  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : strftime(dateMoment(this), spec);
  }
}

function dateMoment(date: CivilDate): Moment {
  return {
    year: date.year,
    month: date.month,
    day: date.day,
    ...midnight,
    offset: undefined,
    zoneName: undefined,
  };
}

/** The date of an ordinal. */
export function dateOfOrdinal(ordinal: number): PyDate {
  if (ordinal < 1 || ordinal > 3_652_059) raisePython('OverflowError', 'date value out of range');
  return new PyDate(fromOrdinal(ordinal));
}

/** What dates and datetimes have in common. */
export function dateAttribute(date: CivilDate, name: string): Value | undefined {
  const method = (call: () => Value) => hostFunction(name, call);
  switch (name) {
    case 'weekday':
      return method(() => weekday(toOrdinal(date)));
    case 'isoweekday':
      return method(() => weekday(toOrdinal(date)) + 1);
    case 'isocalendar':
      return method(() => new IsoCalendarDate(isoCalendar(date)));
    case 'toordinal':
      return method(() => toOrdinal(date));
    case 'ctime':
      return method(() => strftime({ ...dateMoment(date), ...date }, '%a %b %e %H:%M:%S %Y'));
    default:
      return undefined;
  }
}

class IsoCalendarDate extends PyTuple {
  override get pyTypeName(): string {
    return 'datetime.IsoCalendarDate';
  }

  override pyAttr(name: string): Value | undefined {
    return this.items[['year', 'week', 'weekday'].indexOf(name)];
  }

  override pyRepr(): string {
    const [year, week, day] = this.items as [number, number, number];
    return `datetime.IsoCalendarDate(year=${year}, week=${week}, weekday=${day})`;
  }
}

export function replaceDate(date: CivilDate, args: Value[], kwargs: Kwargs): CivilDate {
  const [year, month, day] = bindArgs(
    { name: 'replace', params: ['year', 'month', 'day'], native: true },
    args,
    kwargs,
  );
  return {
    year: year === undefined ? date.year : intArgument(year),
    month: month === undefined ? date.month : intArgument(month),
    day: day === undefined ? date.day : intArgument(day),
  };
}

/** Python's `struct_time`, as a tuple. */
export function timeTuple(moment: Moment): Value {
  const start = toOrdinal({ year: moment.year, month: 1, day: 1 });
  const ordinal = toOrdinal(moment);
  return new PyTuple([
    moment.year,
    moment.month,
    moment.day,
    moment.hour,
    moment.minute,
    moment.second,
    weekday(ordinal),
    ordinal - start + 1,
    -1,
  ]);
}
