import { didYouMean } from '../errors/suggest.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroIndex } from './macro-index.ts';

/** What to do about a name that nothing defines: the macro nearest to it, or where to look. */
export function undefinedHint(name: string, macros: MacroIndex, packageName: string): string {
  const own = macros.names(packageName);
  return (
    didYouMean(name, own) ??
    'There is no macro or variable of this name: check the spelling and the macros folder.'
  );
}

/** Gives "'x' is undefined" its hint, when the template engine had none. */
export function withUndefinedHint(
  error: TsdbtError,
  macros: MacroIndex,
  packageName: string,
): TsdbtError {
  const name = /^'(\w+)' is undefined$/.exec(error.message)?.[1];
  if (error.name !== 'jinja-undefined' || error.hint !== undefined || name === undefined)
    return error;
  return error.with({ hint: undefinedHint(name, macros, packageName) });
}
