import type { Json } from '../contracts/json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { atomPattern, defaultMethod } from './atom-pattern.ts';

/** A selector as selectors.yml has it, its texts rendered. */
export interface WrittenSelector {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly default?: boolean | null | undefined;
  readonly definition: unknown;
}

/**
 * Selectors as the manifest has them: each text of a definition, and each mapping of one key, written out as
 * a method and its value (core `config/selectors.py`, `SelectorDict`). Names of other selectors stay names.
 */
export function manifestSelectors(
  selectors: readonly WrittenSelector[],
): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    selectors.map((selector) => [
      selector.name,
      { ...selector, definition: writtenOut(selector.definition) } as Json,
    ]),
  );
}

function writtenOut(definition: unknown): Json {
  if (typeof definition === 'string') return ofSpec(definition);
  if (!isPlainObject(definition)) return (definition ?? null) as Json;
  for (const kind of ['union', 'intersection']) {
    const parts = definition[kind];
    if (Array.isArray(parts)) return { [kind]: parts.map(writtenOut) };
  }
  const [[key, value] = [], ...others] = Object.entries(definition);
  if (key === undefined) return {};
  const values = (Array.isArray(value) ? value.map(writtenOut) : value) as Json;
  if (key === 'exclude') return { exclude: values };
  return others.length === 0 ? { method: key, value: values } : (definition as Json);
}

const flags: ReadonlySet<string> = new Set(['childrens_parents', 'parents', 'children']);

/** `2+tag:nightly` by its parts, those that are not there left out. */
function ofSpec(text: string): Json {
  const groups = atomPattern.exec(text)?.groups;
  if (groups === undefined) return { error: 'Invalid selector spec' };
  const { value = '' } = groups;
  const parts = { ...groups, method: groups['method'] ?? defaultMethod(value) };
  const given = Object.entries(parts).filter(([, part]) => (part ?? '') !== '');
  return Object.fromEntries(given.map(([key, part]) => [key, flags.has(key) ? true : part!]));
}
