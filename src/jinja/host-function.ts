import { type CallResult, type Kwargs, PyObject, type Value } from './values/py-object.ts';

class HostFunction extends PyObject {
  readonly #name: string;
  readonly #call: (args: Value[], kwargs: Kwargs) => CallResult;

  constructor(name: string, call: (args: Value[], kwargs: Kwargs) => CallResult) {
    super();
    this.#name = name;
    this.#call = call;
  }

  get pyTypeName(): string {
    return 'function';
  }

  override pyCall(args: Value[], kwargs: Kwargs): CallResult {
    return this.#call(args, kwargs);
  }

  override pyRepr(): string {
    return `<function ${this.#name}>`;
  }
}

/**
 * A function of the host as a value. It may return its value, a suspension (see `suspend`), or be
 * a generator that calls macros with `yield* callMacro(…)`.
 */
export function hostFunction(
  name: string,
  call: (args: Value[], kwargs: Kwargs) => CallResult,
): Value {
  return new HostFunction(name, call);
}
