import { pyEquals } from './equality.ts';
import { hashKey } from './hash.ts';
import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { guarded, repr } from './repr.ts';

/** A Python dict: keys keep their order, and `1`, `1.0` and `True` are one key. */
export class PyDict extends PyObject {
  #values = new Map<unknown, Value>();
  /** The key as it was given, where that is not its own hash key. */
  #originals: Map<unknown, Value> | undefined;

  constructor(entries?: Iterable<readonly [Value, Value]>) {
    super();
    if (entries !== undefined) for (const [key, value] of entries) this.set(key, value);
  }

  get pyTypeName(): string {
    return 'dict';
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: Value): Value | undefined {
    return this.#values.get(hashKey(key));
  }

  has(key: Value): boolean {
    return this.#values.has(hashKey(key));
  }

  set(key: Value, value: Value): this {
    const hash = hashKey(key);
    if (hash !== key && !this.#values.has(hash)) {
      this.#originals ??= new Map();
      this.#originals.set(hash, key);
    }
    this.#values.set(hash, value);
    return this;
  }

  delete(key: Value): boolean {
    const hash = hashKey(key);
    this.#originals?.delete(hash);
    return this.#values.delete(hash);
  }

  clear(): void {
    this.#values.clear();
    this.#originals = undefined;
  }

  *keys(): Generator<Value, void> {
    const size = this.#values.size;
    for (const hash of this.#values.keys()) {
      yield this.#original(hash);
      this.#checkSize(size);
    }
  }

  *values(): Generator<Value, void> {
    const size = this.#values.size;
    for (const value of this.#values.values()) {
      yield value;
      this.#checkSize(size);
    }
  }

  *entries(): Generator<[Value, Value], void> {
    const size = this.#values.size;
    for (const [hash, value] of this.#values) {
      yield [this.#original(hash), value];
      this.#checkSize(size);
    }
  }

  [Symbol.iterator](): Iterator<[Value, Value]> {
    return this.entries();
  }

  override pyItem(key: Value): Value | undefined {
    return this.get(key);
  }

  override pyRepr(): string {
    return guarded(this, '{...}', () => {
      let text = '{';
      for (const [key, value] of this.entries()) {
        text += `${text.length > 1 ? ', ' : ''}${repr(key)}: ${repr(value)}`;
      }
      return `${text}}`;
    });
  }

  override pyIter(): Iterator<Value> {
    return this.keys();
  }

  override pyReversed(): Iterator<Value> {
    return [...this.keys()].reverse()[Symbol.iterator]();
  }

  override pyLen(): number {
    return this.#values.size;
  }

  override pyTruth(): boolean {
    return this.#values.size > 0;
  }

  override pyContains(key: Value): boolean {
    return this.has(key);
  }

  override pyEq(other: Value): boolean | undefined {
    if (!(other instanceof PyDict)) return undefined;
    if (other.size !== this.size) return false;
    for (const [hash, value] of this.#values) {
      const theirs = other.#values.get(hash);
      if (theirs === undefined || !(Object.is(value, theirs) || pyEquals(value, theirs)))
        return false;
    }
    return true;
  }

  override pyHashKey(): unknown {
    return raisePython('TypeError', "unhashable type: 'dict'");
  }

  override pyIsMapping(): boolean {
    return true;
  }

  #original(hash: unknown): Value {
    return this.#originals?.get(hash) ?? (hash as Value);
  }

  #checkSize(size: number): void {
    if (this.#values.size !== size) {
      raisePython('RuntimeError', 'dictionary changed size during iteration');
    }
  }
}
