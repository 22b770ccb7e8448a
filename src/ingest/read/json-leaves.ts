import { type DataType, isScalar } from '../values/data-type.ts';
import { forEachEntry, forEachItem, stringValue, valueEnd } from './json-text.ts';

/**
 * A value of a nested type as JSON text whose scalars are strings with the text as it was written:
 * so no number passes through a float on its way to its type. A map becomes a list of pairs. Where
 * the value has another shape than the type, the answer is its whole text as one string.
 *
 * @param text Valid JSON text; the value is at `from` to `end`.
 * @param onUnknownKey Called with the path of keys that the type does not have.
 */
export function jsonLeaves(
  text: string,
  from: number,
  end: number,
  type: DataType,
  onUnknownKey: (path: string) => void,
): string {
  const leaves = leavesOf(text, from, end, type, '', onUnknownKey);
  return leaves ?? JSON.stringify(text.slice(from, end));
}

/** {@link jsonLeaves} of a text that need not be JSON: the field of a CSV file. */
export function jsonLeavesOf(
  text: string,
  type: DataType,
  onUnknownKey: (path: string) => void,
): string | null {
  try {
    if (JSON.parse(text) === null) return null;
  } catch {
    return JSON.stringify(text);
  }
  const from = text.search(/\S/);
  return jsonLeaves(text, from, valueEnd(text, from), type, onUnknownKey);
}

function leavesOf(
  text: string,
  from: number,
  end: number,
  type: DataType,
  path: string,
  onUnknownKey: (path: string) => void,
): string | undefined {
  const value = text.slice(from, end);
  if (value === 'null') return value;
  if (isScalar(type)) {
    const scalar = text[from] === '"' ? stringValue(text, from, end) : value;
    return isUnstorable(scalar) ? undefined : JSON.stringify(scalar);
  }
  const parts: string[] = [];
  let fits = true;
  const add = (part: string | undefined, key = '') => {
    if (part === undefined) fits = false;
    else parts.push(`${key}${part}`);
  };
  if (type.kind === 'list') {
    if (text[from] !== '[') return undefined;
    forEachItem(text, from, (start, stop) =>
      add(leavesOf(text, start, stop, type.item, `${path}[]`, onUnknownKey)),
    );
    return fits ? `[${parts.join(',')}]` : undefined;
  }
  if (text[from] !== '{') return undefined;
  const seen = new Set<string>();
  forEachEntry(text, from, (key, start, stop) => {
    if (seen.has(key) || isUnstorable(key)) fits = false;
    seen.add(key);
    const inner = `${path}.${key}`;
    if (type.kind === 'map') {
      const leaf = leavesOf(text, start, stop, type.value, inner, onUnknownKey);
      add(leaf, `{"key":${JSON.stringify(key)},"value":`);
      if (leaf !== undefined) parts.push(`${parts.pop()}}`);
      return;
    }
    const field = type.fields.find(({ name }) => name === key);
    if (field === undefined) onUnknownKey(inner.slice(1));
    else
      add(leavesOf(text, start, stop, field.type, inner, onUnknownKey), `${JSON.stringify(key)}:`);
  });
  if (!fits) return undefined;
  return type.kind === 'map' ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

/** NUL can't be in text of the database, half a surrogate pair can't be written as UTF-8. */
export function isUnstorable(value: string): boolean {
  return value.includes('\0') || !value.isWellFormed();
}
