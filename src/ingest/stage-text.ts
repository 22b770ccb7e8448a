import type { BindValue, Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { LandingConfig } from './landing-config.ts';
import type { LandingRecord } from './landing-record.ts';
import type { PendingFile } from './pending.ts';
import { type FileFacts, readRecords } from './read-records.ts';
import { problemMarks, typedValue, unreadableBranches } from './typed-columns.ts';

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
        file_id bigint, line bigint, record bigint, raw varchar, problem varchar,
        ${this.#landing.columns.map((_, index) => `${quote(`c${index}`)} varchar`).join(', ')}
      )`);
  }

  /** Reads a file with our own reader. */
  async add(
    file: PendingFile,
    fileId: number,
    onUnknownKey: (key: string) => void,
  ): Promise<{ readonly facts: FileFacts; readonly records: number }> {
    const id = BigInt(fileId);
    const missing = new Array<null>(this.#landing.columns.length).fill(null);
    let count = 0;
    const take = async (records: readonly LandingRecord[]) => {
      count += records.length;
      for (const { line, record, raw, problem, fields } of records) {
        const values = fields ?? missing;
        this.#waiting.push([id, BigInt(line), BigInt(record), raw, problem, ...values]);
      }
      if (this.#waiting.length >= groupSize) await this.#flush();
    };
    const { absolutePath, path, size } = file;
    const facts = await readRecords(absolutePath, path, size, this.#landing, onUnknownKey, take);
    return { facts, records: count };
  }

  /** Makes the {@link recordsTable} of all files added. */
  async close(): Promise<void> {
    await this.#flush();
    const { quote, literal } = this.#dialect;
    const { columns } = this.#landing;
    const textOf = (index: number) => quote(`c${index}`);
    const typedOf = (index: number) => typedValue(textOf(index), columns[index]!.dataType);
    const problem = [
      `when problem is not null then ${literal(problemMarks.malformed)} || problem`,
      ...unreadableBranches(columns, textOf, typedOf, this.#dialect),
    ];
    await this.#connection.run(`
      create or replace temp table ${quote(recordsTable)} as
      select
        file_id, line, record,
        ${columns.map((_, index) => `${typedOf(index)} as ${quote(`v${index}`)},`).join('\n        ')}
        case ${problem.join('\n          ')} end as problem
      from ${quote(textTable)}`);
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length > 0) await this.#connection.append(textTable, rows);
  }
}
