import { didYouMean } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { parseVars } from '../vars.ts';
import { eventNames } from './event-names.ts';
import { deprecations, type WarnErrorOptions } from './warning-level.ts';

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
