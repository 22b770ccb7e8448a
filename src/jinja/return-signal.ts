import { type Kwargs, PyObject, type Value } from './values/py-object.ts';
import { raisePython } from './values/raise.ts';

/** Thrown by `return(x)` and caught by the macro around it: the one jump that is an exception. */
export class ReturnSignal {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/** Leaves the running macro with this value. */
export function returnSignal(value: Value): never {
  throw new ReturnSignal(value);
}

class ReturnFunction extends PyObject {
  get pyTypeName(): string {
    return 'function';
  }

  override pyCall(args: Value[], kwargs: Kwargs): never {
    const value = args[0] ?? kwargs.get('data') ?? null;
    if (args.length + kwargs.size > 1) {
      raisePython(
        'TypeError',
        `return() takes 1 positional argument but ${args.length + kwargs.size} were given`,
      );
    }
    return returnSignal(value);
  }

  override pyRepr(): string {
    return '<function return>';
  }
}

/** `return`, for the host's context: macros give its argument, which may be any value. */
export const returnFunction: Value = new ReturnFunction();
