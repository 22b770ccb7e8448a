import { open } from 'node:fs/promises';
import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { PendingFile } from '../files/pending.ts';
import type { OnUnknownKey } from '../read/json-fields.ts';
import { forEachEntry } from '../read/json-text.ts';
import { scanCsv } from '../read/scan-csv.ts';
import { hasRescued, type LandingConfig } from '../source/landing-config.ts';
import { isScalar } from '../values/data-type.ts';
import type { PlainStage } from './stage-csv.ts';
import { problemMarks, typedQuery } from './typed-columns.ts';

/** A line of a file that the database read, to be read by our own reader. */
export interface PlainLine {
  readonly line: number;
  readonly text: string;
}

/** Share of lines for our own reader above which it had better read the whole file. */
const mostLeft = 0.3;

/**
 * Lets the database read a file of JSON lines. A line is taken only when the database writes the same
 * text for it again: then no number was changed and no escape is open to another reading. It must
 * have the keys of the first line, too: comparing more than one list would cost more than it saves. All
 * other lines are `left` for our own reader. Undefined means: read the whole file with that.
 */
export async function stagePlainJsonl(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  file: PendingFile,
  fileId: number,
  fastBytes: number,
  onUnknownKey: OnUnknownKey,
): Promise<(PlainStage & { readonly left: readonly PlainLine[] }) | undefined> {
  // The database takes these characters in a file name for wildcards.
  if (dialect.name !== 'duckdb' || /[*?[\]{}]/.test(file.absolutePath)) return undefined;
  if (file.size < fastBytes || !isPlainSource(landing)) return undefined;
  const lines = { delimiter: '\n', quote: '', header: false, maxLineBytes: landing.maxLineBytes };
  if (!(await scanCsv(file.absolutePath, { ...lines, probe: true })).plain) return undefined;
  const keys = await keysOfFirstLine(file);
  if (keys === undefined) return undefined;
  const declared = new Set(landing.columns.map(({ from }) => from));
  const unknown = keys.filter((key) => !declared.has(key));
  if (unknown.length > 0 && landing.newColumn !== 'ignore') return undefined;
  const { quote } = dialect;
  const table = `tsdbt_landing_plain_${fileId}`;
  const dropped = async () => {
    await connection.run(`drop table if exists ${quote(table)}`);
    return undefined;
  };
  const [scan, load] = await Promise.all([
    scanCsv(file.absolutePath, lines),
    connection.run(stageSql(dialect, landing, file, table, keys)).then(
      ({ rowsAffected }) => rowsAffected ?? -1,
      () => -1,
    ),
  ]);
  if (!scan.plain || load !== scan.lines) return dropped();
  const left = await leftLines(connection, dialect, table);
  if (left.length > mostLeft * scan.lines) return dropped();
  for (const key of unknown) onUnknownKey(key, scan.lines - left.length);
  return { table, facts: { sha256: scan.sha256, bytes: scan.bytes }, records: scan.lines, left };
}

/** The keys of the first record, in their order; undefined when it is none with each key once. */
async function keysOfFirstLine(file: PendingFile): Promise<readonly string[] | undefined> {
  const handle = await open(file.absolutePath, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(file.size, 1 << 16));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const end = buffer.indexOf(0x0a);
    const line = buffer.toString('utf8', 0, end === -1 ? bytesRead : end);
    const keys: string[] = [];
    try {
      if (!isPlainObject(JSON.parse(line))) return undefined;
    } catch {
      return undefined;
    }
    forEachEntry(line, line.indexOf('{'), (key) => void keys.push(key));
    return new Set(keys).size === keys.length ? keys : undefined;
  } finally {
    await handle.close();
  }
}

function isPlainSource(landing: LandingConfig): boolean {
  return (
    landing.format === 'jsonl' &&
    (landing.compression === 'auto' || landing.compression === 'none') &&
    (landing.encoding === undefined || landing.encoding === 'utf-8') &&
    // Whether a key is in no record of a file is known only to the reader of all of them.
    landing.missingColumn === 'null' &&
    landing.columns.every(({ type }) => isScalar(type))
  );
}

function stageSql(
  dialect: SqlDialect,
  landing: LandingConfig,
  file: PendingFile,
  table: string,
  keys: readonly string[],
): string {
  const { quote, literal } = dialect;
  const { columns } = landing;
  const structure = JSON.stringify(
    Object.fromEntries(columns.map(({ from }) => [from, 'VARCHAR'])),
  );
  // The database reads NaN and Infinity, which are no JSON; a NUL is no text.
  const strange = ['NaN', 'Infinity', '\\u0000'].map(
    (text) => `not contains(line, ${literal(text)})`,
  );
  const isTaken = `case
        when json_valid(line) and line[1] = '{'
        then json(line)::varchar = line and ${strange.join(' and ')}
          and json_keys(line) = [${keys.map(literal).join(', ')}]
      end`;
  const texts = columns.map(
    ({ from }, index) => `struct_extract(j, ${literal(from)}) as c${index}`,
  );
  // A float is written with another exponent as text than as JSON: such a line is left, too.
  const isKept = columns.map(({ from }, index) => {
    const key = literal(`${JSON.stringify(from)}:`);
    return `coalesce(not contains(c${index}, 'e') or contains(line, ${key} || c${index}) or contains(line, ${key} || '"' || c${index}), true)`;
  });
  const records = `(
      select line, ${hasRescued(landing) ? 'null::varchar as rescued, ' : ''}j, ${texts.join(', ')}
      from (
        select line, case when ${isTaken} then json_transform(line, ${literal(structure)}) end as j
        from read_csv(
          ${literal(file.absolutePath)}, columns = {'line': 'varchar'}, auto_detect = false,
          header = false, delim = e'\\x01', quote = '', escape = '', nullstr = e'\\x02',
          strict_mode = true, compression = 'none'
        )
      )
    )`;
  const problem = `when j is null or not (${isKept.join(' and ')}) then ${literal(problemMarks.left)} || line`;
  return `create or replace temp table ${quote(table)} as${typedQuery(landing, dialect, [], records, [problem])}`;
}

async function leftLines(
  connection: Connection,
  { quote, literal }: SqlDialect,
  table: string,
): Promise<readonly PlainLine[]> {
  const { rows } = await connection.query(`
    select rowid + 1, substr(problem, ${problemMarks.left.length + 1})
    from ${quote(table)}
    where starts_with(problem, ${literal(problemMarks.left)})
    order by rowid`);
  return rows.map(([line, text]) => ({ line: Number(line), text: String(text) }));
}
