import type { Evaluation, Value } from './values/py-object.ts';

/**
 * What a host function returns when its value is not there yet: a promise the driver awaits, or a
 * generator (which may call macros) the evaluator runs in place of the call.
 */
export class Suspension {
  readonly promise: Promise<Value> | undefined;
  readonly steps: Evaluation | undefined;

  constructor(promise: Promise<Value> | undefined, steps: Evaluation | undefined) {
    this.promise = promise;
    this.steps = steps;
  }
}

/** Suspends the running template until `work` has a value. */
export function suspend(work: Promise<Value> | Evaluation): Suspension {
  return isGenerator(work) ? new Suspension(undefined, work) : new Suspension(work, undefined);
}

/** The value of a suspension, from inside a generator that a driver runs. */
export function* settle(suspension: Suspension): Evaluation {
  if (suspension.steps !== undefined) return yield* suspension.steps;
  return yield suspension;
}

const generatorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf((function* () {})()),
) as object;

/** Whether a call result is a generator: template values are never bare generators. */
export function isGenerator(value: unknown): value is Evaluation {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.prototype.isPrototypeOf.call(generatorPrototype, value)
  );
}
