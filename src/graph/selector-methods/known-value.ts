import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';

/** Refuses a value that a method with a fixed list of values does not have. */
export function knownValue(method: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  const selector = `${method}:${value}`;
  throw tsdbtError('selector-value-unknown', { selector, known, near: suggest(value, known) });
}
