import { tsdbtError } from '../errors/tsdbt-error.ts';
import { driveAsync, driveSync } from './drive.ts';
import { noKwargs } from './evaluate-expression.ts';
import { newEnv } from './execute.ts';
import { Frame, type Scope } from './frame.ts';
import type { Limits } from './limits.ts';
import { Macro } from './macro.ts';
import { callValue } from './operators.ts';
import { ReturnSignal } from './return-signal.ts';
import { isGenerator, Suspension, settle } from './suspension.ts';
import type { MacroBlock, Template } from './template.ts';
import type { Evaluation, Kwargs, Value } from './values/py-object.ts';

export interface RenderOptions {
  readonly limits?: Partial<Limits>;
  /**
   * `strict-chain` (default): Jinja's undefined, which prints as nothing and fails on attributes.
   * `lenient`: attributes, items and calls of undefined values of this template give undefined.
   */
  readonly undefinedMode?: 'strict-chain' | 'lenient';
}

/** Renders a template that asks nothing of the outside. */
export function renderSync(template: Template, scope: Scope, options: RenderOptions = {}): string {
  return driveSync(renderSteps(template, scope, options), options.limits);
}

/** Renders a template, awaiting what its host functions suspend for. */
export function render(
  template: Template,
  scope: Scope,
  options: RenderOptions = {},
): Promise<string> {
  return driveAsync(renderSteps(template, scope, options), options.limits);
}

/** Renders a template as a part of another: hand it to `suspend` in a host function. */
export function* renderSteps(
  template: Template,
  scope: Scope,
  options: RenderOptions = {},
): Evaluation<string> {
  const env = newEnv(template.text, scope, options.undefinedMode === 'lenient');
  const out = { text: '' };
  try {
    yield* env.execute(template.body, new Frame(env, undefined), out);
  } catch (error) {
    if (!(error instanceof ReturnSignal)) throw error;
    throw tsdbtError(
      'jinja-runtime',
      {
        message: 'return() was called outside of a macro',
        hint: 'Print the value instead: {{ … }}.',
      },
      { location: template.text.locate(env.at?.pos ?? 0) },
    );
  }
  return out.text;
}

/**
 * A callable macro of a block. Its free names are looked up in `scope` when it runs, so macros of
 * different files find each other. `onCall` is told of each call that no other bound macro makes, once
 * its arguments are known.
 */
export function bindMacro(
  block: MacroBlock,
  scope: Scope,
  options: { displayName?: string; onCall?: (() => void) | undefined } = {},
): Value {
  const env = newEnv(block.text, scope, false);
  const name = options.displayName ?? block.name;
  return new Macro(block.def, { env, frame: undefined }, name, options.onCall);
}

/** Calls a macro (or anything callable) from a host function: `yield*` it, or hand it to `suspend`. */
export function* callMacro(macro: Value, args: Value[], kwargs: Kwargs = noKwargs): Evaluation {
  const result = callValue(macro, args, kwargs);
  if (result instanceof Suspension) return yield* settle(result);
  return isGenerator(result) ? yield* result : result;
}
