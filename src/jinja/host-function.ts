import { type CallResult, type Kwargs, PyObject, type Value } from './values/py-object.ts';

class HostFunction extends PyObject {
  readonly #name: string;
  readonly #call: (args: Value[], kwargs: Kwargs) => CallResult;
  readonly #member: ((name: string) => Value | undefined) | undefined;

  constructor(
    name: string,
    call: (args: Value[], kwargs: Kwargs) => CallResult,
    member: ((name: string) => Value | undefined) | undefined,
  ) {
    super();
    this.#name = name;
    this.#call = call;
    this.#member = member;
  }

  get pyTypeName(): string {
    return 'function';
  }

  override pyAttr(name: string): Value | undefined {
    return this.#member?.(name);
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
 * a generator that calls macros with `yield* callMacro(…)`. `member` gives what stands behind a dot.
 */
export function hostFunction(
  name: string,
  call: (args: Value[], kwargs: Kwargs) => CallResult,
  member?: (name: string) => Value | undefined,
): Value {
  return new HostFunction(name, call, member);
}
