import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { type BadFile, BadFiles } from '../files/bad-files.ts';
import type { LandingWarning } from '../files/pending.ts';
import { lateCode } from '../rules/late-rows.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import type { StagedFile } from '../stage/stage.ts';
import { gatheredTable } from './quarantine.ts';

interface BadRecords {
  readonly file: string;
  readonly bad: number;
  readonly unreadable: number;
  readonly firstLine: number;
  readonly codes: string;
  readonly reasons: readonly string[];
}

/**
 * Compares what is quarantined of each delivery with what its source allows (`max_bad_rows`,
 * `max_bad_ratio`, `type_mismatch: fail`). Throws `BadFiles` with every file of the deliveries that
 * have too much of it; gives a warning for one with a share above `warn_bad_ratio`. A delivery of
 * which every record is bad is refused unless the source says otherwise: it is hardly ever the data
 * that is wrong then. Late records are not bad.
 */
export async function checkBadShare(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  files: readonly StagedFile[],
): Promise<readonly LandingWarning[]> {
  const found = await badRecords(connection, dialect);
  if (found.size === 0) return [];
  const many: string[] = [];
  const refused: BadFile[] = [];
  for (const [delivery, staged] of deliveries(landing, files)) {
    const own = staged.flatMap(({ file }) => found.get(file.path) ?? []);
    if (own.length === 0) continue;
    const records = staged.reduce((sum, file) => sum + file.records, 0);
    const bad = own.reduce((sum, entry) => sum + entry.bad, 0);
    const rule = brokenRule(landing, own, bad, records);
    if (rule !== undefined) {
      refused.push(...own.map((entry) => refusal(entry, bad, records, rule)));
    } else if (bad / records > landing.warnBadRatio) {
      const codes = own.map((entry) => entry.codes).join(', ');
      many.push(`${delivery}: ${bad} of ${records} (${codes}), first ${own[0]!.reasons[0]}`);
    }
  }
  if (refused.length > 0) throw new BadFiles(refused);
  return many.length === 0 ? [] : [warning(many, landing.warnBadRatio)];
}

function warning(deliveries: readonly string[], ratio: number): LandingWarning {
  const named = deliveries.slice(0, 5).map((text) => `\n  ${text}`);
  const rest = deliveries.length > 5 ? `\n  and ${deliveries.length - 5} more` : '';
  const count = `${deliveries.length} ${deliveries.length === 1 ? 'delivery has' : 'deliveries have'}`;
  return {
    name: 'LandingBadRecords',
    text: `${count} more records in quarantine than warn_bad_ratio: ${ratio}.${named.join('')}${rest}`,
  };
}

function deliveries(
  landing: LandingConfig,
  files: readonly StagedFile[],
): ReadonlyMap<string, readonly StagedFile[]> {
  const byKey = new Map<string, StagedFile[]>();
  for (const staged of files) {
    const key = landing.delivery === 'date' ? staged.processingDate : staged.file.path;
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [staged]);
    else list.push(staged);
  }
  return byKey;
}

/** The rule that a delivery breaks, as text for people. */
function brokenRule(
  { typeMismatch, maxBadRows, maxBadRatio }: LandingConfig,
  own: readonly BadRecords[],
  bad: number,
  records: number,
): string | undefined {
  if (typeMismatch === 'fail' && own.some(({ unreadable }) => unreadable > 0)) {
    return 'type_mismatch: fail';
  }
  if (maxBadRows !== undefined && bad > maxBadRows) return `max_bad_rows: ${maxBadRows}`;
  if (maxBadRatio !== undefined && bad / records > maxBadRatio) {
    return `max_bad_ratio: ${maxBadRatio}`;
  }
  // Said by nobody, so no number of rows was thought of: only all of them are too many.
  const isUnsaid = maxBadRatio === undefined && maxBadRows === undefined;
  return isUnsaid && bad >= records ? 'max_bad_ratio: 1 would load it' : undefined;
}

function refusal(
  { file, firstLine, codes, reasons }: BadRecords,
  bad: number,
  records: number,
  rule: string,
): BadFile {
  return {
    file,
    error: tsdbtError(
      'landing-delivery-bad',
      { file, bad, records, codes, rule, sample: reasons },
      { location: { file, line: firstLine } },
    ),
  };
}

async function badRecords(
  connection: Connection,
  { quote, literal }: SqlDialect,
): Promise<ReadonlyMap<string, BadRecords>> {
  const { rows } = await connection.query(`
    select file, sum(n)::bigint, coalesce(sum(n) filter (code = 'unreadable_value'), 0)::bigint, min(line)::bigint,
      string_agg(n || ' ' || code, ', ' order by n desc, code), list(reasons order by n desc, code)
    from (
      select file, code, count(*) as n, min(line) as line,
        arg_min('line ' || line || ': ' || left(reason, 200), line, 3) as reasons
      from ${quote(gatheredTable)}
      where code <> ${literal(lateCode)}
      group by file, code
    )
    group by file`);
  return new Map(
    rows.map(([file, bad, unreadable, firstLine, codes, reasons]) => [
      String(file),
      {
        file: String(file),
        bad: Number(bad),
        unreadable: Number(unreadable),
        firstLine: Number(firstLine),
        codes: String(codes),
        reasons: (reasons as readonly (readonly string[])[]).flat().slice(0, 3),
      },
    ]),
  );
}
