import { isDeprecation } from './event-names.ts';

/** Which warnings are errors, warnings, or nothing, by event name; `Deprecations` stands for all of them. */
export type WarnErrorOptions = {
  readonly error: 'all' | readonly string[];
  readonly warn: readonly string[];
  readonly silence: readonly string[];
};

export const noWarnErrorOptions: WarnErrorOptions = { error: [], warn: [], silence: [] };

/** What `--warn-error` stands for. */
export const everyWarning: WarnErrorOptions = { error: 'all', warn: [], silence: [] };

/** Stands for every deprecation. */
export const deprecations = 'Deprecations';

/** What becomes of a warning: the exact name counts before `Deprecations`, that before `all`. */
export function warningLevel(
  name: string,
  { error, warn, silence }: WarnErrorOptions,
): 'error' | 'warn' | 'silence' {
  const old = isDeprecation(name);
  const named = (list: 'all' | readonly string[], word: string) =>
    list !== 'all' && list.includes(word);
  if (named(silence, name)) return 'silence';
  if (named(warn, name)) return 'warn';
  if (named(error, name)) return 'error';
  if (old && named(silence, deprecations)) return 'silence';
  if (old && named(warn, deprecations)) return 'warn';
  return error === 'all' || (old && named(error, deprecations)) ? 'error' : 'warn';
}
