import type { RecordLayout } from './header.ts';
import { type LandingRecord, type RecordSplitter, rawOfText } from './landing-record.ts';
import { parseCsvRecord } from './parse-csv-record.ts';
import { LineSplitter, type PhysicalLine } from './split-lines.ts';

export interface CsvShape {
  readonly delimiter: string;
  /** '' when nothing is quoted. */
  readonly quote: string;
  readonly maxLineBytes: number;
  /** Whether the first line that is not blank holds the names of the columns. */
  readonly header: boolean;
  /** Lines before the header that are no records. */
  readonly skipRows?: number;
  /** Lines at the end of the file that are no records; blank lines behind them do not count. */
  readonly skipFooter?: number;
  /** Lines that start with this text are no records; '' for none. */
  readonly comment?: string;
  /**
   * Where the fields of a record go. It is asked once, with the header's fields (null when the shape
   * has none), and throws when the header is wrong.
   */
  readonly layout: (header: readonly string[] | null) => RecordLayout;
  /** Called with the line of a header that is repeated among the records. */
  readonly onRepeatedHeader?: (line: number) => void;
  /** Ends the reading of the file with a problem. */
  readonly refuse: (problem: string) => never;
}

/**
 * Splits CSV (RFC 4180) into records. Quoted fields may hold delimiters, doubled quotes and line
 * ends. An empty field is NULL, quoted or not. Blank lines, comments and repeated headers are no
 * records. A quote that is never closed costs one line, and a quoted field that is closed costs the
 * lines that it spans, however long it is (see `parse-csv-record.ts`).
 */
export class CsvSplitter implements RecordSplitter {
  readonly #shape: CsvShape;
  readonly #lines: LineSplitter;
  #queue: PhysicalLine[] = [];
  #skip: number;
  #header: readonly string[] | undefined;
  #layout: RecordLayout | undefined;
  #record = 0;

  constructor(shape: CsvShape) {
    this.#shape = shape;
    this.#skip = shape.skipRows ?? 0;
    this.#lines = new LineSplitter(shape.maxLineBytes, shape.quote);
    if (!shape.header) this.#layout = shape.layout(null);
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    return this.#take(this.#lines.push(chunk), false);
  }

  end(): readonly LandingRecord[] {
    return this.#take(this.#lines.end(), true);
  }

  #take(more: PhysicalLine[], final: boolean): LandingRecord[] {
    const given = this.#queue.length === 0 ? more : this.#queue.concat(more);
    const footer = this.#footerOf(given);
    const queue = footer === given.length ? given : given.slice(0, footer);
    const records: LandingRecord[] = [];
    let at = 0;
    while (at < queue.length) {
      const first = queue[at]!;
      if (this.#skip > 0) {
        this.#skip--;
        at++;
        continue;
      }
      if (first.text === '' || this.#isComment(first)) {
        at++;
        continue;
      }
      const parsed = parseCsvRecord(queue, at, this.#shape, this.#layout, final);
      if (parsed === 'more') break;
      at += parsed.lines;
      const { fields } = parsed;
      if (this.#layout === undefined) {
        if (first.text === null) this.#refuseHeader(first);
        this.#header = fields ?? [first.text ?? first.raw];
        this.#layout = this.#shape.layout(this.#header);
      } else if (fields !== null && this.#isHeader(fields)) {
        this.#shape.onRepeatedHeader?.(first.number);
      } else records.push(this.#toRecord(first, parsed, this.#layout));
    }
    this.#queue = at === 0 ? given : given.slice(at);
    return records;
  }

  /** Number of lines before the footer, as far as the lines at hand show. */
  #footerOf(lines: readonly PhysicalLine[]): number {
    let end = lines.length;
    for (let left = this.#shape.skipFooter ?? 0; left > 0 && end > 0; end--) {
      if (lines[end - 1]!.text !== '') left--;
    }
    return end;
  }

  #isComment({ text, raw }: PhysicalLine): boolean {
    const { comment = '' } = this.#shape;
    return comment !== '' && (text ?? raw).startsWith(comment);
  }

  #isHeader(fields: readonly string[]): boolean {
    const header = this.#header;
    if (header === undefined || fields[0] !== header[0] || fields.length !== header.length) {
      return false;
    }
    return fields.every((field, index) => field === header[index]);
  }

  #refuseHeader({ number, problem }: PhysicalLine): never {
    return this.#shape.refuse(
      `has a header (line ${number}) that can't be read: ${problem ?? 'it is no text'}`,
    );
  }

  #toRecord(
    first: PhysicalLine,
    {
      fields,
      problem,
      raw,
    }: {
      readonly fields: readonly string[] | null;
      readonly problem: string | null;
      readonly raw: string;
    },
    { positions, extras }: RecordLayout,
  ): LandingRecord {
    const record = ++this.#record;
    const line = first.number;
    if (fields === null) {
      const text =
        raw !== '' ? rawOfText(raw) : first.text === null ? first.raw : rawOfText(first.text);
      return { record, line, raw: text, fields: null, problem, rescued: null };
    }
    return {
      record,
      line,
      raw: rawOfText(raw),
      fields: positions.map((position) => fields[position] || null),
      problem: null,
      rescued: extras.length === 0 ? null : rescuedFields(fields, extras),
    };
  }
}

function rescuedFields(fields: readonly string[], extras: RecordLayout['extras']): string | null {
  const found = extras.filter(({ position }) => (fields[position] ?? '') !== '');
  if (found.length === 0) return null;
  const entries = found.map(
    ({ name, position }) => `${JSON.stringify(name)}:${JSON.stringify(fields[position])}`,
  );
  return `{${entries.join(',')}}`;
}
