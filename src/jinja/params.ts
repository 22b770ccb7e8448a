import type { Kwargs, Value } from './values/py-object.ts';
import { raisePython } from './values/raise.ts';

/** How a built-in's parameters are given, for {@link bindArgs}. */
export interface Signature {
  /** Name in error messages. */
  readonly name: string;
  readonly params: readonly string[];
  /** How many of the first parameters must be given. */
  readonly required?: number;
  /** Arguments that callers don't see (a filter's value, `self`) but Python counts. */
  readonly hidden?: number;
  /** Errors in the words of functions that Python has in C. */
  readonly native?: boolean;
}

/** The arguments of a call in the order of the parameters; undefined where none was given. */
export function bindArgs(
  signature: Signature,
  args: readonly Value[],
  kwargs: Kwargs,
): (Value | undefined)[] {
  const { name, params, required = 0, hidden = 0, native = false } = signature;
  if (args.length > params.length) tooMany(signature, args.length + hidden);
  const bound: (Value | undefined)[] = args.slice();
  while (bound.length < params.length) bound.push(undefined);
  for (const [key, value] of kwargs) {
    const place = params.indexOf(key);
    if (place === -1) {
      raisePython(
        'TypeError',
        native
          ? `'${key}' is an invalid keyword argument for ${name}()`
          : `${name}() got an unexpected keyword argument '${key}'`,
      );
    }
    if (bound[place] !== undefined) {
      raisePython('TypeError', `${name}() got multiple values for argument '${key}'`);
    }
    bound[place] = value;
  }
  const missing = params.slice(0, required).filter((_, i) => bound[i] === undefined);
  if (native && missing.length > 0) {
    const first = missing[0]!;
    raisePython(
      'TypeError',
      `function missing required argument '${first}' (pos ${params.indexOf(first) + 1})`,
    );
  }
  if (missing.length > 0) {
    const names = missing.map((param) => `'${param}'`);
    const last = names.pop()!;
    const list =
      names.length === 0 ? last : `${names.join(', ')}${names.length > 1 ? ',' : ''} and ${last}`;
    const s = missing.length === 1 ? '' : 's';
    raisePython(
      'TypeError',
      `${name}() missing ${missing.length} required positional argument${s}: ${list}`,
    );
  }
  return bound;
}

function tooMany({ name, params, required = 0, hidden = 0 }: Signature, given: number): never {
  const most = params.length + hidden;
  const takes = required === params.length ? String(most) : `from ${required + hidden} to ${most}`;
  const s = most === 1 && required === params.length ? '' : 's';
  const was = given === 1 ? 'was' : 'were';
  raisePython(
    'TypeError',
    `${name}() takes ${takes} positional argument${s} but ${given} ${was} given`,
  );
}
