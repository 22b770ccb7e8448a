import type { BindValue, Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { PendingFile } from '../files/pending.ts';
import { jsonReader, type OnUnknownKey } from '../read/json-fields.ts';
import { jsonLeavesOf } from '../read/json-leaves.ts';
import { type LandingRecord, rawOfText } from '../read/landing-record.ts';
import { type FileFacts, type ReadRequest, readRecords } from '../read/read-records.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { isScalar } from '../values/data-type.ts';
import type { PlainLine } from './stage-jsonl.ts';
import { problemMarks, typedQuery } from './typed-columns.ts';

/** Temporary table of the records that our own reader gives: their text, unchanged. */
export const textTable = 'tsdbt_landing_text';
/** Temporary table of the same records with the declared types, and what is wrong with each. */
export const recordsTable = 'tsdbt_landing_records';

const groupSize = 20_000;

/** Collects the records of files in {@link textTable}, in groups that may span files. */
export class TextStage {
  readonly #connection: Connection;
  readonly #dialect: SqlDialect;
  readonly #landing: LandingConfig;
  #waiting: (readonly BindValue[])[] = [];

  constructor(connection: Connection, dialect: SqlDialect, landing: LandingConfig) {
    this.#connection = connection;
    this.#dialect = dialect;
    this.#landing = landing;
  }

  async open(): Promise<void> {
    const { quote } = this.#dialect;
    await this.#connection.run(`
      create or replace temp table ${quote(textTable)} (
        file_id bigint, line bigint, record bigint, raw varchar, problem varchar, rescued varchar,
        ${this.#landing.columns.map((_, index) => `${quote(`c${index}`)} varchar`).join(', ')}
      )`);
  }

  /** Reads a file with our own reader. */
  async add(
    file: PendingFile,
    fileId: number,
    notes: Pick<ReadRequest, 'onUnknownKey' | 'onNotice' | 'onDetected'>,
  ): Promise<{ readonly facts: FileFacts; readonly records: number }> {
    let count = 0;
    const take = async (records: readonly LandingRecord[]) => {
      count += records.length;
      await this.addRecords(fileId, records, notes.onUnknownKey);
    };
    const { absolutePath, path, size } = file;
    const facts = await readRecords(
      { ...notes, absolutePath, path, size, landing: this.#landing },
      take,
    );
    return { facts, records: count };
  }

  /** Takes records that are split already. */
  async addRecords(
    fileId: number,
    records: readonly LandingRecord[],
    onUnknownKey: OnUnknownKey,
  ): Promise<void> {
    const id = BigInt(fileId);
    const { columns, format } = this.#landing;
    const missing = new Array<null>(columns.length).fill(null);
    const hasLeaves = format === 'csv' && columns.some(({ type }) => !isScalar(type));
    for (const { line, record, raw, problem, fields, rescued } of records) {
      const values =
        fields === null ? missing : hasLeaves ? this.#leaves(fields, onUnknownKey) : fields;
      this.#waiting.push([id, BigInt(line), BigInt(record), raw, problem, rescued, ...values]);
    }
    if (this.#waiting.length >= groupSize) await this.#flush();
  }

  /** Reads single lines of a file of JSON lines. */
  async addLines(
    lines: readonly PlainLine[],
    fileId: number,
    onUnknownKey: OnUnknownKey,
  ): Promise<void> {
    const id = BigInt(fileId);
    const missing = new Array<null>(this.#landing.columns.length).fill(null);
    const { read } = jsonReader(this.#landing, onUnknownKey);
    for (const { line, text } of lines) {
      const { fields, problem, rescued } = read(text);
      const place = BigInt(line);
      const values = fields ?? missing;
      this.#waiting.push([id, place, place, rawOfText(text), problem, rescued, ...values]);
      if (this.#waiting.length >= groupSize) await this.#flush();
    }
  }

  /** Fields of nested types hold JSON in a CSV file. */
  #leaves(fields: readonly (string | null)[], onUnknownKey: OnUnknownKey): (string | null)[] {
    return fields.map((field, index) => {
      const { type, name } = this.#landing.columns[index]!;
      if (field === null || isScalar(type)) return field;
      return jsonLeavesOf(field, type, (path) => onUnknownKey(`${name}.${path}`));
    });
  }

  /** Makes the {@link recordsTable} of all files added. */
  async close(): Promise<void> {
    await this.#flush();
    const { quote, literal } = this.#dialect;
    const malformed = `when problem is not null then ${literal(problemMarks.malformed)} || problem`;
    const query = typedQuery(
      this.#landing,
      this.#dialect,
      ['file_id', 'line', 'record'],
      quote(textTable),
      [malformed],
    );
    await this.#connection.run(`create or replace temp table ${quote(recordsTable)} as${query}`);
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length > 0) await this.#connection.append(textTable, rows);
  }
}
