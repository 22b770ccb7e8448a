import { isUtf8 } from 'node:buffer';
import { rawLimit, rawText } from './landing-record.ts';

/** A physical line. Ends are `\n`, `\r\n` or a lone `\r`; the last line needs none. */
export interface PhysicalLine {
  /** From 1. */
  readonly number: number;
  /** The text without its end; null when the line has a problem. */
  readonly text: string | null;
  readonly end: '\n' | '\r\n' | '\r' | '';
  /** Length in bytes, without the end. */
  readonly length: number;
  readonly problem: string | null;
  /** The text to show for a line with a problem, cut and cleaned; '' for a good line. */
  readonly raw: string;
  /** Quotes in a line with a problem: an odd number opens or closes a quoted field. */
  readonly quotes: number;
}

const LF = 0x0a;
const CR = 0x0d;
const empty = Buffer.alloc(0);

/**
 * Splits bytes into physical lines in constant memory. A line that is longer than `maxBytes`, has
 * invalid UTF-8 or a NUL byte is given as a line with a problem. A byte order mark at the start of
 * the file is not part of the first line. The result does not depend on where chunks are cut.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #quote: number;
  #rest: Buffer = empty;
  #number = 0;
  #started = false;
  /** Bytes of an overlong line that were thrown away already, and what is kept of its start. */
  #skipped: { head: Buffer; length: number; quotes: number } | undefined;

  /** `quote` is the character that is counted in lines with a problem; '' for none. */
  constructor(maxBytes: number, quote = '') {
    this.#maxBytes = maxBytes;
    this.#quote = quote === '' ? -1 : quote.charCodeAt(0);
  }

  push(chunk: Buffer): PhysicalLine[] {
    return this.#split(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  end(): PhysicalLine[] {
    return this.#split(this.#rest, true);
  }

  #split(given: Buffer, final: boolean): PhysicalLine[] {
    let bytes = given;
    if (!this.#started) {
      if (bytes.length < 3 && !final) {
        this.#rest = bytes;
        return [];
      }
      this.#started = true;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    const lines: PhysicalLine[] = [];
    // Checked in one go up to the last line end, where no character can be cut in two.
    const checked = final ? bytes.length : bytes.lastIndexOf(LF) + 1;
    const clean = isClean(bytes.subarray(0, checked));
    let start = 0;
    let nextLf = bytes.indexOf(LF);
    let nextCr = bytes.indexOf(CR);
    while (nextLf !== -1 || nextCr !== -1) {
      const atCr = nextCr !== -1 && (nextLf === -1 || nextCr < nextLf);
      const at = atCr ? nextCr : nextLf;
      // A `\r` at the very end may be the first half of `\r\n`.
      if (atCr && at === bytes.length - 1 && !final) break;
      const end = !atCr ? '\n' : bytes[at + 1] === LF ? '\r\n' : '\r';
      lines.push(this.#line(bytes, start, at, end, clean && at <= checked));
      start = at + end.length;
      if (nextLf !== -1 && nextLf < start) nextLf = bytes.indexOf(LF, start);
      if (nextCr !== -1 && nextCr < start) nextCr = bytes.indexOf(CR, start);
    }
    if (final && (start < bytes.length || this.#skipped !== undefined)) {
      lines.push(this.#line(bytes, start, bytes.length, '', clean));
      start = bytes.length;
    }
    this.#keep(bytes, start);
    return lines;
  }

  /** Keeps the unfinished line, or only its head and length when it is too long already. */
  #keep(bytes: Buffer, start: number): void {
    const length = bytes.length - start;
    if (this.#skipped === undefined && length <= this.#maxBytes + 1) {
      this.#rest = start === 0 ? bytes : bytes.subarray(start);
      return;
    }
    // A last `\r` stays in the rest: the next byte says what it is.
    const stay = bytes[bytes.length - 1] === CR && length > 0 ? 1 : 0;
    const gone = bytes.subarray(start, bytes.length - stay);
    this.#skipped = {
      head: this.#skipped?.head ?? Buffer.from(gone.subarray(0, this.#headLimit())),
      length: (this.#skipped?.length ?? 0) + gone.length,
      quotes: (this.#skipped?.quotes ?? 0) + this.#quotesIn(gone),
    };
    this.#rest = stay === 1 ? Buffer.from(bytes.subarray(bytes.length - 1)) : empty;
  }

  #headLimit(): number {
    return Math.min(rawLimit, this.#maxBytes);
  }

  #line(
    bytes: Buffer,
    start: number,
    end: number,
    lineEnd: PhysicalLine['end'],
    clean: boolean,
  ): PhysicalLine {
    const number = ++this.#number;
    const skipped = this.#skipped;
    this.#skipped = undefined;
    const length = end - start + (skipped?.length ?? 0);
    if (length > this.#maxBytes) {
      const head = skipped?.head ?? bytes.subarray(start, Math.min(end, start + this.#headLimit()));
      const problem = `the line has ${length} bytes, more than max_line_bytes (${this.#maxBytes})`;
      const quotes = (skipped?.quotes ?? 0) + this.#quotesIn(bytes.subarray(start, end));
      const raw = rawText(head, length);
      return { number, text: null, end: lineEnd, length, problem, raw, quotes };
    }
    if (!clean) {
      const line = bytes.subarray(start, end);
      const problem = flawOf(line);
      if (problem !== null) {
        const quotes = this.#quotesIn(line);
        return { number, text: null, end: lineEnd, length, problem, raw: rawText(line), quotes };
      }
    }
    const text = bytes.toString('utf8', start, end);
    return { number, text, end: lineEnd, length, problem: null, raw: '', quotes: 0 };
  }

  #quotesIn(bytes: Buffer): number {
    let count = 0;
    if (this.#quote === -1) return count;
    for (let at = bytes.indexOf(this.#quote); at !== -1; at = bytes.indexOf(this.#quote, at + 1))
      count++;
    return count;
  }
}

function isClean(bytes: Buffer): boolean {
  return !bytes.includes(0) && isUtf8(bytes);
}

/** What makes these bytes no text, with the position of the first bad byte; null for good text. */
function flawOf(bytes: Buffer): string | null {
  if (!isUtf8(bytes)) return `byte ${firstInvalid(bytes) + 1} of the record is not UTF-8`;
  const nul = bytes.indexOf(0);
  return nul === -1 ? null : `byte ${nul + 1} of the record is NUL`;
}

/** Offset of the first byte that is not part of a valid character. */
function firstInvalid(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    let length = 1;
    while (length <= 4 && !isUtf8(bytes.subarray(at, at + length))) length++;
    if (length > 4) return at;
    at += length;
  }
  return at;
}
