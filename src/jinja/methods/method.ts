import { type Kwargs, PyObject, type Value } from '../values/py-object.ts';
import { typeName } from '../values/type-name.ts';

/** A method of a built-in type. */
export type Method<T extends Value = Value> = (self: T, args: Value[], kwargs: Kwargs) => Value;

export type MethodTable<T extends Value = Value> = Readonly<Record<string, Method<T>>>;

/** `text.upper` without the call: a method that remembers its object. */
export class BoundMethod extends PyObject {
  readonly #self: Value;
  readonly #name: string;
  readonly #method: Method;

  constructor(self: Value, name: string, method: Method) {
    super();
    this.#self = self;
    this.#name = name;
    this.#method = method;
  }

  get pyTypeName(): string {
    // The sandbox puts functions of its own in the place of these two.
    const wrapped = this.#name === 'format' || this.#name === 'format_map';
    return wrapped ? 'function' : 'builtin_function_or_method';
  }

  override pyCall(args: Value[], kwargs: Kwargs): Value {
    return this.#method(this.#self, args, kwargs);
  }

  override pyRepr(): string {
    return `<built-in method ${this.#name} of ${typeName(this.#self)} object>`;
  }
}
