import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { toStr } from '../../values/str.ts';
import { type ClockTime, checkTime, clockMicros, intArgument, type Moment } from './moment.ts';
import { clockText, strftime } from './strftime.ts';
import { PyTimeDelta } from './timedelta.ts';
import { offsetText, TzInfo } from './tzinfo.ts';

/** A Python time of day. */
export class PyTime extends PyObject implements ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly zone: TzInfo | null;

  constructor(time: ClockTime, zone: TzInfo | null) {
    super();
    checkTime(time);
    this.hour = time.hour;
    this.minute = time.minute;
    this.second = time.second;
    this.microsecond = time.microsecond;
    this.zone = zone;
  }

  get pyTypeName(): string {
    return 'datetime.time';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'hour':
      case 'minute':
      case 'second':
      case 'microsecond':
        return this[name];
      case 'tzinfo':
        return this.zone;
      case 'strftime':
        return hostFunction(name, (args) => strftime(this.#moment(), toStr(args[0]!)));
      case 'isoformat':
        return hostFunction(name, (args, kwargs) =>
          this.#isoText(toStr(args[0] ?? kwargs.get('timespec') ?? 'auto')),
        );
      case 'replace':
        return hostFunction(name, (args, kwargs) => makeTime(args, kwargs, this));
      case 'utcoffset':
        return hostFunction(name, () => {
          const { offset } = this.#moment();
          return offset === undefined ? null : new PyTimeDelta(offset);
        });
      case 'tzname':
        return hostFunction(name, () => this.#moment().zoneName ?? null);
      default:
        return undefined;
    }
  }

  override pyStr(): string {
    return this.#isoText('auto');
  }

  override pyRepr(): string {
    const parts = [this.hour, this.minute];
    if (this.second !== 0 || this.microsecond !== 0) parts.push(this.second);
    if (this.microsecond !== 0) parts.push(this.microsecond);
    const zone = this.zone === null ? '' : `, tzinfo=${this.zone.pyRepr()}`;
    return `datetime.time(${parts.join(', ')}${zone})`;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PyTime ? clockMicros(this) === clockMicros(other) : undefined;
  }

  override pyCompare(other: Value): number | undefined {
    return other instanceof PyTime ? Number(clockMicros(this) - clockMicros(other)) : undefined;
  }

  override pyHashKey(): unknown {
    return `\0T${clockMicros(this)}`;
  }

  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : strftime(this.#moment(), spec);
  }

  #isoText(timespec: string): string {
    const moment = this.#moment();
    return (
      clockText(moment, timespec) + (moment.offset === undefined ? '' : offsetText(moment.offset))
    );
  }

  #moment(): Moment {
    const zone = this.zone;
    return {
      year: 1900,
      month: 1,
      day: 1,
      hour: this.hour,
      minute: this.minute,
      second: this.second,
      microsecond: this.microsecond,
      offset: zone === null ? undefined : zone.offsetAt(0n),
      zoneName: zone === null ? undefined : zone.nameAt(0n),
    };
  }
}

/** `time(…)`, and `time.replace(…)` with the parts of `base`. */
export function makeTime(args: Value[], kwargs: Kwargs, base?: PyTime): PyTime {
  const bound = bindArgs(
    {
      name: base === undefined ? 'time' : 'replace',
      params: ['hour', 'minute', 'second', 'microsecond', 'tzinfo', 'fold'],
      native: true,
    },
    args,
    kwargs,
  );
  const part = (i: number, fallback: number | undefined) =>
    bound[i] === undefined ? (fallback ?? 0) : intArgument(bound[i]);
  const zone = bound[4];
  return new PyTime(
    {
      hour: part(0, base?.hour),
      minute: part(1, base?.minute),
      second: part(2, base?.second),
      microsecond: part(3, base?.microsecond),
    },
    zone instanceof TzInfo ? zone : zone === undefined ? (base?.zone ?? null) : null,
  );
}
