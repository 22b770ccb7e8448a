import { type LandingRecord, type RecordSplitter, rawOfText } from './landing-record.ts';
import { LineSplitter, type PhysicalLine } from './split-lines.ts';

export interface CsvShape {
  readonly delimiter: string;
  /** '' when nothing is quoted. */
  readonly quote: string;
  readonly maxLineBytes: number;
  /** Whether the first line that is not blank holds the names of the columns. */
  readonly header: boolean;
  /**
   * Position in the record of each declared column. It is asked once, with the header's fields
   * (null when the shape has none), and throws when the header is wrong.
   */
  readonly positions: (header: readonly string[] | null) => readonly number[];
}

/**
 * Splits CSV (RFC 4180) into records. Quoted fields may hold delimiters, doubled quotes and line
 * ends. An empty field is NULL, quoted or not. Blank lines are no records. A record that goes wrong
 * is cut at the end of its first line and reading resumes on the next one, so a quote that is never
 * closed costs one record, not the rest of the file.
 */
export class CsvSplitter implements RecordSplitter {
  readonly #shape: CsvShape;
  readonly #lines: LineSplitter;
  #queue: PhysicalLine[] = [];
  #positions: readonly number[] | undefined;
  #record = 0;

  constructor(shape: CsvShape) {
    this.#shape = shape;
    this.#lines = new LineSplitter(shape.maxLineBytes);
    if (!shape.header) this.#positions = shape.positions(null);
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    return this.#take(this.#lines.push(chunk), false);
  }

  end(): readonly LandingRecord[] {
    return this.#take(this.#lines.end(), true);
  }

  #take(more: PhysicalLine[], final: boolean): LandingRecord[] {
    const queue = this.#queue.length === 0 ? more : this.#queue.concat(more);
    const records: LandingRecord[] = [];
    let at = 0;
    while (at < queue.length) {
      const first = queue[at]!;
      if (first.text === '') {
        at++;
        continue;
      }
      const parsed = parseRecord(queue, at, this.#shape, this.#positions?.length, final);
      if (parsed === 'more') break;
      at += parsed.lines;
      if (this.#positions === undefined) {
        this.#positions = this.#shape.positions(parsed.fields ?? [first.text ?? first.raw]);
      } else records.push(this.#toRecord(first, parsed, this.#positions));
    }
    this.#queue = at === 0 ? queue : queue.slice(at);
    return records;
  }

  #toRecord(
    first: PhysicalLine,
    parsed: ParsedRecord,
    positions: readonly number[],
  ): LandingRecord {
    const record = ++this.#record;
    const line = first.number;
    const { fields, problem } = parsed;
    if (fields === null) {
      return {
        record,
        line,
        raw: first.text === null ? first.raw : rawOfText(first.text),
        fields: null,
        problem,
      };
    }
    return {
      record,
      line,
      raw: rawOfText(parsed.raw),
      fields: positions.map((position) => {
        const field = fields[position]!;
        return field === '' ? null : field;
      }),
      problem: null,
    };
  }
}

interface ParsedRecord {
  /** Physical lines that the record takes. */
  readonly lines: number;
  readonly raw: string;
  readonly fields: readonly string[] | null;
  readonly problem: string | null;
}

/**
 * The record that starts at `queue[at]`, or 'more' when its end is not in the queue yet. `width` is
 * the number of fields it must have, undefined for the header.
 */
function parseRecord(
  queue: readonly PhysicalLine[],
  at: number,
  shape: CsvShape,
  width: number | undefined,
  final: boolean,
): ParsedRecord | 'more' {
  const first = queue[at]!;
  if (first.text === null) return malformed(first.problem ?? 'unreadable');
  if (shape.quote !== '' && first.text.includes(shape.quote)) {
    return parseQuoted(queue, at, shape, width, final);
  }
  const fields = first.text.split(shape.delimiter);
  if (width !== undefined && fields.length !== width) return malformed(wrongCount(fields, width));
  return { lines: 1, raw: first.text, fields, problem: null };
}

function parseQuoted(
  queue: readonly PhysicalLine[],
  at: number,
  { delimiter, quote, maxLineBytes }: CsvShape,
  width: number | undefined,
  final: boolean,
): ParsedRecord | 'more' {
  const fields: string[] = [];
  let line = queue[at]!;
  let text = line.text!;
  let raw = text;
  let lines = 1;
  let bytes = line.length;
  for (let i = 0; ; ) {
    if (text[i] !== quote) {
      const stop = text.indexOf(delimiter, i);
      fields.push(stop === -1 ? text.slice(i) : text.slice(i, stop));
      if (stop === -1) break;
      i = stop + 1;
      continue;
    }
    i++;
    let value = '';
    for (;;) {
      const stop = text.indexOf(quote, i);
      if (stop !== -1) {
        value += text.slice(i, stop);
        i = stop + 1;
        if (text[i] !== quote) break;
        value += quote;
        i++;
        continue;
      }
      const next = queue[at + lines];
      if (next === undefined && !final) return 'more';
      value += text.slice(i) + line.end;
      bytes += line.end.length + (next?.length ?? 0);
      if (next === undefined || next.text === null || bytes > maxLineBytes) {
        return malformed(`the quote of field ${fields.length + 1} is not closed`);
      }
      raw += line.end + next.text;
      line = next;
      text = next.text;
      lines++;
      i = 0;
    }
    fields.push(value);
    if (i === text.length) break;
    if (text[i] !== delimiter) {
      return malformed(
        lines === 1
          ? `there is text after the closing quote of field ${fields.length}`
          : `the quote of field ${fields.length} is not closed`,
      );
    }
    i++;
  }
  if (width !== undefined && fields.length !== width) {
    return malformed(
      lines === 1 ? wrongCount(fields, width) : 'a quote is not closed on this line',
    );
  }
  return { lines, raw, fields, problem: null };
}

/** A record that goes wrong takes one line only, whatever it seemed to span. */
function malformed(problem: string): ParsedRecord {
  return { lines: 1, raw: '', fields: null, problem };
}

/** Said the same way where the database counts the fields. */
function wrongCount(fields: readonly string[], width: number): string {
  return `the record has ${fields.length} fields, not ${width}`;
}
