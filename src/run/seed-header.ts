import { closeSync, openSync, readSync } from 'node:fs';

export interface SeedHeader {
  /** Names of the columns, none twice; empty when the file has nothing in it. */
  readonly columns: readonly string[];
  /** Blank lines before it. */
  readonly blankLines: number;
}

/**
 * The header of a CSV file. It is read here because the database, left to itself, takes the first
 * line that suits the others: a row with a field too many would become the header and all before
 * it would be lost.
 */
export function readSeedHeader(path: string, delimiter: string): SeedHeader {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(65_536);
      const size = readSync(file, chunk);
      chunks.push(chunk.subarray(0, size));
      const found = headerOf(Buffer.concat(chunks).toString('utf8'), delimiter, size === 0);
      if (found !== undefined) return found;
    }
  } finally {
    closeSync(file);
  }
}

/** Undefined while its record is not complete. */
function headerOf(text: string, delimiter: string, isAll: boolean): SeedHeader | undefined {
  const blank = /^(?:\uFEFF)?((?:\r\n|\n|\r)*)/.exec(text)!;
  const fields: string[] = [];
  let at = blank[0].length;
  if (at === text.length) return isAll ? { columns: [], blankLines: 0 } : undefined;
  for (let field = ''; ; ) {
    if (text[at] === '"' && field === '') {
      const end = endOfQuoted(text, at + 1);
      if (end === undefined) return isAll ? header([...fields, text.slice(at)]) : undefined;
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else if (at >= text.length) {
      return isAll ? header([...fields, field]) : undefined;
    } else if (text.startsWith(delimiter, at)) {
      fields.push(field);
      field = '';
      at += delimiter.length;
    } else if (text[at] === '\n' || text[at] === '\r') {
      return header([...fields, field]);
    } else field += text[at++];
  }

  function header(names: readonly string[]): SeedHeader {
    return { columns: uniqueNames(names), blankLines: blank[1]!.match(/\r\n|\n|\r/g)?.length ?? 0 };
  }
}

function endOfQuoted(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] !== '"') continue;
    if (text[at + 1] !== '"') return at;
    at++;
  }
  return undefined;
}

/** A column without a name gets a letter, a second one of a name a number, as dbt has it. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((written, index) => {
    const name = written.trim() || letters(index);
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${name}_${count}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

function letters(index: number): string {
  return String.fromCharCode(97 + (index % 26)).repeat(Math.floor(index / 26) + 1);
}
