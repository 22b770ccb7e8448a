import { didYouMean } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { parseVars } from '../vars.ts';
import { eventNames, isDeprecation } from './event-names.ts';

/** Which warnings are errors, warnings, or nothing, by event name; `Deprecations` stands for all of them. */
export type WarnErrorOptions = {
  readonly error: 'all' | readonly string[];
  readonly warn: readonly string[];
  readonly silence: readonly string[];
};

export const noWarnErrorOptions: WarnErrorOptions = { error: [], warn: [], silence: [] };

/** What `--warn-error` stands for. */
export const everyWarning: WarnErrorOptions = { error: 'all', warn: [], silence: [] };

const deprecations = 'Deprecations';

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

/** `--warn-error-options`: a YAML or JSON mapping. */
export function parseWarnErrorOptions(text: string): WarnErrorOptions {
  return warnErrorOptions(parseVars(text, '--warn-error-options'));
}

/**
 * A mapping of `error` (a list, or `all`), `warn` and `silence`, or `include` and `exclude` as the first
 * two were once called. Throws for names that no event has (core `config/utils.py`).
 */
export function warnErrorOptions(value: unknown): WarnErrorOptions {
  if (!isPlainObject(value)) throw invalid('must be a mapping of error, warn and silence');
  for (const key of Object.keys(value)) {
    if (!['error', 'warn', 'silence', 'include', 'exclude'].includes(key))
      throw invalid(`has no key "${key}": there are error, warn and silence`);
  }
  const either = (key: string, old: string) => {
    if (isGiven(value[key]) && isGiven(value[old])) throw invalid(`has both ${key} and ${old}`);
    return isGiven(value[key]) ? value[key] : value[old];
  };
  const error = either('error', 'include');
  const options = {
    error: error === 'all' || error === '*' ? ('all' as const) : namesOf('error', error),
    warn: namesOf('warn', either('warn', 'exclude')),
    silence: namesOf('silence', value['silence']),
  };
  const covers = (list: 'all' | readonly string[]) => list === 'all' || list.includes(deprecations);
  if (options.warn.length > 0 && !covers(options.error) && !covers(options.silence))
    throw invalid('says warn without an error: all that it would be an exception of');
  return options as WarnErrorOptions;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function namesOf(key: string, value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    const words = key === 'error' ? 'all, or a list of event names' : 'a list of event names';
    throw invalid(`must have ${words} for ${key}`);
  }
  return value.map((name) => {
    if (name === deprecations || eventNames.has(String(name))) return String(name);
    const hint = didYouMean(String(name), [...eventNames, deprecations]);
    throw invalid(`names "${String(name)}", which is no warning`, hint);
  });
}

function invalid(problem: string, hint?: string) {
  return tsdbtError('warn-error-options-invalid', { problem, hint });
}
