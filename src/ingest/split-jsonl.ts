import { type JsonColumns, readJsonObject } from './json-fields.ts';
import { type LandingRecord, type RecordSplitter, rawOfText } from './landing-record.ts';
import { LineSplitter, type PhysicalLine } from './split-lines.ts';

/** Splits JSON Lines: one object a line; lines of white space alone are no records. */
export class JsonlSplitter implements RecordSplitter {
  readonly #columns: JsonColumns;
  readonly #lines: LineSplitter;
  readonly #onUnknownKey: (key: string) => void;
  #record = 0;

  constructor(columns: JsonColumns, maxLineBytes: number, onUnknownKey: (key: string) => void) {
    this.#columns = columns;
    this.#lines = new LineSplitter(maxLineBytes);
    this.#onUnknownKey = onUnknownKey;
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
        records.push({ record, line: number, raw, fields: null, problem });
        continue;
      }
      const read = readJsonObject(text, this.#columns);
      for (const key of read.unknownKeys) this.#onUnknownKey(key);
      records.push({
        record,
        line: number,
        raw: rawOfText(text),
        fields: read.fields,
        problem: read.problem,
      });
    }
    return records;
  }
}
