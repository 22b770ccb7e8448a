import { markedNumber } from './number-mark.ts';

/**
 * A float without a fraction, as YAML and Python tell it from an integer: `1.0`. In plain values it
 * is what a number is otherwise, which alone could not say that it is a float.
 */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  /** As Python writes it. */
  toString(): string {
    if (Object.is(this.value, -0)) return '-0.0';
    return Math.abs(this.value) < 1e16 ? `${this.value}.0` : this.value.toExponential();
  }

  /** The YAML library asks with a context, and keeps what it is given; JSON has the number. */
  toJSON(_key?: string, context?: object): unknown {
    return context === undefined ? markedNumber(this.toString(), this.value) : this;
  }
}

/** A number as it is, or as a {@link WholeFloat} when it has no fraction. */
export function floatOf(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value;
}
