import type { LandingColumn } from '../source/landing-columns.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { isScalar } from '../values/data-type.ts';
import { isUnstorable, jsonLeaves } from './json-leaves.ts';
import { forEachEntry, stringValue } from './json-text.ts';

/** Reads the objects of one JSON file as the columns of its source. */
export interface JsonReader {
  readonly read: (text: string) => JsonFields;
  /** Declared columns that no object had so far. */
  readonly unseen: () => readonly LandingColumn[];
}

export interface JsonFields {
  readonly fields: readonly (string | null)[] | null;
  readonly problem: string | null;
  readonly rescued: string | null;
}

/** Called with a key that no column is declared for, and in how many records it is (one). */
export type OnUnknownKey = (key: string, records?: number) => void;

/**
 * Reads JSON objects as text: strings as they are, numbers exactly as written, nested values as JSON
 * text (see `json-leaves.ts` for nested types), null and missing keys as NULL. A key that is there
 * twice makes the record malformed: one of its values would be lost.
 */
export function jsonReader(
  { columns, newColumn }: Pick<LandingConfig, 'columns' | 'newColumn'>,
  onUnknownKey: OnUnknownKey,
): JsonReader {
  const positions = new Map(columns.map(({ from }, index) => [from, index]));
  const isSeen = new Array<boolean>(columns.length).fill(false);
  const rescues = newColumn === 'rescue' || newColumn === 'add';
  return {
    read: readObject,
    unseen: () => columns.filter((_, index) => !isSeen[index]),
  };

  function readObject(text: string): JsonFields {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      return malformed(`it is not JSON: ${shortMessage(error)}`);
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return malformed(`it is ${kindOf(parsed)}, not an object`);
    }
    const fields = new Array<string | null>(columns.length).fill(null);
    const unknown = new Map<string, string>();
    let problem: string | undefined;
    let entries = 0;
    forEachEntry(text, text.indexOf('{'), (key, start, end) => {
      entries++;
      const position = positions.get(key);
      if (position === undefined) {
        unknown.set(key, text.slice(start, end));
        return;
      }
      isSeen[position] = true;
      const { type, name } = columns[position]!;
      const value = isScalar(type)
        ? scalarText(text, start, end)
        : text.startsWith('null', start)
          ? null
          : jsonLeaves(text, start, end, type, (path) => onUnknownKey(`${name}.${path}`));
      if (value !== null && isUnstorable(value)) {
        problem ??= `the value of "${key}" has a character that is no text`;
      }
      fields[position] = value;
    });
    // The parsed object has each key once.
    if (entries !== Object.keys(parsed).length) {
      return malformed(`the key "${repeatedKey(text)}" is there twice`);
    }
    if (problem !== undefined) return malformed(problem);
    for (const key of unknown.keys()) onUnknownKey(key);
    const rescued = rescues && unknown.size > 0 ? rescuedText(unknown, newColumn === 'add') : null;
    if (rescued !== null && hasHalfCharacter(rescued)) {
      return malformed('a value that is not declared has a character that is no text');
    }
    return { fields, problem: null, rescued };
  }
}

/** Fields as a JSON object; as columns of text, scalars are texts as they were written. */
function rescuedText(unknown: ReadonlyMap<string, string>, isOfTexts: boolean): string {
  const entries = [...unknown].map(([key, value]) => {
    const isScalar = isOfTexts && !/^["{[n]/.test(value);
    return `${JSON.stringify(key)}:${isScalar ? JSON.stringify(value) : value}`;
  });
  return `{${entries.join(',')}}`;
}

/** Whether JSON text has half of a surrogate pair, as an escape: the database takes it for no JSON. */
function hasHalfCharacter(text: string): boolean {
  if (!/\\ud[89a-f]/i.test(text)) return false;
  return /\\ud[89a-f][0-9a-f]{2}/i.test(JSON.stringify(JSON.parse(text)));
}

function repeatedKey(text: string): string {
  const seen = new Set<string>();
  let repeated = '';
  forEachEntry(text, text.indexOf('{'), (key) => {
    if (seen.has(key) && repeated === '') repeated = key.slice(0, 60);
    seen.add(key);
  });
  return repeated;
}

function malformed(problem: string): JsonFields {
  return { fields: null, problem, rescued: null };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** V8's message without the piece of the input that it quotes. */
function shortMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (\.\.\.)?"[\s\S]*$/, '').replace(/ in JSON at position.*$/s, '');
}

function scalarText(text: string, from: number, end: number): string | null {
  if (text[from] === '"') return stringValue(text, from, end);
  const value = text.slice(from, end);
  return value === 'null' ? null : value;
}
