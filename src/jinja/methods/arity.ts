import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { typeName } from '../values/type-name.ts';

/** Checks the number of arguments of a method that takes no keywords, in Python's words. */
export function checkArity(
  owner: string,
  name: string,
  args: readonly Value[],
  kwargs: Kwargs,
  least: number,
  most = least,
): void {
  if (kwargs.size > 0) raisePython('TypeError', `${owner}.${name}() takes no keyword arguments`);
  const given = args.length;
  if (given >= least && given <= most) return;
  if (most === 0)
    raisePython('TypeError', `${owner}.${name}() takes no arguments (${given} given)`);
  if (least === most && most === 1) {
    raisePython('TypeError', `${owner}.${name}() takes exactly one argument (${given} given)`);
  }
  const bound = given < least ? least : most;
  const which = least === most ? '' : given < least ? 'at least ' : 'at most ';
  const s = bound === 1 ? '' : 's';
  raisePython('TypeError', `${name} expected ${which}${bound} argument${s}, got ${given}`);
}

/** The text of an argument; a TypeError for any other type. */
export function textArgument(value: Value, message: (type: string) => string): string {
  return typeof value === 'string' ? value : raisePython('TypeError', message(typeName(value)));
}
