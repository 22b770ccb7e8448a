import { reservedColumns } from '../source/landing-columns.ts';

/**
 * Names of columns for the names of fields: as they are where they can be, else in lower case with
 * underscores. Names that the engine gives itself, and those that are taken, get a number or an ending.
 */
export function columnNames(fields: readonly string[]): readonly string[] {
  const taken = new Set<string>(reservedColumns);
  return fields.map((field, index) => {
    const plain = safeName(field) || `column_${index + 1}`;
    let name = plain;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** The text as an identifier; '' when nothing of it can be in one. */
export function safeName(text: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && text.length <= 63) return text;
  const name = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 63);
  return /^\p{N}/u.test(name) ? `_${name}` : name;
}
