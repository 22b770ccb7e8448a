import { isUtf8 } from 'node:buffer';
import { countLines, isJson, isSpace, trimComma, trimEnd } from './json-bytes.ts';
import { type ElementStyle, elementStyle, findElementStart } from './json-element-start.ts';
import type { JsonReader } from './json-fields.ts';
import {
  type LandingRecord,
  type RecordSplitter,
  rawLimit,
  rawOfText,
  rawText,
} from './landing-record.ts';

const byte = {
  quote: 0x22,
  comma: 0x2c,
  backslash: 0x5c,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
  newline: 0x0a,
} as const;

const empty = Buffer.alloc(0);
/** Bytes behind the start of an element that are looked at to know it by its first key. */
const keyBytes = 4096;
/** How often the start of an element is looked for behind one without an end: each look is long. */
const mostCuts = 100;

export interface JsonArrayRules {
  readonly reader: JsonReader;
  readonly maxBytes: number;
  /** Ends the reading of a file that is no array. */
  readonly refuse: (problem: string) => never;
  /** Called when it can't be said how many records there are; may throw. */
  readonly onIncomplete: (problem: string) => void;
  /** Whether the array is a part of a file, so that there may be other text behind it. */
  readonly isPart?: boolean;
}

/**
 * Splits one JSON array of objects into its elements, in memory for one element. An element that is
 * not an object, not JSON or longer than `maxBytes` is malformed, and reading goes on at the next
 * one: behind the comma, or, when the element hides its end (a stray quote), at what starts like the
 * others (see `json-element-start.ts`). Where that is nowhere, records may be missing.
 */
export class JsonArraySplitter implements RecordSplitter {
  readonly #rules: JsonArrayRules;
  /** `lost`: an element hides its end, and nothing near it looks like the next one. */
  #state: 'start' | 'array' | 'after' | 'lost' = 'start';
  /** Brackets open inside the element. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Whether the element hides its end: its start and the next one are known, not what is between. */
  #isBroken = false;
  #line = 1;
  #record = 0;
  /** Bytes from the start of the element; from the last line end when there is none. */
  #bytes: Buffer = empty;
  /** How far `#bytes` has been looked at. */
  #at = 0;
  /** Where the element starts in `#bytes`; -1 before its first byte. */
  #from = -1;
  #startLine = 0;
  /** Position in the file of the first of `#bytes`. */
  #base = 0;
  /** Length of an element that is too long, of which `#bytes` no longer has all. */
  #overlong = 0;
  #head: Buffer = empty;
  #style: ElementStyle | undefined;
  #isStyleSure = false;
  /** Where text goes on behind a bracket that closes the array. */
  #closed: { readonly byte: number; readonly line: number } | undefined;
  #isFirstChunk = true;
  #cuts = 0;

  constructor(rules: JsonArrayRules) {
    this.#rules = rules;
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (this.#isFirstChunk && !this.#skipBom(false)) return [];
    const records: LandingRecord[] = [];
    this.#scan(records);
    if (this.#state === 'lost') this.#shorten();
    else this.#forget();
    return records;
  }

  end(): readonly LandingRecord[] {
    if (this.#isFirstChunk) this.#skipBom(true);
    const records: LandingRecord[] = [];
    this.#scan(records);
    while (this.#state === 'array' && this.#isOpen() && this.#cutAtNext(records)) {
      this.#scan(records);
    }
    this.#finish(records);
    return records;
  }

  /** Whether an element has no end so far, and all of its bytes are at hand. */
  #isOpen(): boolean {
    return this.#from !== -1 && this.#overlong === 0;
  }

  #skipBom(final: boolean): boolean {
    if (this.#bytes.length < 3 && !final) return false;
    this.#isFirstChunk = false;
    const [a, b, c] = this.#bytes;
    if (a === 0xef && b === 0xbb && c === 0xbf) this.#drop(3);
    return true;
  }

  #scan(records: LandingRecord[]): void {
    if (this.#isBroken && !this.#recover(records)) return;
    while (this.#at < this.#bytes.length && this.#state !== 'lost') {
      const at = this.#at;
      const char = this.#bytes[at]!;
      if (char === byte.newline) {
        // A string can't hold a line end: a quote is missing, or there is one too many.
        if (this.#inString && this.#overlong === 0) {
          this.#isBroken = true;
          if (!this.#recover(records)) return;
          continue;
        }
        this.#line++;
      }
      this.#step(char, records);
      // A broken element may have sent the reading back to where the next one starts.
      if (this.#at === at) this.#at++;
      if (this.#from !== -1 && this.#at - this.#from > this.#rules.maxBytes + keyBytes) {
        if (this.#overlong > 0 || !this.#cutAtNext(records)) this.#shorten();
      }
    }
  }

  /** Ends an element that does not end where it could at the start of the next one, if there is one. */
  #cutAtNext(records: LandingRecord[]): boolean {
    if (this.#cuts >= mostCuts) return false;
    const next = this.#nextStart(this.#at);
    if (next === -1) return false;
    this.#cuts++;
    this.#cutAt(next, records);
    return true;
  }

  #step(char: number, records: LandingRecord[]): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (char === byte.backslash) this.#escaped = true;
      else if (char === byte.quote) this.#inString = false;
      return;
    }
    if (isSpace(char)) return;
    if (this.#state === 'start') {
      if (char !== byte.openList) {
        this.#rules.refuse(
          'is not a JSON array of objects; for one object a line use `format: jsonl`, for an array inside of an object `records:`',
        );
      }
      this.#state = 'array';
      return;
    }
    if (this.#state === 'array' && this.#depth === 0) {
      if (char === byte.comma || char === byte.closeList) {
        this.#endElement(char === byte.closeList, records);
        return;
      }
    }
    if (this.#state === 'after') {
      if (this.#rules.isPart === true) return;
      if (char === byte.comma || char === byte.openObject) {
        this.#closed ??= { byte: this.#base + this.#at + 1, line: this.#line };
        this.#state = 'array';
        if (char === byte.comma) return;
      }
    }
    if (this.#from === -1) this.#startElement(this.#at);
    if (this.#state === 'after') return;
    if (char === byte.quote) this.#inString = true;
    else if (char === byte.openObject || char === byte.openList) this.#depth++;
    else if ((char === byte.closeObject || char === byte.closeList) && this.#depth > 0) {
      this.#depth--;
    }
  }

  #startElement(at: number): void {
    this.#from = at;
    this.#startLine = this.#line;
  }

  #endElement(isLast: boolean, records: LandingRecord[]): void {
    if (this.#from !== -1) {
      const end = this.#at;
      const element = trimEnd(this.#bytes.subarray(this.#from, end));
      const read = this.#overlong > 0 ? undefined : this.#read(element);
      if (read === undefined || read.problem === null) {
        records.push(read ?? this.#tooLong(end));
      } else {
        const next = isJson(element) ? -1 : this.#nextStart(end);
        if (next !== -1) {
          // Read once more, up to the next one only: it is still one record.
          this.#record--;
          this.#cutAt(next, records);
          return;
        }
        records.push(read);
      }
    } else if (!isLast || this.#record > 0) {
      // `[]` has no element; `[1,]` and `[,1]` have an empty one.
      this.#startLine = this.#line;
      records.push(this.#malformed(empty, 'there is nothing between two commas'));
    }
    if (isLast) this.#state = 'after';
    this.#reset();
  }

  /** Looks for the next element behind a broken one; false when more bytes are needed. */
  #recover(records: LandingRecord[]): boolean {
    const { maxBytes } = this.#rules;
    const next = this.#nextStart(Math.min(this.#bytes.length, this.#from + maxBytes + keyBytes));
    if (next !== -1 && next - this.#from <= maxBytes) {
      this.#cutAt(next, records);
      return true;
    }
    if (this.#bytes.length - this.#from > maxBytes + keyBytes) {
      this.#isBroken = false;
      this.#state = 'lost';
      this.#at = this.#bytes.length;
      this.#shorten();
    }
    return false;
  }

  /** Where the next element starts in the text of the current one, -1 when it does not. */
  #nextStart(end: number): number {
    const piece = this.#bytes.subarray(this.#from, end);
    const style = this.#style ?? elementStyle(piece, this.#textBefore());
    const found = findElementStart(piece, style);
    return found === -1 ? -1 : this.#from + found;
  }

  /** Ends the current element as malformed at `next`, where another one starts. */
  #cutAt(next: number, records: LandingRecord[]): void {
    const piece = trimComma(this.#bytes.subarray(this.#from, next));
    const read = this.#read(piece);
    records.push(read.problem === null ? this.#again(read, piece, 'no comma follows it') : read);
    this.#line = this.#startLine + countLines(this.#bytes, this.#from, next);
    this.#reset();
    this.#at = next;
  }

  #read(element: Buffer): LandingRecord {
    this.#learnStyle(element, false);
    if (element.length > this.#rules.maxBytes) return this.#tooLong(this.#from + element.length);
    if (!isUtf8(element)) return this.#malformed(element, 'the record is not UTF-8');
    const text = element.toString('utf8');
    const read = this.#rules.reader.read(text);
    if (read.problem !== null) return this.#malformed(element, read.problem);
    this.#learnStyle(element, true);
    return {
      record: ++this.#record,
      line: this.#startLine,
      raw: rawOfText(text),
      fields: read.fields,
      problem: null,
      rescued: read.rescued,
    };
  }

  /** The first element may be broken: what one that is whole shows counts from then on. */
  #learnStyle(element: Buffer, isWhole: boolean): void {
    if (element[0] !== byte.openObject || this.#isStyleSure) return;
    if (this.#style !== undefined && !isWhole) return;
    this.#isStyleSure = isWhole;
    const style = elementStyle(element, this.#textBefore());
    // Text before a later element may be gone.
    this.#style = this.#style === undefined ? style : { ...this.#style, firstKey: style.firstKey };
  }

  /** A record that was read, as a malformed one with the same number. */
  #again(read: LandingRecord, piece: Buffer, problem: string): LandingRecord {
    return { ...read, raw: rawText(piece), fields: null, problem, rescued: null };
  }

  /** Keeps the head and the length of an element that is too long, and the state of its brackets. */
  #shorten(): void {
    if (this.#state === 'lost') this.#at = this.#bytes.length;
    if (this.#overlong === 0) {
      this.#learnStyle(this.#bytes.subarray(this.#from), false);
      const limit = Math.min(rawLimit, this.#rules.maxBytes);
      this.#head = Buffer.from(this.#bytes.subarray(this.#from, this.#from + limit));
    }
    const gone = this.#at - this.#from;
    this.#overlong += gone;
    this.#drop(this.#at);
    this.#from = 0;
  }

  #tooLong(end: number): LandingRecord {
    const length = this.#overlong + end - this.#from;
    const head = this.#overlong > 0 ? this.#head : this.#bytes.subarray(this.#from, end);
    return this.#malformed(
      head,
      `the record has ${length} bytes, more than max_line_bytes (${this.#rules.maxBytes})`,
      length,
    );
  }

  #finish(records: LandingRecord[]): void {
    if (this.#state === 'start') return;
    if (this.#closed !== undefined) {
      const { byte: first, line } = this.#closed;
      this.#rules.onIncomplete(
        `the array is closed before its last record (bytes ${first} to ${this.#base + this.#bytes.length}, from line ${line}): records may be missing`,
      );
    }
    const from = this.#base + Math.max(this.#from, 0) - this.#overlong;
    const place = `bytes ${from + 1} to ${this.#base + this.#bytes.length}, from line ${this.#from === -1 ? this.#line : this.#startLine}`;
    const tail = this.#from === -1 ? empty : trimEnd(this.#bytes.subarray(this.#from));
    if (this.#state === 'after') {
      if (tail.length === 0) return;
      const problem = 'there is text after the end of the array';
      this.#rules.onIncomplete(`${problem} (${place})`);
      records.push(this.#malformed(tail, problem));
      return;
    }
    const problem =
      this.#state === 'lost'
        ? "it is not JSON, and where the next record starts can't be said: records may be missing"
        : 'the file ends before the array is closed: records may be missing';
    this.#rules.onIncomplete(`${problem} (${place})`);
    if (this.#from === -1) this.#startLine = this.#line;
    else if (this.#depth === 0 && !this.#inString && !this.#isBroken && this.#overlong === 0) {
      const read = this.#read(tail);
      if (read.problem === null) {
        records.push(read);
        this.#startLine = this.#line;
        records.push(this.#malformed(empty, problem));
        return;
      }
      this.#record--;
    }
    records.push(
      this.#overlong > 0
        ? this.#malformed(this.#head, problem, this.#overlong + tail.length)
        : this.#malformed(tail, problem),
    );
  }

  #malformed(bytes: Buffer, problem: string, length = bytes.length): LandingRecord {
    return {
      record: ++this.#record,
      line: this.#startLine,
      raw: rawText(bytes, length),
      fields: null,
      problem,
      rescued: null,
    };
  }

  #reset(): void {
    this.#from = -1;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#isBroken = false;
    this.#overlong = 0;
    this.#head = empty;
  }

  /** The text of the element's line before it. */
  #textBefore(): string {
    const from = this.#bytes.lastIndexOf(byte.newline, Math.max(0, this.#from - 1)) + 1;
    return this.#bytes.subarray(Math.min(from, this.#from), this.#from).toString('latin1');
  }

  /** Lets go of bytes that are not needed again: what is before the element, or its line. */
  #forget(): void {
    const end = this.#from === -1 ? this.#at : this.#from;
    const lineStart = end === 0 ? 0 : this.#bytes.lastIndexOf(byte.newline, end - 1) + 1;
    // The indent of the first element is asked for, and a line is not that long.
    const keep = this.#style === undefined && end - lineStart < 4096 ? lineStart : end;
    this.#drop(keep);
    // The chunk's memory is the reader's and is used again.
    this.#bytes = Buffer.from(this.#bytes);
  }

  #drop(count: number): void {
    this.#bytes = this.#bytes.subarray(count);
    this.#base += count;
    this.#at = Math.max(0, this.#at - count);
    if (this.#from !== -1) this.#from -= count;
  }
}
