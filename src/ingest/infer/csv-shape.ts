import { CsvSplitter } from '../read/split-csv.ts';
import { defaultMaxLineBytes } from '../source/landing-config.ts';
import type { KnownShape } from './file-shape.ts';

interface CsvFound {
  readonly delimiter: string;
  readonly header: boolean;
  readonly first: readonly string[];
}

const delimiters = [',', ';', '\t', '|'];
const linesToTry = 200;

/** The delimiter that splits the first lines evenly into most fields, and whether they have a header. */
export function csvShape(head: string, known: KnownShape): CsvFound {
  const text = head.split('\n').slice(0, linesToTry).join('\n');
  let best:
    | {
        readonly delimiter: string;
        readonly rows: readonly (readonly string[])[];
        readonly score: number;
      }
    | undefined;
  for (const delimiter of known.delimiter === undefined ? delimiters : [known.delimiter]) {
    const { rows, share } = split(text, delimiter);
    const width = rows[0]?.length ?? 1;
    const score = width === 1 ? 0 : share * 1000 + width;
    if (best === undefined || score > best.score) best = { delimiter, rows, score };
  }
  const { delimiter, rows } = best!;
  const header = known.header ?? hasHeader(rows);
  return { delimiter, header, first: rows[0] ?? [] };
}

/** The records by a delimiter, and the share of those that have as many fields as the first. */
function split(
  text: string,
  delimiter: string,
): { readonly rows: readonly (readonly string[])[]; readonly share: number } {
  let first: readonly string[] = [];
  const splitter = new CsvSplitter({
    delimiter,
    quote: '"',
    maxLineBytes: defaultMaxLineBytes,
    header: true,
    layout: (header) => {
      first = header ?? [];
      return {
        positions: first.map((_, index) => index),
        width: first.length,
        least: first.length,
        extras: [],
        ignored: [],
      };
    },
    refuse: (problem): never => {
      throw new Error(problem);
    },
  });
  try {
    const records = [...splitter.push(Buffer.from(text)), ...splitter.end()];
    const whole = records.flatMap(({ fields }) =>
      fields === null ? [] : [fields.map((f) => f ?? '')],
    );
    return { rows: [first, ...whole], share: (whole.length + 1) / (records.length + 1) };
  } catch {
    return { rows: [[text.split('\n')[0] ?? '']], share: 0 };
  }
}

/**
 * A header has names where the records have values. Where all is text, it is a header if each field of
 * it could be the name of a column.
 */
function hasHeader([first = [], ...rest]: readonly (readonly string[])[]): boolean {
  const isTyped = first.map(isValue);
  const below = first.map((_, index) => {
    const values = rest.map((row) => row[index] ?? '').filter((value) => value !== '');
    return values.length > 0 && values.every(isValue);
  });
  if (below.some((typed, index) => typed && !isTyped[index])) return true;
  if (below.some((typed, index) => typed && isTyped[index])) return false;
  return (
    new Set(first).size === first.length &&
    first.every((name) => name.length <= 63 && /^[\p{L}_][\p{L}\p{N}_ .#%()/-]*$/u.test(name))
  );
}

function isValue(text: string): boolean {
  return (
    /^[+-]?\d[\d.,]*$/.test(text) ||
    /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/.test(text) ||
    /^(true|false)$/i.test(text)
  );
}
