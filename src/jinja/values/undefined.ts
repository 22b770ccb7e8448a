import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { repr } from './repr.ts';
import { ownerName, typeName } from './type-name.ts';

/** Where an undefined value came from; decides its message. */
export interface UndefinedOrigin {
  /** Replaces the message. */
  readonly hint?: string;
  /** The value that has no such attribute or element. */
  readonly owner?: Value;
  /** The missing name, or the key of the missing element. */
  readonly name?: Value;
  /** Attributes, items and calls give undefined again instead of failing. */
  readonly lenient?: boolean;
  /** Reaching it was forbidden: using it is a security error. */
  readonly unsafe?: boolean;
}

/** Jinja's undefined: prints as nothing, is false and empty, fails on any other use. */
export class Undefined extends PyObject {
  readonly origin: UndefinedOrigin;

  constructor(origin: UndefinedOrigin) {
    super();
    this.origin = origin;
  }

  get pyTypeName(): string {
    return 'Undefined';
  }

  /** What is wrong, in Jinja's words. */
  get message(): string {
    const { hint, owner, name } = this.origin;
    if (hint !== undefined && hint !== '') return hint;
    if (owner === undefined) return `${repr(name ?? null)} is undefined`;
    if (typeof name !== 'string') return `${ownerName(owner)} has no element ${repr(name ?? null)}`;
    return `${repr(ownerName(owner))} has no attribute ${repr(name)}`;
  }

  /** Raises the undefined error of this value. */
  fail(): never {
    return raisePython(
      this.origin.unsafe === true ? 'SecurityError' : 'UndefinedError',
      this.message,
    );
  }

  override pyCall(): Value {
    return this.origin.lenient === true ? this : this.fail();
  }

  override pyStr(): string {
    return '';
  }

  override pyRepr(): string {
    return 'Undefined';
  }

  override pyIter(): Iterator<Value> {
    return ([] as Value[])[Symbol.iterator]();
  }

  override pyLen(): number {
    return 0;
  }

  override pyEq(other: Value): boolean {
    return other instanceof Undefined;
  }

  override pyCompare(): number {
    return this.fail();
  }

  override pyBinary(): Value {
    return this.fail();
  }

  override pyUnary(): Value {
    return this.fail();
  }

  override pyHashKey(): unknown {
    return Undefined;
  }

  /** `int(undefined)`, `float(undefined)`. */
  override pyNumber(): number | bigint | undefined {
    return this.fail();
  }
}

/** Whether a value is undefined. */
export function isUndefined(value: Value | undefined): value is Undefined {
  return value instanceof Undefined;
}

/** Undefined for an attribute or element that is not there. */
export function missingFrom(owner: Value, name: Value, lenient = false): Undefined {
  return new Undefined({ owner, name, lenient });
}

/** Undefined for an attribute that templates must not reach. */
export function unsafeAttribute(owner: Value, name: string): Undefined {
  return new Undefined({
    hint: `access to attribute ${repr(name)} of ${repr(typeName(owner))} object is unsafe.`,
    owner,
    name,
    unsafe: true,
  });
}
