import type { Suspension } from '../suspension.ts';
import { raisePython } from './raise.ts';

/**
 * Every value a template can hold. Integers are integral numbers, or bigints beyond the safe range;
 * floats are non-integral numbers, or a PyFloat box when integral; lists are arrays; everything else
 * (tuples, dicts, sets, undefined, callables, host objects) extends PyObject. JavaScript's
 * `undefined` is never a value: it means "not there".
 */
export type Value = null | boolean | number | bigint | string | Value[] | PyObject;

/** Keyword arguments, in the order they were given. */
export type Kwargs = ReadonlyMap<string, Value>;

/** A computation that may suspend. */
export type Evaluation<T = Value> = Generator<Suspension, T>;

/** What a call gives: the value, or a way to get it. */
export type CallResult = Value | Suspension | Evaluation;

/** Operators of order. */
export type OrderOperator = '<' | '<=' | '>' | '>=';

/** Operators a host object may take part in. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/**
 * Base of all values that are not plain JavaScript ones. Templates reach an object through these
 * methods only; returning undefined means "I have no answer" (no such attribute, not iterable, …).
 */
export abstract class PyObject {
  /** The type's name in error messages and reprs. */
  abstract readonly pyTypeName: string;

  /** How undefined messages name an object of this type. */
  get pyOwnerName(): string {
    return this.pyTypeName;
  }

  /** `object.name`. Never asked for names that start with an underscore. */
  pyAttr(_name: string): Value | undefined {
    return undefined;
  }

  /** `object[key]`. */
  pyItem(_key: Value): Value | undefined {
    return undefined;
  }

  /** `object(…)`. */
  pyCall(_args: Value[], _kwargs: Kwargs): CallResult {
    return raisePython('TypeError', `'${this.pyTypeName}' object is not callable`);
  }

  pyCallable(): boolean {
    return this.pyCall !== PyObject.prototype.pyCall;
  }

  pyStr(): string {
    return this.pyRepr();
  }

  pyRepr(): string {
    return `<${this.pyTypeName} object>`;
  }

  pyIter(): Iterator<Value> | undefined {
    return undefined;
  }

  pyReversed(): Iterator<Value> | undefined {
    return undefined;
  }

  pyLen(): number | undefined {
    return undefined;
  }

  pyTruth(): boolean {
    const length = this.pyLen();
    return length === undefined || length > 0;
  }

  /** Equality with another value; undefined leaves the answer to the other side, then to identity. */
  pyEq(_other: Value): boolean | undefined {
    return undefined;
  }

  /** Negative, zero or positive as for sorting; NaN where neither is smaller; undefined: no order. */
  pyCompare(_other: Value, _op: OrderOperator): number | undefined {
    return undefined;
  }

  pyContains(_item: Value): boolean | undefined {
    return undefined;
  }

  /** `this op other`, or `other op this` when reflected. */
  pyBinary(_op: BinaryOperator, _other: Value, _reflected: boolean): Value | undefined {
    return undefined;
  }

  pyUnary(_op: '+' | '-'): Value | undefined {
    return undefined;
  }

  pyAbs(): Value | undefined {
    return undefined;
  }

  pyRound(_digits: number): Value | undefined {
    return undefined;
  }

  /** What dicts and sets know this value by: equal values give the same primitive. */
  pyHashKey(): unknown {
    return this;
  }

  /** `is mapping`, and `**object` in calls. */
  pyIsMapping(): boolean {
    return false;
  }

  /** `is sequence`: has a length and items. */
  pyIsSequence(): boolean {
    return this.pyLen() !== undefined;
  }

  /** `is number`, and the value of `int()`, `float()`, `round()`. */
  pyNumber(): number | bigint | undefined {
    return undefined;
  }

  /** Attributes beyond `_…` that must not be reached. */
  pyUnsafe(_name: string): boolean {
    return false;
  }

  /** `format(this, spec)`. */
  pyFormat(spec: string): string | undefined {
    return spec === '' ? this.pyStr() : undefined;
  }
}
