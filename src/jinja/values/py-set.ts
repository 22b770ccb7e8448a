import { hashKey } from './hash.ts';
import { type BinaryOperator, PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { guarded, reprList } from './repr.ts';

/** A Python set. Prints and iterates in the order of insertion (Python's order is arbitrary). */
export class PySet extends PyObject {
  #items = new Map<unknown, Value>();

  constructor(items?: Iterable<Value>) {
    super();
    if (items !== undefined) for (const item of items) this.add(item);
  }

  get pyTypeName(): string {
    return 'set';
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: Value): boolean {
    return this.#items.has(hashKey(item));
  }

  add(item: Value): this {
    const hash = hashKey(item);
    if (!this.#items.has(hash)) this.#items.set(hash, item);
    return this;
  }

  delete(item: Value): boolean {
    return this.#items.delete(hashKey(item));
  }

  clear(): void {
    this.#items.clear();
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.#items.values();
  }

  /** Whether every item is in `other`. */
  isSubsetOf(other: PySet): boolean {
    for (const hash of this.#items.keys()) if (!other.#items.has(hash)) return false;
    return true;
  }

  union(other: Iterable<Value>): PySet {
    const out = new PySet(this);
    for (const item of other) out.add(item);
    return out;
  }

  intersection(other: PySet): PySet {
    return this.#filter((hash) => other.#items.has(hash));
  }

  difference(other: PySet): PySet {
    return this.#filter((hash) => !other.#items.has(hash));
  }

  symmetricDifference(other: PySet): PySet {
    return this.difference(other).union(other.difference(this));
  }

  override pyRepr(): string {
    if (this.size === 0) return 'set()';
    return guarded(this, 'set(...)', () => `{${reprList([...this])}}`);
  }

  override *pyIter(): Iterator<Value> {
    const size = this.#items.size;
    for (const item of this.#items.values()) {
      yield item;
      if (this.#items.size !== size) {
        raisePython('RuntimeError', 'Set changed size during iteration');
      }
    }
  }

  override pyLen(): number {
    return this.#items.size;
  }

  override pyContains(item: Value): boolean {
    return this.has(item);
  }

  override pyEq(other: Value): boolean | undefined {
    if (!(other instanceof PySet)) return undefined;
    return other.size === this.size && this.isSubsetOf(other);
  }

  /** Sets order by inclusion; NaN where neither holds the other. */
  override pyCompare(other: Value): number | undefined {
    if (!(other instanceof PySet)) return undefined;
    if (this.isSubsetOf(other)) return this.size === other.size ? 0 : -1;
    return other.isSubsetOf(this) ? 1 : Number.NaN;
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    return op === '-' && !reflected && other instanceof PySet ? this.difference(other) : undefined;
  }

  override pyHashKey(): unknown {
    return raisePython('TypeError', "unhashable type: 'set'");
  }

  override pyIsSequence(): boolean {
    return false;
  }

  #filter(keep: (hash: unknown) => boolean): PySet {
    const out = new PySet();
    for (const [hash, item] of this.#items) if (keep(hash)) out.#items.set(hash, item);
    return out;
  }
}
