import { orderItems } from './compare.ts';
import { equalItems } from './equality.ts';
import { combineKeys, hashKey } from './hash.ts';
import { type OrderOperator, PyObject, type Value } from './py-object.ts';
import { guarded, repr, reprList } from './repr.ts';

/** A Python tuple. */
export class PyTuple extends PyObject {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }

  get pyTypeName(): string {
    return 'tuple';
  }

  override pyRepr(): string {
    const { items } = this;
    return guarded(this, '(...)', () =>
      items.length === 1 ? `(${repr(items[0]!)},)` : `(${reprList(items)})`,
    );
  }

  override pyIter(): Iterator<Value> {
    return this.items[Symbol.iterator]();
  }

  override pyLen(): number {
    return this.items.length;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PyTuple ? equalItems(this.items, other.items) : undefined;
  }

  override pyCompare(other: Value, op: OrderOperator): number | undefined {
    return other instanceof PyTuple ? orderItems(this.items, other.items, op) : undefined;
  }

  override pyHashKey(): unknown {
    return combineKeys('t', this.items.map(hashKey));
  }
}
