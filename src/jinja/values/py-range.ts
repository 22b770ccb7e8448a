import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { currentRun } from '../run-state.ts';
import { numeric } from './equality.ts';
import { PyObject, type Value } from './py-object.ts';
import { pythonError } from './raise.ts';

/** A Python range. */
export class PyRange extends PyObject {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
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
  at(index: number): number | undefined {
    const place = index < 0 ? index + this.length : index;
    return place >= 0 && place < this.length ? this.start + place * this.step : undefined;
  }

  override pyAttr(name: string): Value | undefined {
    return name === 'start' || name === 'stop' || name === 'step' ? this[name] : undefined;
  }

  override pyRepr(): string {
    const ends = `${this.start}, ${this.stop}`;
    return this.step === 1 ? `range(${ends})` : `range(${ends}, ${this.step})`;
  }

  override *pyIter(): Iterator<Value> {
    for (let i = 0; i < this.length; i++) yield this.start + i * this.step;
  }

  override *pyReversed(): Iterator<Value> {
    for (let i = this.length - 1; i >= 0; i--) yield this.start + i * this.step;
  }

  override pyLen(): number {
    return this.length;
  }

  override pyContains(item: Value): boolean {
    const value = numeric(item);
    if (typeof value !== 'number') return false;
    const place = (value - this.start) / this.step;
    return Number.isInteger(place) && place >= 0 && place < this.length;
  }

  override pyEq(other: Value): boolean | undefined {
    if (!(other instanceof PyRange)) return undefined;
    if (this.length !== other.length) return false;
    if (this.length === 0) return true;
    return this.start === other.start && (this.length === 1 || this.step === other.step);
  }
}
