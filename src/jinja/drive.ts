import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { Limits } from './limits.ts';
import { currentRun, enterRun, isIdle, newRun, type Run } from './run-state.ts';
import type { Suspension } from './suspension.ts';

/**
 * Runs a computation that must not suspend. A host function that suspends anyway is an error: the
 * template is being read, and nothing outside may be asked.
 */
export function driveSync<T>(steps: Generator<Suspension, T>, limits?: Partial<Limits>): T {
  const run = runFor(limits);
  let next = resume(run, () => steps.next());
  while (next.done !== true) {
    const { promise } = next.value;
    // Nobody waits for it any more; its failure must not end the process.
    promise?.catch(() => undefined);
    next = resume(run, () =>
      steps.throw(
        tsdbtError('jinja-runtime', {
          message:
            'this needs an answer from outside, which a template can only get while it is compiled or run',
          hint: 'Put it under {% if execute %} … {% endif %}.',
        }),
      ),
    );
  }
  return next.value;
}

/** Runs a computation, awaiting whatever it suspends for. */
export async function driveAsync<T>(
  steps: Generator<Suspension, T>,
  limits?: Partial<Limits>,
): Promise<T> {
  const run = runFor(limits);
  let next = resume(run, () => steps.next());
  while (next.done !== true) {
    let answer: () => IteratorResult<Suspension, T>;
    try {
      const value = await next.value.promise;
      answer = () => steps.next(value);
    } catch (error) {
      answer = () => steps.throw(error);
    }
    next = resume(run, answer);
  }
  return next.value;
}

/** A render started inside another counts on the account of that one. */
function runFor(limits: Partial<Limits> | undefined): Run {
  return isIdle() || limits !== undefined ? newRun(limits) : currentRun();
}

function resume<T>(run: Run, step: () => T): T {
  const former = enterRun(run);
  try {
    return step();
  } finally {
    enterRun(former);
  }
}
