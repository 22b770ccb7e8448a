import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { quarantineColumns } from '../ledger/described-tables.ts';
import { readRawLines } from '../read/raw-lines.ts';
import { verdictTable } from '../rules/row-rules.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { filesTable, firstLine, lineNumber, type StagedFile } from '../stage/stage.ts';
import { parquetTexts } from '../stage/stage-parquet.ts';
import { recordsTable, textTable } from '../stage/stage-text.ts';
import { problemCode, problemMarks, problemReason } from '../stage/typed-columns.ts';

const rawTable = 'tsdbt_landing_raw';
/** Temporary table of the rows for the quarantine. */
export const gatheredTable = 'tsdbt_landing_quarantine';

/** The table beside a landing model's that keeps what was not loaded. */
export function quarantineRelation(target: Relation): Relation {
  return { ...target, identifier: `${target.identifier}__quarantine` };
}

export function createQuarantine(dialect: SqlDialect, relation: Relation): string {
  const columns = quarantineColumns.map(({ name, type }) => `${name} ${type}`);
  return `create table if not exists ${dialect.relation(relation)} (${columns.join(', ')})`;
}

/**
 * Puts the records that can't be read, and the rows that quarantine rules took out, into
 * {@link gatheredTable}. The original text of lines that the database read is fetched from
 * the file.
 */
export async function gatherQuarantine(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  files: readonly StagedFile[],
  rejected: number,
): Promise<void> {
  const { quote } = dialect;
  const table = gatheredTable;
  await connection.run(`
    create or replace temp table ${quote(table)} (
      code varchar, reason varchar, file varchar, line bigint, record bigint, raw varchar,
      processing_date date
    );
    insert into ${quote(table)}
    select ${problemCode('r.problem')}, ${problemReason('r.problem')}, f.file, r.line, r.record,
      t.raw, cast(f.processing_date as date)
    from ${quote(recordsTable)} as r
    join ${quote(textTable)} as t on t.file_id = r.file_id and t.record = r.record
    join ${quote(filesTable)} as f on f.file_id = r.file_id
    where r.problem is not null`);
  if (rejected > 0) {
    await connection.run(`
      insert into ${quote(table)}
      select v.code, v.reason, f.file, t.line, t.record, t.raw, cast(f.processing_date as date)
      from ${quote(verdictTable)} as v
      join ${quote(filesTable)} as f on f.file = v._file
      join ${quote(textTable)} as t on t.file_id = f.file_id and t.${lineNumber(landing)} = v._line
      where v.action = 'quarantine'`);
  }
  for (const staged of files) {
    if (staged.plainTable !== undefined) {
      await gatherPlain(connection, dialect, landing, staged, staged.plainTable, rejected, table);
    }
  }
}

async function gatherPlain(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  { file, processingDate }: StagedFile,
  plainTable: string,
  rejected: number,
  table: string,
): Promise<void> {
  const { quote, literal } = dialect;
  const header = firstLine(landing) - 1;
  const unread = `
    select ${problemCode('problem')} as code, ${problemReason('problem')} as reason,
      rowid + ${header + 1} as line
    from ${quote(plainTable)}
    where problem is not null and not starts_with(problem, ${literal(problemMarks.left)})`;
  const ruledOut = `
    select code, reason, _line as line
    from ${quote(verdictTable)}
    where action = 'quarantine' and _file = ${literal(file.path)} and _line not in (
      select rowid + ${header + 1}
      from ${quote(plainTable)}
      where starts_with(problem, ${literal(problemMarks.left)}))`;
  const bad = rejected > 0 ? `${unread}\nunion all\n${ruledOut}` : unread;
  const { rows } = await connection.query(`select line from (${bad}\n) order by line`);
  if (rows.length === 0) return;
  const lines = rows.map(([line]) => Number(line));
  const texts =
    landing.format === 'parquet'
      ? await parquetTexts(connection, dialect, file, lines)
      : await readRawLines(file.absolutePath, lines);
  await connection.run(
    `create or replace temp table ${quote(rawTable)} (line bigint, raw varchar)`,
  );
  await connection.append(
    rawTable,
    lines.map((line, index) => [BigInt(line), texts[index] ?? null]),
  );
  await connection.run(`
    insert into ${quote(table)}
    select code, reason, ${literal(file.path)}, line, line - ${header}, raw, date ${literal(processingDate)}
    from (${bad}
    )
    join ${quote(rawTable)} using (line);
    drop table ${quote(rawTable)}`);
}
