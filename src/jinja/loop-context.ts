import type { Suspension } from './suspension.ts';
import { equalItems } from './values/equality.ts';
import { iterate, toList, tryLength } from './values/iterate.ts';
import { PyIterator } from './values/py-iterator.ts';
import { type Kwargs, PyObject, type Value } from './values/py-object.ts';
import { PyTuple } from './values/py-tuple.ts';
import { raisePython } from './values/raise.ts';
import { Undefined } from './values/undefined.ts';

/** The `loop` of a for loop. Looks one item ahead only when asked for `last` or `nextitem`. */
export class LoopContext extends PyObject {
  readonly #iterable: Value;
  readonly #depth0: number;
  readonly #lenient: boolean;
  readonly #recurse: ((iterable: Value, depth0: number) => Suspension) | undefined;
  #source: Iterator<Value>;
  #index0 = -1;
  #length: number | undefined;
  #before: Value | undefined;
  #current: Value | undefined;
  #after: Value | undefined;
  #changed: Value[] | undefined;

  constructor(
    iterable: Value,
    depth0: number,
    lenient: boolean,
    recurse: ((iterable: Value, depth0: number) => Suspension) | undefined,
  ) {
    super();
    this.#iterable = iterable;
    this.#source = iterate(iterable);
    this.#depth0 = depth0;
    this.#lenient = lenient;
    this.#recurse = recurse;
  }

  get pyTypeName(): string {
    return 'LoopContext';
  }

  override get pyOwnerName(): string {
    return 'jinja2.runtime.LoopContext';
  }

  /** The next item, or undefined at the end. */
  advance(): Value | undefined {
    const item = this.#peek();
    if (item === undefined) return undefined;
    this.#after = undefined;
    this.#index0++;
    this.#before = this.#current;
    this.#current = item;
    return item;
  }

  override pyAttr(name: string): Value | undefined {
    const index0 = this.#index0;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'first':
        return index0 === 0;
      case 'last':
        return this.#peek() === undefined;
      case 'length':
        return this.pyLen();
      case 'revindex':
        return this.pyLen() - index0;
      case 'revindex0':
        return this.pyLen() - index0 - 1;
      case 'depth':
        return this.#depth0 + 1;
      case 'depth0':
        return this.#depth0;
      case 'previtem':
        return index0 === 0 ? this.#nothing('there is no previous item') : this.#before!;
      case 'nextitem':
        return this.#next();
      case 'cycle':
        return new LoopMethod((args) => this.#cycle(args));
      case 'changed':
        return new LoopMethod((args) => this.#hasChanged(args));
      default:
        return undefined;
    }
  }

  override pyCall(args: Value[], kwargs: Kwargs): Suspension {
    const iterable = args.length > 0 ? args[0] : kwargs.get('iterable');
    if (this.#recurse === undefined) {
      return raisePython(
        'TypeError',
        "The loop must have the 'recursive' marker to be called recursively.",
      );
    }
    if (iterable === undefined) {
      raisePython(
        'TypeError',
        "LoopContext.__call__() missing 1 required positional argument: 'iterable'",
      );
    }
    return this.#recurse(iterable, this.#depth0 + 1);
  }

  override pyLen(): number {
    if (this.#length === undefined) {
      this.#length = tryLength(this.#iterable);
      if (this.#length === undefined) {
        const rest = toList(new PyIterator(this.#source));
        this.#source = rest[Symbol.iterator]();
        this.#length = rest.length + this.#index0 + 1 + (this.#after === undefined ? 0 : 1);
      }
    }
    return this.#length;
  }

  /** Going through `loop` itself takes the items from the loop. */
  override pyIter(): Iterator<Value> {
    return {
      next: () => {
        const item = this.advance();
        return item === undefined
          ? { done: true, value: undefined }
          : { done: false, value: new PyTuple([item, this]) };
      },
    };
  }

  override pyIsSequence(): boolean {
    return false;
  }

  override pyRepr(): string {
    return `<LoopContext ${this.#index0 + 1}/${this.pyLen()}>`;
  }

  #peek(): Value | undefined {
    if (this.#after === undefined) {
      const next = this.#source.next();
      this.#after = next.done === true ? undefined : next.value;
    }
    return this.#after;
  }

  #next(): Value {
    const item = this.#peek();
    return item === undefined ? this.#nothing('there is no next item') : item;
  }

  #cycle(args: Value[]): Value {
    if (args.length === 0) raisePython('TypeError', 'no items for cycling given');
    return args[this.#index0 % args.length]!;
  }

  #hasChanged(args: Value[]): boolean {
    if (this.#changed !== undefined && equalItems(this.#changed, args)) return false;
    this.#changed = args;
    return true;
  }

  #nothing(hint: string): Undefined {
    return new Undefined({ hint, lenient: this.#lenient });
  }
}

class LoopMethod extends PyObject {
  readonly #call: (args: Value[]) => Value;

  constructor(call: (args: Value[]) => Value) {
    super();
    this.#call = call;
  }

  get pyTypeName(): string {
    return 'method';
  }

  override pyCall(args: Value[]): Value {
    return this.#call(args);
  }
}
