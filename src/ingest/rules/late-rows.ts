import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { at, type LedgerPlace, presentTables, stateTable } from '../ledger/state-tables.ts';
import type { EventTime } from '../source/over-time.ts';
import type { StagedFile } from '../stage/stage.ts';
import { verdictTable } from './row-rules.ts';

/** Code of rows that came after the watermark had passed them. */
export const lateCode = 'late_record';

/** The watermark in force for each file, in microseconds since 1970; null: nothing is late. */
export type FileWatermarks = ReadonlyMap<string, bigint | null>;

/** The newest event time of what a node has loaded; null before the first. */
export async function readWatermark(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
): Promise<bigint | null> {
  if (!(await presentTables(connection, dialect, database)).has('watermarks')) return null;
  const { rows } = await connection.query(
    `select max(epoch_us(event_time)) from ${stateTable(dialect, database, 'watermarks')}
     where ${at(dialect, place)}`,
  );
  const [value] = rows[0] ?? [];
  return value === null || value === undefined ? null : BigInt(String(value));
}

/** Notes the watermark of a node; part of the open transaction. */
export async function writeWatermark(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  place: LedgerPlace,
  micros: bigint,
): Promise<void> {
  const table = stateTable(dialect, database, 'watermarks');
  const { literal } = dialect;
  await connection.run(`
    delete from ${table} where ${at(dialect, place)};
    insert into ${table} (node, relation, event_time)
    values (${literal(place.node)}, ${literal(place.relation)}, make_timestamp(${micros}))`);
}

/**
 * The watermark of each staged file: a file that is read again keeps that of its first load, so that
 * loading it again has the same result.
 */
export function fileWatermarks(
  files: readonly StagedFile[],
  current: bigint | null,
): FileWatermarks {
  return new Map(
    files.map(({ file, renamedFrom }) => {
      const known = file.known ?? renamedFrom;
      return [file.path, known === undefined ? current : known.watermarkMicros];
    }),
  );
}

export interface LateRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  /** The view of the staged rows. */
  readonly source: string;
  readonly eventTime: EventTime;
  readonly watermarks: FileWatermarks;
}

/** Puts late rows into the verdict table, as the policy says; gives their number. */
export async function rejectLate(request: LateRequest): Promise<number> {
  const { connection, dialect, source, eventTime, watermarks } = request;
  const { literal, quote } = dialect;
  const limits = [...watermarks].flatMap(([file, micros]) =>
    micros === null ? [] : [`(${literal(file)}, ${micros - eventTime.allowedLatenessMicros})`],
  );
  if (limits.length === 0) return 0;
  const column = `s.${quote(eventTime.column)}`;
  const late = `
    from ${source} as s
    join (values ${limits.join(', ')}) as w(file, before_us) on w.file = s._file
    where ${microsOf(column)} < w.before_us`;
  if (eventTime.late === 'accept') {
    const { rows } = await connection.query(`select count(*) ${late}`);
    return Number(rows[0]?.[0]);
  }
  const reason = `${literal(`${eventTime.column} is `)} || cast(${column} as varchar) || ', and records before ' || cast(make_timestamp(w.before_us) as varchar) || ' are late'`;
  const { rowsAffected } = await connection.run(`
    insert into ${quote(verdictTable)}
    select s._file, s._line, ${literal(lateCode)}, ${reason}, ${literal(eventTime.late)} ${late}`);
  return rowsAffected ?? 0;
}

/**
 * The newest event time of the staged rows that no rule took out, null when there is none. Times after
 * `now` count as `now`: one wrong year must not make all that follows late.
 */
export async function newestEvent(request: LateRequest, now: Date): Promise<bigint | null> {
  const { connection, dialect, source, eventTime } = request;
  const { rows } = await connection.query(`
    select max(least(${microsOf(`s.${dialect.quote(eventTime.column)}`)}, ${BigInt(now.getTime()) * 1000n}))
    from ${source} as s
    anti join ${dialect.quote(verdictTable)} as v on v._file = s._file and v._line = s._line`);
  const [value] = rows[0] ?? [];
  return value === null || value === undefined ? null : BigInt(String(value));
}

function microsOf(column: string): string {
  return `(case when isfinite(${column}) then epoch_us(${column}) end)`;
}
