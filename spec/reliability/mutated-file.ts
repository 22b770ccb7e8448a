import { gzipSync } from 'node:zlib';

export type Format = 'csv' | 'json' | 'jsonl';

/** A row as it was generated; `marker` is a text that occurs nowhere else. */
export interface Row {
  readonly marker: string;
  readonly id: string;
  readonly name: string;
  readonly amount: string;
  readonly day: string;
  readonly note: string;
}

/** A landing file with some bytes changed, and what is known about it. */
export interface MutatedFile {
  readonly path: string;
  readonly format: Format;
  /** The bytes that are read as text, after the changes and before they are compressed. */
  readonly bytes: Buffer;
  /** What lands. */
  readonly content: Buffer;
  /** Whether the compressed bytes were changed, not the text. */
  readonly isTorn: boolean;
  readonly rows: readonly Row[];
  /** Rows of which no byte was changed, nor one of what separates them from the rows beside them. */
  readonly untouched: readonly Row[];
  /** Whether something before the first row was changed. */
  readonly headTouched: boolean;
  readonly changes: readonly string[];
}

export type Pick = (below: number) => number;

/** Numbers that look random and are the same for the same seed. */
export function picker(seed: number): Pick {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const notes = [
  'plain',
  'a, b',
  'He said "no"',
  '{"a": [1, 2}',
  'two\nlines',
  ', first',
  '',
  'Zürich 東京',
  'end"',
  '"',
  '\\',
  '[]},{',
];

/** Writes a good file and changes one to four places of it. */
export function mutatedFile(number: number, format: Format): MutatedFile {
  const pick = picker(number);
  const rows = Array.from({ length: 3 + pick(30) }, (_, index) => row(number, index, pick));
  const ranges: Range[] = [];
  let bytes = fileOf(format, rows, ranges, pick);
  const isPacked = pick(5) === 0;
  const isTorn = isPacked && pick(3) === 0;
  const changes: string[] = [];
  if (!isTorn) {
    for (let left = 1 + pick(4); left > 0; left--) {
      const edit = editOf(bytes, ranges, pick);
      changes.push(edit.name);
      bytes = apply(bytes, ranges, edit);
    }
  }
  let content = isPacked ? gzipSync(bytes) : bytes;
  if (isTorn) {
    const at = pick(content.length);
    const isCut = pick(2) === 0;
    changes.push(isCut ? `gzip cut at ${at}` : `gzip byte ${at}`);
    if (isCut) content = content.subarray(0, at);
    else content[at] = content[at]! ^ (1 + pick(255));
  }
  const [head, ...own] = ranges;
  // Without its first bytes it is no gzip any more, and read as the text that it is not.
  const isRaw = isTorn && content.subarray(0, 2).toString('hex') !== '1f8b';
  return {
    path: `landing/${format}/f${number}.${format}${isPacked ? '.gz' : ''}`,
    format,
    bytes: isRaw ? content : bytes,
    content,
    isTorn,
    rows,
    untouched: isRaw ? [] : rows.filter((_, index) => own[index]!.touched === false),
    headTouched: head!.touched,
    changes,
  };
}

function row(file: number, index: number, pick: Pick): Row {
  const letters = Array.from({ length: 6 }, () => String.fromCharCode(97 + pick(26))).join('');
  const marker = `k${file}x${index}${letters}`;
  return {
    marker,
    id: String(pick(1_000_000)),
    name: pick(4) === 0 ? `${marker}, Ltd` : marker,
    amount: `${pick(10_000)}.${String(pick(100)).padStart(2, '0')}`,
    day: `20${10 + pick(20)}-0${1 + pick(9)}-${10 + pick(18)}`,
    note: notes[pick(notes.length)]!,
  };
}

interface Range {
  start: number;
  /** Behind the end of the line. */
  end: number;
  touched: boolean;
  /** Bytes before the start that separate it from the row before. */
  readonly margin: number;
}

function fileOf(format: Format, rows: readonly Row[], ranges: Range[], pick: Pick): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  const add = (text: string, margin = 0) => {
    const part = Buffer.from(text);
    ranges.push({ start: at, end: at + part.length, touched: false, margin });
    at += part.length;
    parts.push(part);
  };
  const lineEnd = pick(4) === 0 ? '\r\n' : '\n';
  if (format === 'csv') {
    const quotes = pick(3);
    add(`id,name,amount,day,note${lineEnd}`);
    for (const { id, name, amount, day, note } of rows) {
      add(
        `${[id, name, amount, day, note].map((text) => csvField(text, quotes)).join(',')}${lineEnd}`,
      );
    }
  } else if (format === 'jsonl') {
    add('');
    for (const one of rows) add(`${jsonText(one)}${lineEnd}`);
  } else {
    const [open, between, close] = [
      ['[', ',', ']'],
      ['[', ', ', ']\n'],
      ['[\n', ',\n', '\n]\n'],
      ['[\n  ', ',\n  ', '\n]'],
    ][pick(4)]!;
    add(open!);
    for (const [index, one] of rows.entries())
      add(`${jsonText(one)}${index < rows.length - 1 ? between : close}`, between!.length + 1);
  }
  return Buffer.concat(parts);
}

function csvField(text: string, quotes: number): string {
  const must = /[",\r\n]/.test(text);
  return must || quotes === 0 ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonText({ id, name, amount, day, note }: Row): string {
  return `{"id": ${id}, "name": ${JSON.stringify(name)}, "amount": ${amount}, "day": "${day}", "note": ${JSON.stringify(note)}}`;
}

interface Edit {
  readonly name: string;
  readonly at: number;
  readonly remove: number;
  readonly insert: Buffer;
}

const inserts = [
  '"',
  '""',
  ',',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '\r',
  '\r\n',
  '\\',
  ':',
  '\0',
  '\ufeff',
  '},{',
  '",',
  ',"',
];

function editOf(bytes: Buffer, ranges: readonly Range[], pick: Pick): Edit {
  const at = pick(bytes.length + 1);
  const none = Buffer.alloc(0);
  const lines = ranges.filter(({ start, end }) => end > start);
  const line = lines[pick(lines.length)] ?? { start: 0, end: 0 };
  switch (pick(9)) {
    case 0:
      return { name: `flip ${at}`, at, remove: 1, insert: Buffer.from([pick(256)]) };
    case 1:
      return { name: `delete ${at}`, at, remove: 1 + pick(3), insert: none };
    case 2:
    case 3: {
      const text = inserts[pick(inserts.length)]!;
      return {
        name: `insert ${JSON.stringify(text)} ${at}`,
        at,
        remove: 0,
        insert: Buffer.from(text),
      };
    }
    case 4:
      return {
        name: `invalid UTF-8 ${at}`,
        at,
        remove: 0,
        insert: Buffer.from([0x80 + pick(128)]),
      };
    case 5:
      // Cutting at random places would leave few rows of most files.
      return pick(3) === 0
        ? { name: `truncate ${at}`, at, remove: bytes.length - at, insert: none }
        : { name: `delete ${at}`, at, remove: 1 + pick(40), insert: none };
    case 6:
      return {
        name: `repeat the head at ${line.start}`,
        at: line.start,
        remove: 0,
        insert: Buffer.from(bytes.subarray(ranges[0]!.start, ranges[0]!.end)),
      };
    case 7:
      return {
        name: `merge lines ${line.end}`,
        at: Math.max(0, line.end - 1),
        remove: 1,
        insert: none,
      };
    default:
      return {
        name: `repeat ${line.start}`,
        at: line.end,
        remove: 0,
        insert: Buffer.from(bytes.subarray(line.start, line.end)),
      };
  }
}

function apply(bytes: Buffer, ranges: Range[], { at, remove, insert }: Edit): Buffer {
  const gone = Math.min(remove, bytes.length - at);
  const moved = (position: number) => {
    if (position <= at) return position;
    return Math.max(at, position - gone) + insert.length;
  };
  for (const range of ranges) {
    if (at <= range.end && at + gone >= range.start - range.margin) range.touched = true;
    // Text inserted before a row is no part of it.
    range.start = range.start === at && gone === 0 ? at + insert.length : moved(range.start);
    range.end = moved(range.end);
  }
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + gone)]);
}
