import type { JsonReader } from './json-fields.ts';
import { type LandingRecord, type RecordSplitter, rawOfText } from './landing-record.ts';
import { LineSplitter, type PhysicalLine } from './split-lines.ts';

/** Splits JSON Lines: one object a line; lines of white space alone are no records. */
export class JsonlSplitter implements RecordSplitter {
  readonly #reader: JsonReader;
  readonly #lines: LineSplitter;
  #record = 0;

  constructor(reader: JsonReader, maxLineBytes: number) {
    this.#reader = reader;
    this.#lines = new LineSplitter(maxLineBytes);
  }

  push(chunk: Buffer): readonly LandingRecord[] {
    return this.#toRecords(this.#lines.push(chunk));
  }

  end(): readonly LandingRecord[] {
    return this.#toRecords(this.#lines.end());
  }

  #toRecords(lines: readonly PhysicalLine[]): LandingRecord[] {
    const records: LandingRecord[] = [];
    for (const { number, text, problem, raw } of lines) {
      if (text !== null && text.trim() === '') continue;
      const record = ++this.#record;
      if (text === null) {
        records.push({ record, line: number, raw, fields: null, problem, rescued: null });
        continue;
      }
      records.push({ record, line: number, raw: rawOfText(text), ...this.#reader.read(text) });
    }
    return records;
  }
}
