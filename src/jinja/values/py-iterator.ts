import { PyObject, type Value } from './py-object.ts';

/** A one-shot iterator, such as a generator: looping over it a second time gives nothing. */
export class PyIterator extends PyObject {
  readonly pyTypeName: string;
  readonly #source: Iterator<Value>;

  constructor(source: Iterator<Value>, typeName = 'generator') {
    super();
    this.#source = source;
    this.pyTypeName = typeName;
  }

  override pyRepr(): string {
    return `<${this.pyTypeName} object>`;
  }

  override pyIter(): Iterator<Value> {
    const source = this.#source;
    // No `return`: leaving a loop early must not end the iterator.
    return { next: () => source.next() };
  }

  override pyUnsafe(name: string): boolean {
    return name === 'gi_frame' || name === 'gi_code';
  }
}
