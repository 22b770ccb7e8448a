import type { Expr, Stmt } from './ast.ts';
import { globals } from './globals.ts';
import type { SourceText } from './source-text.ts';
import type { Suspension } from './suspension.ts';
import type { Value } from './values/py-object.ts';
import { Undefined } from './values/undefined.ts';

/** Where names come from that a template does not set itself; undefined: no such name. */
export interface Scope {
  lookup(name: string): Value | undefined;
}

/** A scope of the names of a map, and behind it those of another scope. */
export function scopeFromMap(map: ReadonlyMap<string, Value>, parent?: Scope): Scope {
  if (parent === undefined) return { lookup: (name) => map.get(name) };
  return {
    lookup: (name) => {
      const value = map.get(name);
      return value === undefined ? parent.lookup(name) : value;
    },
  };
}

/** Text being made. */
export interface Output {
  text: string;
}

/** How a body ended: `break` and `continue` leave the bodies around it. */
export type Signal = 'done' | 'break' | 'continue';

export type Execution = Generator<Suspension, Signal>;

/** What all frames of one template or macro share while it runs. */
export interface Env {
  readonly text: SourceText;
  readonly scope: Scope;
  /** Undefined values of this template are lenient. */
  readonly lenient: boolean;
  /** A value of YAML is rendered: what `as_bool` and its like mark is a text for now. */
  readonly isNative?: boolean;
  readonly execute: (body: readonly Stmt[], frame: Frame, out: Output) => Execution;
  /** What is being evaluated, for the location of errors. */
  at: Expr | Stmt | undefined;
}

/** A parameter no value was given for: found as undefined, but never looked for further out. */
export const missingParameter = new Undefined({});

/** One level of names: a template, a macro call, a loop, a `with`. */
export class Frame {
  readonly env: Env;
  readonly parent: Frame | undefined;
  #names: Map<string, Value> | undefined;

  constructor(env: Env, parent: Frame | undefined) {
    this.env = env;
    this.parent = parent;
  }

  set(name: string, value: Value): void {
    this.#names ??= new Map();
    this.#names.set(name, value);
  }

  clear(): void {
    this.#names?.clear();
  }

  /** The value of a name, or an undefined value that tells it is not set. */
  get(name: string): Value {
    let frame: Frame | undefined = this;
    do {
      const value: Value | undefined = frame.#names?.get(name);
      if (value !== undefined) return value === missingParameter ? this.#undefined(name) : value;
      frame = frame.parent;
    } while (frame !== undefined);
    // Not `??`: None is a value, and JavaScript's null.
    let value = this.env.scope.lookup(name);
    if (value === undefined) value = globals[name];
    return value === undefined ? this.#undefined(name) : value;
  }

  /** Whether a parameter of this frame still waits for its default. */
  isMissing(name: string): boolean {
    return this.#names?.get(name) === missingParameter;
  }

  root(): Frame {
    let frame: Frame = this;
    while (frame.parent !== undefined) frame = frame.parent;
    return frame;
  }

  #undefined(name: string): Undefined {
    return new Undefined({ name, lenient: this.env.lenient });
  }
}
