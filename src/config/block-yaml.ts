import {
  deepest,
  flowValue,
  isNoKey,
  notPlain,
  plainScalar,
  quotedScalar,
  skipBlanks,
  trimSpaces,
} from './block-yaml-values.ts';

/** A text read as block YAML, with the offset of each key and item. */
export interface BlockYaml {
  readonly value: unknown;
  /** Offsets of the keys of a mapping or the items of a list, in their order. */
  readonly offsets: ReadonlyMap<object, readonly number[]>;
}

const key = /([A-Za-z_+][\w+.-]*):(?=[ \n]|$)/y;
// Tabs, carriage returns, other control characters, byte order marks.
const unusual =
  /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef\u{10000}-\u{1ffff}]/u;
const structure = /^(?:---|\.\.\.|%)/m;

interface Reader {
  readonly text: string;
  readonly offsets: Map<object, number[]>;
  readonly yesNo: boolean;
  /** Where the current line begins, where its text begins, and where it ends. */
  line: number;
  start: number;
  end: number;
  /** Column of the current line's text; -1 at the end of the file. */
  indent: number;
}

/**
 * Reads the plain part of YAML that property files are written in: block mappings and lists,
 * one-line texts, numbers, words, and one-line flow lists and mappings, with comments. Gives
 * undefined for anything else (anchors, tags, block texts, texts over several lines, repeated keys,
 * mistakes): that is for the full parser, which decides and words the errors. For what is read, the
 * value and the offsets are those of the full parser. `yesNo` takes `yes` and `no` as booleans.
 */
export function readBlockYaml(text: string, yesNo: boolean): BlockYaml | undefined {
  if (unusual.test(text) || structure.test(text)) return undefined;
  const reader: Reader = { text, offsets: new Map(), yesNo, line: 0, start: 0, end: -1, indent: 0 };
  try {
    nextLine(reader);
    if (reader.indent === -1) return undefined;
    const value = readBlock(reader, reader.indent, 1);
    if (reader.indent !== -1) return undefined;
    return { value, offsets: reader.offsets };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Moves to the next line that is neither blank nor a comment. */
function nextLine(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const line = reader.end + 1;
    if (line >= text.length) {
      reader.indent = -1;
      return;
    }
    const newline = text.indexOf('\n', line);
    reader.end = newline === -1 ? text.length : newline;
    const start = skipBlanks(text, line);
    if (start >= reader.end || text.charCodeAt(start) === 35 /* # */) continue;
    reader.line = line;
    reader.start = start;
    reader.indent = start - line;
    return;
  }
}

/** A mapping or a list whose first key or dash stands at the reader's place, in column `indent`. */
function readBlock(reader: Reader, indent: number, depth: number): unknown {
  if (depth > deepest) throw notPlain;
  return isDash(reader) ? readList(reader, indent, depth) : readMapping(reader, indent, depth);
}

function isDash({ text, start, end }: Reader): boolean {
  return text.charCodeAt(start) === 45 && (start + 1 === end || text.charCodeAt(start + 1) === 32);
}

function readMapping(reader: Reader, indent: number, depth: number): unknown {
  const { text } = reader;
  const mapping: Record<string, unknown> = {};
  const offsets: number[] = [];
  while (reader.indent === indent) {
    key.lastIndex = reader.start;
    const match = key.exec(text);
    if (match === null || key.lastIndex > reader.end) throw notPlain;
    const name = match[1]!;
    if (isNoKey(name) || Object.hasOwn(mapping, name)) throw notPlain;
    offsets.push(reader.start);
    const at = skipBlanks(text, reader.start + name.length + 1);
    if (at < reader.end && text.charCodeAt(at) !== 35) {
      mapping[name] = readInline(reader, at);
      nextLine(reader);
      if (reader.indent > indent) throw notPlain;
      continue;
    }
    nextLine(reader);
    if (reader.indent > indent) mapping[name] = readBlock(reader, reader.indent, depth + 1);
    else if (reader.indent === indent && isDash(reader))
      mapping[name] = readList(reader, indent, depth + 1);
    else mapping[name] = null;
  }
  if (reader.indent > indent) throw notPlain;
  reader.offsets.set(mapping, offsets);
  return mapping;
}

function readList(reader: Reader, indent: number, depth: number): unknown {
  const { text } = reader;
  const list: unknown[] = [];
  const offsets: number[] = [];
  while (reader.indent === indent && isDash(reader)) {
    const at = skipBlanks(text, reader.start + 1);
    if (at >= reader.end || text.charCodeAt(at) === 35) throw notPlain;
    offsets.push(at);
    key.lastIndex = at;
    const match = key.exec(text);
    if (match !== null && key.lastIndex <= reader.end) {
      // A mapping that begins behind the dash: its keys stand in the column of the first one.
      reader.start = at;
      reader.indent = at - reader.line;
      if (depth >= deepest) throw notPlain;
      list.push(readMapping(reader, reader.indent, depth + 1));
    } else {
      list.push(readInline(reader, at));
      nextLine(reader);
    }
    if (reader.indent > indent) throw notPlain;
  }
  reader.offsets.set(list, offsets);
  return list;
}

/** A value that ends on the line it begins on. */
function readInline(reader: Reader, at: number): unknown {
  const { text, end } = reader;
  const first = text.charCodeAt(at);
  if (first === 34 || first === 39) {
    const [value, behind] = quotedScalar(text, at, end);
    endOfLine(text, behind, end);
    return value;
  }
  if (first === 91 || first === 123) {
    const [value, behind] = flowValue(text, at, end, reader.offsets, reader.yesNo);
    endOfLine(text, behind, end);
    return value;
  }
  const rest = text.slice(at, end);
  const comment = rest.indexOf(' #');
  const plain = trimSpaces(comment === -1 ? rest : rest.slice(0, comment));
  if (plain.includes(': ') || plain.endsWith(':')) throw notPlain;
  return plainScalar(plain, reader.yesNo);
}

/** Behind a value only blanks and a comment may stand. */
function endOfLine(text: string, at: number, end: number): void {
  const rest = skipBlanks(text, at);
  if (rest >= end) return;
  if (text.charCodeAt(rest) !== 35 || rest === at) throw notPlain;
}
