import { floatText } from './number-text.ts';
import { PyObject, type Value } from './py-object.ts';

/** A float whose value is integral (`2.0`, `1e16`): as a bare number it would be an int. */
export class PyFloat extends PyObject {
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }

  get pyTypeName(): string {
    return 'float';
  }

  override pyRepr(): string {
    return floatText(this.value);
  }

  override pyTruth(): boolean {
    return this.value !== 0;
  }

  override pyHashKey(): unknown {
    const value = this.value;
    // Equal to the int of the same value, which is a bigint beyond the safe range.
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    return BigInt(value);
  }

  override pyNumber(): number {
    return this.value;
  }
}

/** A Python float of this value. */
export function makeFloat(value: number): Value {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}
