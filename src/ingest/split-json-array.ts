import { isUtf8 } from 'node:buffer';
import { type JsonColumns, readJsonObject } from './json-fields.ts';
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

/**
 * Splits one JSON array of objects into its elements, in memory for one element. What stands
 * between two commas of the outer array is an element; one that is not an object, not JSON or
 * longer than `maxBytes` is malformed, and the next one is read. A file that ends inside the array
 * gives one malformed record for its tail.
 */
export class JsonArraySplitter implements RecordSplitter {
  readonly #columns: JsonColumns;
  readonly #maxBytes: number;
  readonly #onUnknownKey: (key: string) => void;
  readonly #refuse: (problem: string) => never;
  #state: 'start' | 'array' | 'after' = 'start';
  /** Brackets open inside the element. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #record = 0;
  /** The element so far: the bytes of earlier chunks, its length, the line it starts on. */
  #head: Buffer = empty;
  #length = 0;
  #startLine = 0;
  #bomRest: Buffer | undefined = empty;

  constructor(
    columns: JsonColumns,
    maxBytes: number,
    onUnknownKey: (key: string) => void,
    refuse: (problem: string) => never,
  ) {
    this.#columns = columns;
    this.#maxBytes = maxBytes;
    this.#onUnknownKey = onUnknownKey;
    this.#refuse = refuse;
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    const bytes = this.#withoutBom(chunk, false);
    return bytes === undefined ? [] : this.#scan(bytes);
  }

  end(): readonly LandingRecord[] {
    const bytes = this.#withoutBom(empty, true);
    const records = bytes === undefined ? [] : [...this.#scan(bytes)];
    if (this.#state === 'start') return records;
    if (this.#state === 'after') {
      if (this.#length > 0) {
        records.push(this.#malformed('there is text after the end of the array'));
      }
      return records;
    }
    if (this.#length > 0 && this.#depth === 0 && !this.#inString) {
      records.push(this.#element());
    }
    if (this.#length === 0) this.#startLine = this.#line;
    records.push(
      this.#malformed('the file ends before the array is closed: records may be missing'),
    );
    return records;
  }

  #withoutBom(chunk: Buffer, final: boolean): Buffer | undefined {
    if (this.#bomRest === undefined) return chunk;
    const bytes = this.#bomRest.length === 0 ? chunk : Buffer.concat([this.#bomRest, chunk]);
    if (bytes.length < 3 && !final) {
      this.#bomRest = bytes;
      return undefined;
    }
    this.#bomRest = undefined;
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }

  #scan(bytes: Buffer): LandingRecord[] {
    const records: LandingRecord[] = [];
    /** Where the part of the element that is in this chunk starts; -1 before its first byte. */
    let from = this.#length > 0 ? 0 : -1;
    for (let at = 0; at < bytes.length; at++) {
      const char = bytes[at]!;
      if (char === byte.newline) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (char === byte.backslash) this.#escaped = true;
        else if (char === byte.quote) this.#inString = false;
        continue;
      }
      if (isSpace(char)) continue;
      if (this.#state === 'start') {
        if (char !== byte.openList) {
          this.#refuse('is not a JSON array of objects; for one object a line use `format: jsonl`');
        }
        this.#state = 'array';
        continue;
      }
      if (this.#state === 'array' && this.#depth === 0) {
        if (char === byte.comma || char === byte.closeList) {
          const last = char === byte.closeList;
          this.#collect(bytes, from, at);
          if (this.#length > 0) records.push(this.#element());
          // `[]` has no element; `[1,]` and `[,1]` have an empty one.
          else if (!last || this.#record > 0) {
            this.#startLine = this.#line;
            records.push(this.#malformed('there is nothing between two commas'));
          }
          from = -1;
          if (last) this.#state = 'after';
          continue;
        }
      }
      if (from === -1) {
        from = at;
        this.#startLine = this.#line;
      }
      if (this.#state === 'after') continue;
      if (char === byte.quote) this.#inString = true;
      else if (char === byte.openObject || char === byte.openList) this.#depth++;
      else if ((char === byte.closeObject || char === byte.closeList) && this.#depth > 0) {
        this.#depth--;
      }
    }
    this.#collect(bytes, from, bytes.length);
    return records;
  }

  /** Adds bytes to the element; of one that is too long only the head is kept. */
  #collect(bytes: Buffer, from: number, to: number): void {
    if (from === -1 || to <= from) return;
    const part = bytes.subarray(from, to);
    this.#length += part.length;
    const limit = this.#length > this.#maxBytes ? Math.min(rawLimit, this.#maxBytes) : this.#length;
    const joined = this.#head.length === 0 ? part : Buffer.concat([this.#head, part]);
    // The chunk's memory is the reader's and is used again.
    this.#head = Buffer.from(joined.subarray(0, limit));
  }

  #element(): LandingRecord {
    // White space before the comma is not part of the element, nor of its length.
    const bytes = this.#length > this.#maxBytes ? this.#head : trimEnd(this.#head);
    if (this.#length > this.#maxBytes) {
      return this.#malformed(
        `the record has ${this.#length} bytes, more than max_line_bytes (${this.#maxBytes})`,
      );
    }
    if (!isUtf8(bytes)) return this.#malformed('the record is not UTF-8');
    const text = bytes.toString('utf8');
    const read = readJsonObject(text, this.#columns);
    if (read.problem !== null) return this.#malformed(read.problem);
    for (const key of read.unknownKeys) this.#onUnknownKey(key);
    const record = this.#next(rawOfText(text), read.fields, null);
    this.#reset();
    return record;
  }

  #malformed(problem: string): LandingRecord {
    const whole = this.#head.length === this.#length;
    const bytes = whole ? trimEnd(this.#head) : this.#head;
    const record = this.#next(rawText(bytes, whole ? bytes.length : this.#length), null, problem);
    this.#reset();
    return record;
  }

  #next(raw: string, fields: LandingRecord['fields'], problem: string | null): LandingRecord {
    return { record: ++this.#record, line: this.#startLine, raw, fields, problem };
  }

  #reset(): void {
    this.#head = empty;
    this.#length = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1]!)) end--;
  return bytes.subarray(0, end);
}
