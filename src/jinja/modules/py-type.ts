import { type CallResult, type Kwargs, PyObject, type Value } from '../values/py-object.ts';

interface TypeParts {
  readonly call: (args: Value[], kwargs: Kwargs) => CallResult;
  /** Class methods and constants. */
  readonly attributes?: (name: string) => Value | undefined;
  readonly isInstance?: (value: Value) => boolean;
}

/** A Python class as a value: calling it makes an instance. */
export class PyType extends PyObject {
  readonly #name: string;
  readonly #parts: TypeParts;

  constructor(name: string, parts: TypeParts) {
    super();
    this.#name = name;
    this.#parts = parts;
  }

  get pyTypeName(): string {
    return 'type';
  }

  override pyAttr(name: string): Value | undefined {
    return this.#parts.attributes?.(name);
  }

  override pyCall(args: Value[], kwargs: Kwargs): CallResult {
    return this.#parts.call(args, kwargs);
  }

  override pyRepr(): string {
    return `<class '${this.#name}'>`;
  }

  override pyUnsafe(name: string): boolean {
    return name === 'mro';
  }
}
