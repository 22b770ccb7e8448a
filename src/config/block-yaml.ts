import { deepest, flowValue } from './block-yaml-flow.ts';
import { isNoKey, lineEnd, notPlain, skipBlanks } from './block-yaml-scalars.ts';
import { blockText, plainText, quotedText } from './block-yaml-texts.ts';

/** A text read as block YAML, with the offset of each key and item. */
export interface BlockYaml {
  readonly value: unknown;
  /**
   * Offsets of the keys of a mapping or the items of a list, in their order; the complement (`~offset`)
   * where the value is an alias, because what is in it stands elsewhere.
   */
  readonly offsets: ReadonlyMap<object, readonly number[]>;
}

const key = /(?:([A-Za-z_+][\w+.-]*)|(["'])([A-Za-z_][\w .:-]*)\2) *:(?=[ \n]|$)/y;
const anchorName = /&(\w+)(?=[ \n])/y;
const aliasName = /\*(\w+)(?=[ \n]|$)/y;
/** Aliases of one anchor: of more the full parser may say that they are too many. */
const mostAliases = 98;
// Tabs, carriage returns, other control characters, byte order marks.
const unusual =
  /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffef\u{10000}-\u{1ffff}]/u;
// Marks of documents and directives; one document may begin with its mark.
const opening = '---\n';
const structure = /(?:^(?!---\n)|\n)(?:---|\.\.\.|%)/;

/** What an anchor (`&name`) names, and how many more aliases (`*name`) may take it. */
interface Anchor {
  value: unknown;
  left: number;
}

interface Reader {
  readonly text: string;
  readonly offsets: Map<object, number[]>;
  readonly anchors: Map<string, Anchor>;
  readonly dbt: boolean;
  /** How many aliases were read. */
  aliases: number;
  /** Where the current line begins, where its text begins, and where it ends. */
  line: number;
  start: number;
  end: number;
  /** Column of the current line's text; -1 at the end of the file. */
  indent: number;
  /** Where the value that was read last begins; of an alias the complement. */
  place: number;
}

/**
 * Reads the part of YAML that property files are written in: block mappings and lists, texts (also
 * over several lines), numbers, words, block texts (`|`, `>`), flow lists and mappings, anchors and
 * aliases, comments. Gives undefined for anything else (tags, merge keys, block texts that state
 * their indent, repeated keys, mistakes): that is for the full parser, which decides and words the
 * errors. For what is read, the value and the offsets are those of the full parser. With `dbt`, `yes`
 * and `no` are booleans, and a block text that ends the file has no line break at its end.
 */
export function readBlockYaml(text: string, dbt: boolean): BlockYaml | undefined {
  if (unusual.test(text) || structure.test(text)) return undefined;
  const reader: Reader = {
    ...{ text, offsets: new Map(), anchors: new Map(), dbt, aliases: 0 },
    ...{ line: 0, start: 0, indent: 0, place: 0 },
    end: text.startsWith(opening) ? opening.length - 1 : -1,
  };
  try {
    nextLine(reader);
    if (reader.indent === -1) return undefined;
    const value = readBlock(reader, 1);
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
    reader.end = lineEnd(text, line);
    const start = skipBlanks(text, line);
    if (start >= reader.end || text.charCodeAt(start) === 35 /* # */) continue;
    reader.line = line;
    reader.start = start;
    reader.indent = start - line;
    return;
  }
}

/** A mapping or a list whose first key or dash stands at the reader's place. */
function readBlock(reader: Reader, depth: number): unknown {
  const { indent } = reader;
  return isDash(reader) ? readList(reader, indent, depth) : readMapping(reader, indent, depth);
}

function isDash({ text, start, end }: Reader): boolean {
  return text.charCodeAt(start) === 45 && (start + 1 === end || text.charCodeAt(start + 1) === 32);
}

/** Whether a key of a block mapping stands at a place of the current line. */
function isKey(reader: Reader, at: number): boolean {
  key.lastIndex = at;
  return key.test(reader.text);
}

function readMapping(reader: Reader, indent: number, depth: number): unknown {
  if (depth > deepest) throw notPlain;
  const mapping: Record<string, unknown> = {};
  const offsets: number[] = [];
  while (reader.indent === indent) {
    const { start } = reader;
    key.lastIndex = start;
    const match = key.exec(reader.text);
    const name = match?.[1] ?? match?.[3];
    if (name === undefined || isNoKey(name) || Object.hasOwn(mapping, name)) throw notPlain;
    mapping[name] = readValue(reader, skipBlanks(reader.text, key.lastIndex), indent, depth);
    offsets.push(reader.place < 0 ? ~start : start);
  }
  if (reader.indent > indent) throw notPlain;
  reader.offsets.set(mapping, offsets);
  return mapping;
}

function readList(reader: Reader, indent: number, depth: number): unknown {
  if (depth > deepest) throw notPlain;
  const list: unknown[] = [];
  const offsets: number[] = [];
  while (reader.indent === indent && isDash(reader)) {
    const at = skipBlanks(reader.text, reader.start + 1);
    if (isKey(reader, at)) {
      // A mapping that begins behind the dash: its keys stand in the column of the first one.
      reader.start = at;
      reader.indent = at - reader.line;
      list.push(readMapping(reader, reader.indent, depth + 1));
      offsets.push(at);
    } else {
      list.push(readValue(reader, at, indent, depth, true));
      offsets.push(reader.place);
    }
    if (reader.indent > indent) throw notPlain;
  }
  reader.offsets.set(list, offsets);
  return list;
}

/** The value that stands behind, or under, a key or a dash in column `indent`. */
function readValue(
  reader: Reader,
  at: number,
  indent: number,
  depth: number,
  isItem = false,
): unknown {
  if (at < reader.end) {
    const first = reader.text.charCodeAt(at);
    if (first === 38 /* & */) return readAnchor(reader, at, indent, depth, isItem);
    if (first === 42 /* * */) return readAlias(reader, at);
    if (first !== 35 /* # */) return readInline(reader, at, indent);
  }
  nextLine(reader);
  const { start } = reader;
  let value: unknown = null;
  if (reader.indent > indent) {
    if (!isDash(reader) && !isKey(reader, start)) return readInline(reader, start, indent);
    value = readBlock(reader, depth + 1);
  } else if (isItem) throw notPlain;
  else if (reader.indent === indent && isDash(reader)) value = readList(reader, indent, depth + 1);
  reader.place = start;
  return value;
}

/** A value that has a name. Inside it the name means nothing yet. */
function readAnchor(
  reader: Reader,
  at: number,
  indent: number,
  depth: number,
  isItem: boolean,
): unknown {
  anchorName.lastIndex = at;
  const name = anchorName.exec(reader.text)?.[1];
  if (name === undefined) throw notPlain;
  const anchor: Anchor = { value: undefined, left: 0 };
  reader.anchors.set(name, anchor);
  const { aliases } = reader;
  const begin = skipBlanks(reader.text, anchorName.lastIndex);
  const isNamedAgain = reader.text[begin] === '&' || reader.text[begin] === '*';
  if (isNamedAgain || isKey(reader, begin)) throw notPlain;
  const value = readValue(reader, begin, indent, depth, isItem);
  if (value === null) throw notPlain;
  // How often a value with aliases in it may be taken is for the full parser to count.
  if (reader.aliases === aliases) Object.assign(anchor, { value, left: mostAliases });
  return value;
}

function readAlias(reader: Reader, at: number): unknown {
  aliasName.lastIndex = at;
  const anchor = reader.anchors.get(aliasName.exec(reader.text)?.[1] ?? '');
  if (anchor === undefined || anchor.left === 0) throw notPlain;
  anchor.left--;
  reader.aliases++;
  endOfLine(reader.text, aliasName.lastIndex, reader.end);
  nextLine(reader);
  reader.place = ~at;
  return anchor.value;
}

/** A text, a word, a number, a flow list or a flow mapping, to its last line. */
function readInline(reader: Reader, at: number, indent: number): unknown {
  const { text, dbt } = reader;
  const first = text[at]!;
  const isBlock = first === '|' || first === '>';
  let read: [unknown, number];
  if (isBlock) read = blockText(text, at, indent);
  else if (first === '"' || first === "'") read = quotedText(text, at, indent);
  else if (first === '[' || first === '{') read = flowValue(text, at, indent, reader.offsets, dbt);
  else read = plainText(text, at, indent, dbt);
  const [value, behind] = read;
  reader.end = lineEnd(text, behind);
  endOfLine(text, behind, reader.end);
  nextLine(reader);
  reader.place = at;
  // dbt takes the blanks around a file away before it reads it.
  return isBlock && dbt && reader.indent === -1 ? (value as string).replace(/\n$/, '') : value;
}

/** Behind a value only blanks and a comment may stand. */
function endOfLine(text: string, at: number, end: number): void {
  const rest = skipBlanks(text, at);
  if (rest >= end) return;
  if (text.charCodeAt(rest) !== 35 || rest === at) throw notPlain;
}
