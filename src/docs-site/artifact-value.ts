import { jsonText } from '../util/exact-json.ts';
import { LargeInteger } from '../util/large-integer.ts';
import { keyText, mappingKey } from '../util/mapping-key.ts';
import { WholeFloat } from '../util/whole-float.ts';
import { visibleText } from './shared/visible-text.ts';
import type { Pair } from './shared/wire.ts';

/** A JSON object as it came from a file: nothing about it is known. */
export type Raw = Readonly<Record<string, unknown>>;

const nothing: Raw = Object.freeze(Object.create(null) as Record<string, unknown>);

/** The value as an object; an empty one when it is anything else. */
export function record(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Raw)
    : nothing;
}

/** An own property of an object; names from artifacts never reach the prototype. */
export function own(value: Raw, key: string): unknown {
  const property = mappingKey(key);
  return Object.hasOwn(value, property) ? value[property] : undefined;
}

/** The entries of an object, its own ones only. */
export function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(record(value)).map(([key, item]) => [keyText(key), item]);
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const isNumber = value instanceof WholeFloat || value instanceof LargeInteger;
  return typeof value === 'number' || isNumber ? String(value) : '';
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The strings of a list; one string counts as a list of one. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return listOf(value).filter((item): item is string => typeof item === 'string');
}

/** True for null, '', [] and {}: what an artifact writes where nothing was said. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return (
    typeof value === 'object' && !(value instanceof LargeInteger) && Object.keys(value).length === 0
  );
}

/** A config or meta value on one line: scalars as they are, the rest as short JSON. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) {
    return value.map(shown).join(', ');
  }
  const json = jsonText(value) ?? '';
  return visibleText(json.length > 4000 ? `${json.slice(0, 4000)} …` : json);
}

/** The entries that say something, as text. */
export function pairsOf(value: unknown): Pair[] {
  return entriesOf(value)
    .filter(([, item]) => !isEmpty(item))
    .map(([key, item]) => [visibleText(key), shown(item)]);
}

/** The object without empty values; undefined when none is left. */
export function compact<T extends object>(value: T): T {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined || item === '' || (Array.isArray(item) && item.length === 0)) continue;
    kept[key] = item;
  }
  return kept as T;
}
