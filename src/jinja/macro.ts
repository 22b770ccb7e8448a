import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroDef } from './ast.ts';
import { evaluate, evaluatePure } from './evaluate-expression.ts';
import { type Env, Frame, missingParameter } from './frame.ts';
import { ReturnSignal } from './return-signal.ts';
import { currentRun } from './run-state.ts';
import { Suspension } from './suspension.ts';
import { PyDict } from './values/py-dict.ts';
import { type Evaluation, type Kwargs, PyObject, type Value } from './values/py-object.ts';
import { PyTuple } from './values/py-tuple.ts';
import { raisePython } from './values/raise.ts';
import { reprString } from './values/repr.ts';
import { Undefined } from './values/undefined.ts';

/** Where a macro's free names come from: the frame it was defined in, or nothing but its scope. */
export interface MacroHome {
  readonly env: Env;
  readonly frame: Frame | undefined;
}

/** A macro as a value. The text of a call block is one too: the `caller`. */
export class Macro extends PyObject {
  readonly #def: MacroDef;
  readonly #home: MacroHome;
  readonly #name: string | undefined;
  readonly #onCall: (() => void) | undefined;

  constructor(
    def: MacroDef,
    home: MacroHome,
    name: string | undefined = def.name,
    onCall?: () => void,
  ) {
    super();
    this.#def = def;
    this.#home = home;
    this.#name = name;
    this.#onCall = onCall;
  }

  get pyTypeName(): string {
    return 'Macro';
  }

  override get pyOwnerName(): string {
    return 'jinja2.runtime.Macro';
  }

  override pyAttr(name: string): Value | undefined {
    const def = this.#def;
    switch (name) {
      case 'name':
        return this.#name ?? null;
      case 'arguments':
        return new PyTuple(def.params.map((param) => param.name));
      case 'catch_kwargs':
        return def.usesKwargs;
      case 'catch_varargs':
        return def.usesVarargs;
      case 'caller':
        return def.usesCaller;
      case 'explicit_caller':
        return def.params.some((param) => param.name === 'caller');
      default:
        return undefined;
    }
  }

  override pyRepr(): string {
    return `<Macro ${this.#name === undefined ? 'anonymous' : reprString(this.#name)}>`;
  }

  override pyCall(args: Value[], kwargs: Kwargs): Suspension {
    const { bound, callerText, callerPos } = currentRun();
    if (bound === 0) this.#onCall?.();
    const home = this.#home;
    // A macro of its own file gets an env of its own: `at` is not shared with its other calls.
    const env = home.frame?.env ?? { ...home.env };
    const frame = new Frame(env, home.frame);
    this.#bind(frame, args, kwargs);
    return new Suspension(undefined, this.#run(frame, callerText, callerPos));
  }

  /** Sets the parameters; those without a value are marked, and get their default in {@link #run}. */
  #bind(frame: Frame, args: Value[], kwargs: Kwargs): void {
    const { params, usesCaller, usesKwargs, usesVarargs } = this.#def;
    const given = Math.min(args.length, params.length);
    for (let i = 0; i < given; i++) frame.set(params[i]!.name, args[i]!);
    let rest = kwargs;
    let foundCaller = given === params.length && params.some((param) => param.name === 'caller');
    if (given < params.length || kwargs.size > 0) {
      const others = new Map(kwargs);
      for (let i = given; i < params.length; i++) {
        const { name } = params[i]!;
        if (name === 'caller') foundCaller = true;
        const value = others.get(name);
        frame.set(name, value === undefined ? missingParameter : value);
        others.delete(name);
      }
      if (usesCaller && !foundCaller) {
        const caller = others.get('caller') ?? null;
        others.delete('caller');
        frame.set('caller', caller ?? noCaller());
      }
      rest = others;
    } else if (usesCaller && !foundCaller) {
      frame.set('caller', noCaller());
    }
    if (usesKwargs) frame.set('kwargs', new PyDict(rest));
    else if (rest.size > 0) this.#unexpectedKeyword(rest);
    if (usesVarargs) frame.set('varargs', new PyTuple(args.slice(params.length)));
    else if (args.length > params.length) {
      raisePython(
        'TypeError',
        `macro ${this.#quotedName()} takes not more than ${params.length} argument(s)`,
      );
    }
  }

  #unexpectedKeyword(rest: Kwargs): never {
    const name = this.#quotedName();
    if (rest.has('caller')) {
      raisePython(
        'TypeError',
        `macro ${name} was invoked with two values for the special caller argument. This is most likely a bug.`,
      );
    }
    const [first] = rest.keys();
    raisePython('TypeError', `macro ${name} takes no keyword argument ${reprString(first!)}`);
  }

  #quotedName(): string {
    return this.#name === undefined ? 'None' : reprString(this.#name);
  }

  *#run(frame: Frame, callerText: Env['text'] | undefined, callerPos: number): Evaluation {
    const run = currentRun();
    const { env } = frame;
    if (++run.depth > run.limits.depth) {
      run.depth--;
      throw tsdbtError('jinja-limit', {
        limit: `macro calls nested more than ${run.limits.depth} deep`,
      });
    }
    const outer = run.calls;
    const name = this.#name;
    const isBound = this.#home.frame === undefined;
    if (isBound) run.bound++;
    if (name !== undefined) run.calls = { name, file: env.text.file, callerText, callerPos, outer };
    try {
      yield* this.#setDefaults(frame);
      const out = { text: '' };
      yield* env.execute(this.#def.body, frame, out);
      return out.text;
    } catch (error) {
      // A call block's return() leaves the macro that holds the block, not the block.
      if (error instanceof ReturnSignal && name !== undefined) return error.value;
      throw error;
    } finally {
      run.depth--;
      if (isBound) run.bound--;
      run.calls = outer;
    }
  }

  *#setDefaults(frame: Frame): Evaluation<void> {
    for (const { name, default: value } of this.#def.params) {
      if (!frame.isMissing(name)) continue;
      if (value === undefined) {
        const hint = `parameter ${reprString(name)} was not provided`;
        frame.set(name, new Undefined({ hint, name, lenient: frame.env.lenient }));
      } else {
        frame.set(name, value.pure ? evaluatePure(value, frame) : yield* evaluate(value, frame));
      }
    }
  }
}

function noCaller(): Undefined {
  return new Undefined({ hint: 'No caller defined', name: 'caller' });
}
