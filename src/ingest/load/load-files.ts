import { TsdbtError } from '../../errors/tsdbt-error.ts';
import { BadFiles } from '../files/bad-files.ts';
import { counted } from '../files/missing-files.ts';
import type { LandingWarning, PendingFile, PendingWork } from '../files/pending.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import { ledgerPlace } from '../ledger/state-tables.ts';
import { readHeader } from '../read/read-header.ts';
import { fileWatermarks, newestEvent, readWatermark, rejectLate } from '../rules/late-rows.ts';
import { checkModel, describeModel } from '../rules/model-check.ts';
import { applyRules, checkRules, keysTable, verdictTable } from '../rules/row-rules.ts';
import type { EventTime } from '../source/over-time.ts';
import {
  dropStaging,
  lineNumber,
  type StagedFile,
  type Staging,
  stageFiles,
} from '../stage/stage.ts';
import { checkBadShare } from './bad-share.ts';
import type { BatchResult, IngestRequest } from './ingest-landing.ts';
import { loadBatch, type StagedBatch } from './load-batch.ts';
import { gatheredTable, gatherQuarantine } from './quarantine.ts';

/** What became of files that were loaded in one transaction. */
export interface LoadedFiles {
  readonly result: BatchResult;
  readonly notices: readonly string[];
  readonly warnings: readonly LandingWarning[];
  /** Quarantined rows by code. */
  readonly byCode: readonly (readonly [string, number])[];
  readonly entries: readonly LedgerFile[];
  readonly forgotten: readonly string[];
}

/**
 * Stages, checks and loads files in one transaction. Throws `BadFiles`, or an error whose location is
 * one of the files, when files are at fault and not the model or the database.
 */
export async function loadFiles(
  request: IngestRequest,
  work: Pick<PendingWork, 'kind' | 'ledger' | 'vanished' | 'removed'>,
  files: readonly PendingFile[],
): Promise<LoadedFiles> {
  const { connection, dialect, landing, expectations } = request;
  let staging: Staging | undefined;
  try {
    staging = await stageFiles({
      connection,
      dialect,
      landing,
      files,
      vanished: work.kind === 'full-refresh' ? [] : work.vanished,
      fastBytes: request.fastBytes,
    });
    const model = await request.compile(staging.source);
    const node = { connection, dialect, nodeId: request.nodeId, nodeName: request.nodeName, model };
    const columns = await describeModel(node);
    const dates = new Set(staging.files.map(({ processingDate }) => processingDate));
    const oneFile = staging.files.length === 1;
    const rules = {
      ...node,
      expectations,
      delivery: landing.delivery,
      counted: lineNumber(landing),
      oneFile,
      oneDelivery: oneFile || (landing.delivery === 'date' && dates.size === 1),
      violations: new Map<string, number>(),
    };
    await checkRules(rules);
    const check = await checkModel({ ...node, source: staging.source, expectations });
    const place = ledgerPlace(request.nodeId, request.target);
    const { database } = request.target;
    const { eventTime } = landing;
    const current =
      eventTime === undefined ? null : await readWatermark(connection, dialect, database, place);
    const watermarks = fileWatermarks(staging.files, current);
    const { source } = staging;
    const late =
      eventTime === undefined ? undefined : { connection, dialect, source, eventTime, watermarks };
    let lateRows = 0;
    const verdicts = await applyRules({ ...rules, violations: check.violations }, async () => {
      lateRows = late === undefined ? 0 : await rejectLate(late);
      return eventTime?.late === 'accept' ? 0 : lateRows;
    });
    await gatherQuarantine(connection, dialect, landing, staging.files, verdicts.taken.rows);
    const warnings = await checkBadShare(connection, dialect, landing, staging.files);
    const byCode = await countPairs(
      request,
      `select code, count(*) from ${dialect.quote(gatheredTable)} group by code order by code`,
    );
    const dropped = await countPairs(
      request,
      `select _file, count(*) from ${dialect.quote(verdictTable)} where action = 'drop' group by _file`,
    );
    const newest = late === undefined ? null : await newestEvent(late, request.now());
    // A full refresh reads all there is, so nothing older counts.
    const whole = work.kind === 'full-refresh' ? null : current;
    const batch: StagedBatch = {
      ...node,
      target: request.target,
      sourceName: request.sourceName,
      kind: work.kind,
      rules: request.rules,
      uniqueKey: request.uniqueKey,
      invocationId: request.invocationId,
      now: request.now,
      beforeCommit: request.beforeCommit,
      columns,
      addsColumns: landing.newColumn === 'add',
      files: staging.files,
      records: new Map(staging.files.map(({ file, records }) => [file.path, records])),
      taken: verdicts.taken,
      dropped: new Map(dropped),
      removed: work.removed,
      headers: await quarantinedHeaders(request, staging.files),
      watermarks,
      watermark: newest === null || (whole ?? 0n) > newest ? whole : newest,
      ledger: work.ledger,
    };
    const { notices, entries, forgotten, ...loaded } = await loadBatch(batch);
    return {
      result: { ...loaded, warned: verdicts.warned },
      notices: [...staging.notices, ...lateNotice(lateRows, eventTime), ...notices],
      warnings,
      byCode,
      entries,
      forgotten,
    };
  } catch (error) {
    if (error instanceof BadFiles) throw error;
    throw error instanceof TsdbtError ? error.with({ nodeId: request.nodeId }) : error;
  } finally {
    // After an error the connection may be gone as well; the error is what counts then.
    const others = [verdictTable, keysTable, gatheredTable];
    await dropStaging(connection, dialect, staging, others).catch(() => undefined);
  }
}

/** Headers of the CSV files whose records are quarantined in part. */
async function quarantinedHeaders(
  { connection, dialect, landing }: IngestRequest,
  files: readonly StagedFile[],
): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>();
  if (landing.format !== 'csv' || !landing.header) return headers;
  const { rows } = await connection.query(
    `select distinct file from ${dialect.quote(gatheredTable)}`,
  );
  const paths = new Set(rows.map(([path]) => String(path)));
  for (const { file } of files) {
    if (!paths.has(file.path)) continue;
    const header = await readHeader(file.absolutePath, file.size, landing);
    if (header !== undefined) headers.set(file.path, JSON.stringify(header));
  }
  return headers;
}

function lateNotice(rows: number, eventTime: EventTime | undefined): readonly string[] {
  if (rows === 0 || eventTime === undefined) return [];
  const done = { accept: 'loaded', quarantine: 'in quarantine', drop: 'dropped' }[eventTime.late];
  return [`${counted(rows, 'late row')} ${done} (late: ${eventTime.late}).`];
}

async function countPairs(
  { connection }: IngestRequest,
  sql: string,
): Promise<readonly (readonly [string, number])[]> {
  const { rows } = await connection.query(sql);
  return rows.map(([key, count]) => [String(key), Number(count)] as const);
}
