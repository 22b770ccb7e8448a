import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { repr } from '../../values/repr.ts';
import { typeName } from '../../values/type-name.ts';
import { PyType } from '../py-type.ts';
import { dayMicros } from './calendar.ts';
import { PyTimeDelta } from './timedelta.ts';

/** A time zone of a datetime. `local` and `utc` are microseconds since year 1 without a zone. */
export abstract class TzInfo extends PyObject {
  /** Offset from UTC at a local time, in microseconds. */
  abstract offsetAt(local: bigint): bigint;
  abstract nameAt(local: bigint): string;
  abstract dstAt(local: bigint): bigint | undefined;
  /** The zone to put on a datetime made from a UTC time, and its offset then. */
  abstract atUtc(utc: bigint): { readonly zone: TzInfo; readonly offset: bigint };
}

/** An offset as `+02:00`, with seconds only where there are some. */
export function offsetText(offset: bigint, separator = ':'): string {
  const sign = offset < 0n ? '-' : '+';
  const size = Number((offset < 0n ? -offset : offset) / 1_000_000n);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = two(Math.floor(size / 3600));
  const minutes = two(Math.floor(size / 60) % 60);
  const seconds = size % 60 === 0 ? '' : `${separator}${two(size % 60)}`;
  return `${sign}${hours}${separator}${minutes}${seconds}`;
}

/** Python's `datetime.timezone`: always the same offset. */
export class FixedZone extends TzInfo {
  readonly offset: bigint;
  readonly #name: string | undefined;

  constructor(offset: bigint, name?: string) {
    super();
    this.offset = offset;
    this.#name = name;
  }

  get pyTypeName(): string {
    return 'datetime.timezone';
  }

  override offsetAt(): bigint {
    return this.offset;
  }

  override nameAt(): string {
    if (this.#name !== undefined) return this.#name;
    return this.offset === 0n ? 'UTC' : `UTC${offsetText(this.offset)}`;
  }

  override dstAt(): undefined {
    return undefined;
  }

  override atUtc(): { zone: TzInfo; offset: bigint } {
    return { zone: this, offset: this.offset };
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'utcoffset':
        return hostFunction(name, () => new PyTimeDelta(this.offset));
      case 'tzname':
        return hostFunction(name, () => this.nameAt());
      case 'dst':
        return hostFunction(name, () => null);
      default:
        return undefined;
    }
  }

  override pyStr(): string {
    return this.nameAt();
  }

  override pyRepr(): string {
    if (this.offset === 0n && this.#name === undefined) return 'datetime.timezone.utc';
    const name = this.#name === undefined ? '' : `, ${repr(this.#name)}`;
    return `datetime.timezone(${new PyTimeDelta(this.offset).pyRepr()}${name})`;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof FixedZone ? other.offset === this.offset : undefined;
  }

  override pyHashKey(): unknown {
    return `\0z${this.offset}`;
  }
}

/** `datetime.timezone.utc`. */
export const utcZone = new FixedZone(0n);

/** The class `datetime.timezone`. */
export const timezoneType = new PyType('datetime.timezone', {
  call: (args: Value[], kwargs: Kwargs) => {
    const [offset, name] = bindArgs(
      { name: 'timezone', params: ['offset', 'name'], required: 1 },
      args,
      kwargs,
    );
    if (!(offset instanceof PyTimeDelta)) {
      raisePython(
        'TypeError',
        `timezone() argument 1 must be datetime.timedelta, not ${typeName(offset!)}`,
      );
    }
    if (offset.micros <= -dayMicros || offset.micros >= dayMicros) {
      raisePython(
        'ValueError',
        `offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not ${offset.pyRepr()}.`,
      );
    }
    return new FixedZone(offset.micros, typeof name === 'string' ? name : undefined);
  },
  attributes: (name) => (name === 'utc' ? utcZone : undefined),
});
