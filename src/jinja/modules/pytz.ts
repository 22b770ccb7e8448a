import { hostFunction } from '../host-function.ts';
import { bindArgs } from '../params.ts';
import type { PyObject, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { toStr } from '../values/str.ts';
import { isTruthy } from '../values/truth.ts';
import { dayMicros } from './datetime/calendar.ts';
import { PyDateTime } from './datetime/datetime.ts';
import { PyTimeDelta } from './datetime/timedelta.ts';
import { FixedZone, TzInfo } from './datetime/tzinfo.ts';
import { pyModule } from './py-module.ts';
import { type Period, ZoneRules } from './zone-rules.ts';

const minute = 60_000_000n;

/** A pytz zone: the rules, and the one period that datetimes which carry it are in. */
class PytzZone extends TzInfo {
  readonly rules: ZoneRules;
  readonly #period: Period;

  constructor(rules: ZoneRules, period: Period) {
    super();
    this.rules = rules;
    this.#period = period;
  }

  get pyTypeName(): string {
    return 'pytz.tzfile.DstTzInfo';
  }

  override offsetAt(): bigint {
    return this.#period.offset;
  }

  override nameAt(): string {
    return this.#period.name;
  }

  override dstAt(): bigint {
    return this.#period.dst;
  }

  override atUtc(utc: bigint): { zone: TzInfo; offset: bigint } {
    const period = this.rules.at(utc);
    return { zone: new PytzZone(this.rules, period), offset: period.offset };
  }

  /** The zone with the period in which a local time falls. */
  atLocal(local: bigint, isDst: boolean | null): PytzZone {
    const found = new Map<bigint, Period>();
    for (const shift of [-dayMicros, dayMicros]) {
      const guess = this.rules.at(local + shift).offset;
      const period = this.rules.at(local - guess);
      if (period.offset === guess) found.set(guess, period);
    }
    const periods = [...found.values()];
    if (periods.length === 1) return new PytzZone(this.rules, periods[0]!);
    if (isDst === null) {
      const kind = periods.length === 0 ? 'NonExistentTimeError' : 'AmbiguousTimeError';
      raisePython(kind, 'local time does not name one instant');
    }
    const before = this.rules.at(local - dayMicros);
    const after = this.rules.at(local + dayMicros);
    const [standard, summer] = before.dst > after.dst ? [after, before] : [before, after];
    return new PytzZone(this.rules, isDst ? summer : standard);
  }

  override pyAttr(name: string): Value | undefined {
    const method = (call: (moment: PyDateTime, isDst: Value) => Value) =>
      hostFunction(name, (args, kwargs) => {
        const [moment, isDst = false] = bindArgs(
          { name, params: ['dt', 'is_dst'], required: 1 },
          args,
          kwargs,
        );
        return moment instanceof PyDateTime ? call(moment, isDst) : null;
      });
    switch (name) {
      case 'zone':
        return this.rules.name;
      case 'localize':
        return method((moment, isDst) => {
          if (moment.zone !== null)
            raisePython('ValueError', 'Not naive datetime (tzinfo is already set)');
          return moment.withZone(
            this.atLocal(moment.micros, isDst === null ? null : isTruthy(isDst)),
          );
        });
      case 'normalize':
        return method((moment) => moment.inZone(this));
      case 'utcoffset':
        return method((moment) => new PyTimeDelta(this.#localOffset(moment)));
      case 'dst':
        return method(() => new PyTimeDelta(this.#period.dst));
      case 'tzname':
        return method(() => this.#period.name);
      case 'fromutc':
        return method((moment) => moment.withZone(null).withZone(new FixedZone(0n)).inZone(this));
      default:
        return undefined;
    }
  }

  #localOffset(moment: PyDateTime): bigint {
    return moment.zone === null
      ? this.atLocal(moment.micros, false).offsetAt()
      : this.#period.offset;
  }

  override pyStr(): string {
    return this.rules.name;
  }

  override pyRepr(): string {
    const { offset, dst, name } = this.#period;
    const shown = new PyTimeDelta(offset).pyStr();
    const text = offset < 0n ? shown : `+${shown}`;
    return `<DstTzInfo ${repr(this.rules.name)} ${name}${text} ${dst === 0n ? 'STD' : 'DST'}>`;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PytzZone
      ? other.rules === this.rules && other.offsetAt() === this.offsetAt()
      : undefined;
  }
}

/** `pytz.utc`. */
class PytzUtc extends FixedZone {
  constructor() {
    super(0n, 'UTC');
  }

  override get pyTypeName(): string {
    return 'pytz.UTC';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'zone':
        return 'UTC';
      case 'localize':
        return hostFunction(name, ([moment]) =>
          moment instanceof PyDateTime ? moment.withZone(this) : null,
        );
      case 'normalize':
        return hostFunction(name, ([moment]) =>
          moment instanceof PyDateTime ? moment.inZone(this) : null,
        );
      default:
        return super.pyAttr(name);
    }
  }

  override pyRepr(): string {
    return '<UTC>';
  }
}

const utc = new PytzUtc();
const zones = new Map<string, TzInfo>();

/** A zone by name; pytz's error when there is none. */
function zoneNamed(name: string): TzInfo {
  if (name.toUpperCase() === 'UTC') return utc;
  let zone = zones.get(name);
  if (zone === undefined) {
    const known = Intl.supportedValuesOf('timeZone').find(
      (one) => one.toLowerCase() === name.toLowerCase(),
    );
    const rules = rulesOf(known ?? name);
    if (rules === undefined) raisePython('UnknownTimeZoneError', repr(name));
    zone = new PytzZone(rules, rules.meanTime());
    zones.set(name, zone);
  }
  return zone;
}

function rulesOf(name: string): ZoneRules | undefined {
  // Offsets such as "+02:00" are no zones, though the platform takes them.
  if (!/^[A-Za-z][\w+\-/]*$/.test(name)) return undefined;
  try {
    return new ZoneRules(name);
  } catch {
    return undefined;
  }
}

/** The module `pytz`, with the platform's time zones. */
export function pytzModule(): PyObject {
  const all = () => ['UTC', ...Intl.supportedValuesOf('timeZone')].sort();
  return pyModule({
    timezone: hostFunction('timezone', (args) => zoneNamed(toStr(args[0] ?? ''))),
    utc,
    UTC: utc,
    all_timezones: all(),
    common_timezones: all(),
    FixedOffset: hostFunction(
      'FixedOffset',
      (args) => new FixedZone(BigInt(toStr(args[0] ?? 0)) * minute),
    ),
  });
}
