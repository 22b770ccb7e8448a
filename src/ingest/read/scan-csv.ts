import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What a fast look at the bytes of a CSV file tells. */
export interface CsvScan {
  /** Whether every line is one record that any CSV reader splits in the same way. */
  readonly plain: boolean;
  readonly sha256: string;
  readonly bytes: number;
  /** Physical lines without the blank ones at the end of the file. */
  readonly lines: number;
}

export interface CsvScanOptions {
  readonly delimiter: string;
  readonly quote: string;
  readonly maxLineBytes: number;
  /** Whether the first line holds the names of the columns: it may not be there again. */
  readonly header: boolean;
  /** Look at the start of the file only; `lines`, `bytes` and `sha256` then mean nothing. */
  readonly probe?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
/** Used in the database to tell an empty field from a missing one; see `stage-csv.ts`. */
const MARK = 0x01;
const chunkBytes = 1 << 20;
/** DuckDB's own limit of a line. */
const databaseLineBytes = 2_000_000;

/**
 * Reads a CSV file once: its hash, its number of lines, and whether it is plain, which means valid
 * UTF-8, one kind of line end, no blank line inside, no control marks, no overlong line, and quotes
 * only around whole fields that end on their line, and no line that repeats the header. Stops early when the file is not plain; then the
 * other figures mean nothing.
 */
export async function scanCsv(absolutePath: string, options: CsvScanOptions): Promise<CsvScan> {
  const hash = createHash('sha256');
  const limit = Math.min(options.maxLineBytes, databaseLineBytes - 1);
  const look = new LineLook(options, limit);
  const buffer = Buffer.allocUnsafe(chunkBytes + databaseLineBytes);
  const file = await open(absolutePath, 'r');
  let kept = 0;
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, kept, chunkBytes, bytes);
      if (bytesRead > 0) hash.update(buffer.subarray(kept, kept + bytesRead));
      bytes += bytesRead;
      const filled = buffer.subarray(0, kept + bytesRead);
      const whole = bytesRead === 0 ? filled.length : filled.lastIndexOf(LF) + 1;
      const plain = look.lines(filled.subarray(0, whole));
      kept = filled.length - whole;
      if (!plain || kept > limit) return { plain: false, sha256: '', bytes, lines: 0 };
      if (bytesRead === 0 || options.probe) break;
      buffer.copyWithin(0, whole, filled.length);
    }
  } finally {
    await file.close();
  }
  return { plain: true, sha256: hash.digest('hex'), bytes, lines: look.count };
}

/** Looks at whole lines; `count` is the number of lines up to the last one that is not blank. */
class LineLook {
  count = 0;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #limit: number;
  readonly #hasHeader: boolean;
  #header: Buffer | undefined;
  #blank = 0;
  #crlf: boolean | undefined;

  constructor(options: CsvScanOptions, limit: number) {
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#quote = options.quote === '' ? -1 : options.quote.charCodeAt(0);
    this.#limit = limit;
    this.#hasHeader = options.header;
  }

  /** Whether these lines are plain. The last one may lack its end. */
  lines(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    if (bytes.includes(0) || bytes.includes(MARK) || !isUtf8(bytes)) return false;
    let nextCr = bytes.indexOf(CR);
    let nextQuote = this.#quote === -1 ? -1 : bytes.indexOf(this.#quote);
    let start = 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(LF, start);
      const next = found === -1 ? bytes.length : found + 1;
      let end = found === -1 ? bytes.length : found;
      const hasCr = nextCr !== -1 && nextCr < next;
      if (hasCr) {
        if (nextCr !== end - 1) return false;
        end--;
        nextCr = bytes.indexOf(CR, next);
      }
      if (found !== -1) {
        this.#crlf ??= hasCr;
        if (this.#crlf !== hasCr) return false;
      } else if (hasCr) return false;
      if (end === start) this.#blank++;
      else {
        if (this.#blank > 0 || end - start > this.#limit) return false;
        if (this.#header === undefined) this.#header = Buffer.from(bytes.subarray(start, end));
        else if (this.#isHeader(bytes, start, end)) return false;
        this.count++;
      }
      if (nextQuote !== -1 && nextQuote < end) {
        if (!this.#wellQuoted(bytes.subarray(start, end))) return false;
        nextQuote = bytes.indexOf(this.#quote, end);
      }
      start = next;
    }
    return true;
  }

  #isHeader(bytes: Buffer, start: number, end: number): boolean {
    const header = this.#header!;
    return (
      this.#hasHeader &&
      end - start === header.length &&
      bytes[start] === header[0] &&
      header.compare(bytes, start, end) === 0
    );
  }

  /** Whether quotes stand only around whole fields of this line, doubled inside. */
  #wellQuoted(line: Buffer): boolean {
    for (let at = 0; ; ) {
      if (line[at] !== this.#quote) {
        const stop = line.indexOf(this.#delimiter, at);
        const quote = line.indexOf(this.#quote, at);
        // A quote inside a field that is not quoted: readers differ about it.
        if (quote !== -1 && (stop === -1 || quote < stop)) return false;
        if (stop === -1) return true;
        at = stop + 1;
        continue;
      }
      at++;
      for (;;) {
        const stop = line.indexOf(this.#quote, at);
        if (stop === -1) return false;
        at = stop + 1;
        if (line[at] !== this.#quote) break;
        at++;
      }
      if (at === line.length) return true;
      if (line[at] !== this.#delimiter) return false;
      at++;
    }
  }
}
