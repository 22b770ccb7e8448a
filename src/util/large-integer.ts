import { markedNumber } from './number-mark.ts';

/**
 * An integer that a number can't hold exactly. In plain values it is what a number is otherwise; a
 * bigint would make `JSON.stringify` fail.
 */
export class LargeInteger {
  readonly value: bigint;

  private constructor(value: bigint) {
    this.value = value;
  }

  /** An integer as plain values have it: a number where that is exact. */
  static of(value: bigint): number | LargeInteger {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : new LargeInteger(value);
  }

  toString(): string {
    return this.value.toString();
  }

  /** Digits, which are exact; `jsonText` writes them as a number. The YAML library keeps what it is given. */
  toJSON(_key?: string, context?: object): unknown {
    return context === undefined ? markedNumber(this.toString(), this.toString()) : this;
  }
}
