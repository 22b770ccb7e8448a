import type { BindValue, Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { LandingConfig } from './landing-config.ts';
import type { LandingRecord } from './landing-record.ts';
import type { PendingFile } from './pending.ts';
import { type FileFacts, readRecords } from './read-records.ts';
import { problemMarks, typedValue, unreadableBranches } from './typed-columns.ts';

/** Temporary table of the records that our own reader gives: their text, unchanged. */
export const textTable = 'tsdbt_landing_text';
/** View over {@link textTable} with the declared types, and what is wrong with each record. */
export const textView = 'tsdbt_landing_records';

const groupSize = 20_000;

/** Makes the empty text table and the typed view over it. */
export async function createTextStage(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
): Promise<void> {
  const { quote, literal } = dialect;
  const { columns } = landing;
  const textOf = (index: number) => quote(`c${index}`);
  const typedOf = (index: number) => typedValue(textOf(index), columns[index]!.dataType);
  const problem = [
    `when problem is not null then ${literal(problemMarks.malformed)} || problem`,
    ...unreadableBranches(columns, textOf, typedOf, dialect),
  ];
  await connection.run(`
    create or replace temp table ${quote(textTable)} (
      file_id bigint, line bigint, record bigint, raw varchar, problem varchar,
      ${columns.map((_, index) => `${textOf(index)} varchar`).join(', ')}
    );
    create or replace temp view ${quote(textView)} as
    select
      file_id, line, record, raw,
      ${columns.map((_, index) => `${typedOf(index)} as ${quote(`v${index}`)},`).join('\n      ')}
      case ${problem.join('\n        ')} end as problem
    from ${quote(textTable)}`);
}

/** Reads a file with our own reader into the text table. */
export async function stageText(
  connection: Connection,
  landing: LandingConfig,
  file: PendingFile,
  fileId: number,
  onUnknownKey: (key: string) => void,
): Promise<{ readonly facts: FileFacts; readonly records: number }> {
  const id = BigInt(fileId);
  const width = landing.columns.length;
  const missing = new Array<null>(width).fill(null);
  const toRow = (r: LandingRecord): readonly BindValue[] => [
    id,
    BigInt(r.line),
    BigInt(r.record),
    r.raw,
    r.problem,
    ...(r.fields ?? missing),
  ];
  let count = 0;
  let waiting: (readonly BindValue[])[] = [];
  const flush = async () => {
    if (waiting.length > 0) await connection.append(textTable, waiting);
    waiting = [];
  };
  const facts = await readRecords(
    file.absolutePath,
    file.path,
    landing,
    onUnknownKey,
    async (records) => {
      for (const record of records) waiting.push(toRow(record));
      count += records.length;
      if (waiting.length >= groupSize) await flush();
    },
  );
  await flush();
  return { facts, records: count };
}
