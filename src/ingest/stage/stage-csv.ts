import { open } from 'node:fs/promises';
import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { PendingFile } from '../files/pending.ts';
import { type RecordLayout, recordLayout } from '../read/header.ts';
import type { FileFacts } from '../read/read-records.ts';
import { scanCsv } from '../read/scan-csv.ts';
import { CsvSplitter } from '../read/split-csv.ts';
import { hasRescued, type LandingConfig } from '../source/landing-config.ts';
import { isScalar } from '../values/data-type.ts';
import { problemMarks, typedQuery } from './typed-columns.ts';

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
  if (file.size < fastBytes || !isPlainSource(landing)) return undefined;
  const probe = await scanCsv(file.absolutePath, { ...landing, probe: true });
  if (!probe.plain) return undefined;
  const layout = await layoutOfFile(file, landing);
  if (layout === undefined || layout.extras.length > 0) return undefined;

  const table = `tsdbt_landing_plain_${fileId}`;
  const [scan, load] = await Promise.all([
    scanCsv(file.absolutePath, landing),
    connection.run(readSql(dialect, landing, file, table, layout)).then(
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

/** Whether the database can split files of this source; each file must be plain as well. */
function isPlainSource(landing: LandingConfig): boolean {
  return (
    landing.format === 'csv' &&
    (landing.compression === 'auto' || landing.compression === 'none') &&
    (landing.encoding === undefined || landing.encoding === 'utf-8') &&
    landing.skipRows === 0 &&
    landing.skipFooter === 0 &&
    landing.comment === '' &&
    landing.columns.every(({ type }) => isScalar(type))
  );
}

/** Where the declared columns are, from the first line of the file. */
async function layoutOfFile(
  file: PendingFile,
  landing: LandingConfig,
): Promise<RecordLayout | undefined> {
  let found: RecordLayout | undefined;
  const splitter = new CsvSplitter({
    ...landing,
    layout: (header) => {
      found = recordLayout(header, landing, file.path);
      return found;
    },
    refuse: (problem) => {
      throw new Error(problem);
    },
  });
  if (found === undefined) {
    const handle = await open(file.absolutePath, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(file.size, 1 << 20));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      splitter.push(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  }
  return found?.least === found?.width ? found : undefined;
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
  layout: RecordLayout,
): string {
  const { quote, literal } = dialect;
  const { width, positions } = layout;
  const fields = Array.from({ length: width }, (_, index) => `f${index}`);
  const count = fields.map((field) => `(${field} is not null)::int`).join(' + ');
  const texts = positions.map(
    (at, index) => `${at === -1 ? 'null::varchar' : `nullif(f${at}, '')`} as c${index}`,
  );
  const problem = (text: string) => literal(`${problemMarks.malformed}the record has ${text}`);
  const malformed = [
    `when extra is not null then ${problem(`more than ${width} fields`)}`,
    `when f${width - 1} is null then ${problem('')} || (${count}) || ${literal(` fields, not ${width}`)}`,
  ];
  const records = `(
      select *, ${hasRescued(landing) ? 'null::varchar as rescued, ' : ''}${texts.join(', ')}
      from read_csv(
        ${literal(file.absolutePath)},
        columns = {${[...fields, 'extra'].map((field) => `'${field}': 'varchar'`).join(', ')}},
        auto_detect = false, header = false, skip = ${landing.header ? 1 : 0},
        delim = ${literal(landing.delimiter)}, quote = ${literal(landing.quote)},
        escape = ${literal(landing.quote)}, nullstr = ${literal(missingMark)},
        null_padding = true, strict_mode = true, compression = 'none'
      )
    )`;
  return `create or replace temp table ${quote(table)} as${typedQuery(landing, dialect, [], records, malformed)}`;
}
