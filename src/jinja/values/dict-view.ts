import { equalItems } from './equality.ts';
import { items } from './iterate.ts';
import type { PyDict } from './py-dict.ts';
import { type BinaryOperator, PyObject, type Value } from './py-object.ts';
import { PySet } from './py-set.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { reprList } from './repr.ts';

export type ViewKind = 'keys' | 'values' | 'items';

/** What `dict.keys()`, `.values()` and `.items()` give: a live view. */
export class DictView extends PyObject {
  readonly dict: PyDict;
  readonly kind: ViewKind;

  constructor(dict: PyDict, kind: ViewKind) {
    super();
    this.dict = dict;
    this.kind = kind;
  }

  get pyTypeName(): string {
    return `dict_${this.kind}`;
  }

  override pyRepr(): string {
    return `dict_${this.kind}([${reprList([...this])}])`;
  }

  *[Symbol.iterator](): Generator<Value, void> {
    if (this.kind === 'keys') yield* this.dict.keys();
    else if (this.kind === 'values') yield* this.dict.values();
    else for (const pair of this.dict.entries()) yield new PyTuple(pair);
  }

  override pyIter(): Iterator<Value> {
    return this[Symbol.iterator]();
  }

  override pyReversed(): Iterator<Value> {
    return [...this].reverse()[Symbol.iterator]();
  }

  override pyLen(): number {
    return this.dict.size;
  }

  override pyContains(item: Value): boolean | undefined {
    return this.kind === 'keys' ? this.dict.has(item) : undefined;
  }

  override pyEq(other: Value): boolean | undefined {
    if (this.kind === 'values') return undefined;
    if (other instanceof DictView && other.kind === this.kind) {
      return this.dict.size === other.dict.size && equalItems([...this], [...other]);
    }
    return other instanceof PySet ? (new PySet(this).pyEq(other) ?? false) : undefined;
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (op !== '-' || this.kind === 'values') return undefined;
    // With any iterable, as in Python.
    const [left, right] = reflected ? [other, this] : [this, other];
    return new PySet(items(left)).difference(new PySet(items(right)));
  }

  override pyCompare(other: Value): number | undefined {
    if (this.kind === 'values') return undefined;
    const theirs = other instanceof DictView ? new PySet(other) : other;
    return new PySet(this).pyCompare(theirs);
  }

  override pyHashKey(): unknown {
    if (this.kind === 'values') return this;
    return raisePython('TypeError', `unhashable type: '${this.pyTypeName}'`);
  }

  override pyIsSequence(): boolean {
    return false;
  }
}
