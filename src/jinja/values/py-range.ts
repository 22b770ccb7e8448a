import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { currentRun } from '../run-state.ts';
import { numeric } from './equality.ts';
import { makeInt } from './numbers.ts';
import { PyObject, type Value } from './py-object.ts';
import { pythonError } from './raise.ts';

/** An int: a number, or a bigint where that is not exact. */
type Int = number | bigint;

/** A Python range. */
export class PyRange extends PyObject {
  readonly start: Int;
  readonly stop: Int;
  readonly step: Int;
  readonly length: number;
  /** Whether numbers hold all items exactly. */
  readonly #isSmall: boolean;

  constructor(start: Int, stop: Int, step: Int) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.#isSmall = [start, stop, step].every((part) => typeof part === 'number');
    this.length = this.#isSmall
      ? Math.max(0, Math.ceil((Number(stop) - Number(start)) / Number(step)))
      : largeLength(BigInt(start), BigInt(stop), BigInt(step));
    const limit = currentRun().limits.rangeLength;
    if (this.length > limit) {
      const { cause, message } = pythonError(
        'OverflowError',
        `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${limit}).`,
      );
      throw tsdbtError(
        'jinja-limit',
        { limit: `a range of more than ${limit} items`, hint: message },
        { cause },
      );
    }
  }

  get pyTypeName(): string {
    return 'range';
  }

  /** The item at a place that counts from 0, or from the end when negative. */
  at(index: number): Int | undefined {
    const place = index < 0 ? index + this.length : index;
    return place >= 0 && place < this.length ? this.item(place) : undefined;
  }

  /** The value at a place, which may be one before the first or behind the last item. */
  item(place: number): Int {
    return this.#isSmall
      ? (this.start as number) + place * (this.step as number)
      : makeInt(BigInt(this.start) + BigInt(place) * BigInt(this.step));
  }

  /** The step between items that are `places` apart. */
  stepOf(places: number): Int {
    return makeInt(BigInt(this.step) * BigInt(places));
  }

  override pyAttr(name: string): Value | undefined {
    return name === 'start' || name === 'stop' || name === 'step' ? this[name] : undefined;
  }

  override pyRepr(): string {
    const ends = `${this.start}, ${this.stop}`;
    return this.step === 1 ? `range(${ends})` : `range(${ends}, ${this.step})`;
  }

  override *pyIter(): Iterator<Value> {
    for (let i = 0; i < this.length; i++) yield this.item(i);
  }

  override *pyReversed(): Iterator<Value> {
    for (let i = this.length - 1; i >= 0; i--) yield this.item(i);
  }

  override pyLen(): number {
    return this.length;
  }

  override pyContains(item: Value): boolean {
    const value = numeric(item);
    if (value === undefined || (typeof value === 'number' && !Number.isInteger(value)))
      return false;
    const [start, step] = [BigInt(this.start), BigInt(this.step)];
    const distance = BigInt(value) - start;
    if (distance % step !== 0n) return false;
    const place = distance / step;
    return place >= 0n && place < BigInt(this.length);
  }

  override pyEq(other: Value): boolean | undefined {
    if (!(other instanceof PyRange)) return undefined;
    if (this.length !== other.length) return false;
    if (this.length === 0) return true;
    return this.start === other.start && (this.length === 1 || this.step === other.step);
  }
}

function largeLength(start: bigint, stop: bigint, step: bigint): number {
  const distance = step > 0n ? stop - start : start - stop;
  const size = step > 0n ? step : -step;
  return distance <= 0n ? 0 : Number((distance + size - 1n) / size);
}
