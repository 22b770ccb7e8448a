import { open } from 'node:fs/promises';
import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { columnPositions } from './header.ts';
import type { LandingConfig } from './landing-config.ts';
import type { PendingFile } from './pending.ts';
import type { FileFacts } from './read-records.ts';
import { scanCsv } from './scan-csv.ts';
import { CsvSplitter } from './split-csv.ts';
import { problemMarks, typedValue, unreadableBranches } from './typed-columns.ts';

/** Smaller files are read sooner by our own reader than the database is set up for them. */
export const defaultFastBytes = 2 << 20;

/** A plain CSV file in a temporary table of its own: rows in file order, one a line. */
export interface PlainStage {
  readonly table: string;
  readonly facts: FileFacts;
  readonly records: number;
}

/** Stands for a field that is missing; a plain file has no such byte (see `scan-csv.ts`). */
const missingMark = '\u0001';

/**
 * Lets the database read a CSV file, while the file's lines are counted here; accepted only when
 * the file is plain and the database found exactly one row in each line. Undefined means: read it
 * with our own reader. Header errors are thrown.
 */
export async function stagePlainCsv(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  file: PendingFile,
  fileId: number,
  fastBytes: number,
): Promise<PlainStage | undefined> {
  // The database takes these characters in a file name for wildcards.
  if (dialect.name !== 'duckdb' || /[*?[\]{}]/.test(file.absolutePath)) return undefined;
  if (landing.format !== 'csv' || file.size < fastBytes) return undefined;
  const probe = await scanCsv(file.absolutePath, { ...landing, probe: true });
  if (!probe.plain) return undefined;
  const positions = await positionsInFile(file, landing);
  if (positions === undefined) return undefined;

  const table = `tsdbt_landing_plain_${fileId}`;
  const [scan, load] = await Promise.all([
    scanCsv(file.absolutePath, landing),
    connection.run(readSql(dialect, landing, file, table, positions)).then(
      ({ rowsAffected }) => rowsAffected ?? -1,
      () => -1,
    ),
  ]);
  const records = scan.lines - (landing.header ? 1 : 0);
  if (!scan.plain || load !== records) {
    await connection.run(`drop table if exists ${dialect.quote(table)}`);
    return undefined;
  }
  return { table, facts: { sha256: scan.sha256, bytes: scan.bytes }, records };
}

/** Positions of the declared columns, from the first line of the file. */
async function positionsInFile(
  file: PendingFile,
  landing: LandingConfig,
): Promise<readonly number[] | undefined> {
  let found: readonly number[] | undefined;
  const splitter = new CsvSplitter({
    ...landing,
    positions: (header) => {
      found = columnPositions(header, landing.columns, file.path);
      return found;
    },
  });
  if (found !== undefined) return found;
  const handle = await open(file.absolutePath, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(file.size, 1 << 20));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    splitter.push(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
  return found;
}

/**
 * An empty field is '' to the database here and a missing one NULL: so short lines show, and one
 * field too many goes to `extra`. What is worse than that is an error, and our own reader takes over.
 */
function readSql(
  dialect: SqlDialect,
  landing: LandingConfig,
  file: PendingFile,
  table: string,
  positions: readonly number[],
): string {
  const { quote, literal } = dialect;
  const { columns } = landing;
  const width = columns.length;
  const fields = columns.map((_, index) => `f${index}`);
  const textOf = (index: number) => `t${index}`;
  const typedOf = (index: number) => typedValue(textOf(index), columns[index]!.dataType);
  const count = fields.map((field) => `(${field} is not null)::int`).join(' + ');
  const wrongCount = (n: string) =>
    `${literal(`${problemMarks.malformed}the record has `)} || ${n} || ${literal(` fields, not ${width}`)}`;
  return `
    create or replace temp table ${quote(table)} as
    select
      ${columns.map((_, index) => `${typedOf(index)} as ${quote(`v${index}`)},`).join('\n      ')}
      case
        when extra is not null then ${wrongCount(`${width + 1}`)}
        when f${width - 1} is null then ${wrongCount(`(${count})`)}
        ${unreadableBranches(columns, textOf, typedOf, dialect).join('\n        ')}
      end as problem
    from (
      select *, ${positions.map((at, index) => `nullif(f${at}, '') as t${index}`).join(', ')}
      from read_csv(
        ${literal(file.absolutePath)},
        columns = {${[...fields, 'extra'].map((field) => `'${field}': 'varchar'`).join(', ')}},
        auto_detect = false, header = false, skip = ${landing.header ? 1 : 0},
        delim = ${literal(landing.delimiter)}, quote = ${literal(landing.quote)},
        escape = ${literal(landing.quote)}, nullstr = ${literal(missingMark)},
        null_padding = true, strict_mode = true, compression = 'none'
      )
    )`;
}
