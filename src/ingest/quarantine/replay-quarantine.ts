import { TsdbtError } from '../../errors/tsdbt-error.ts';
import { oneAtATime } from '../../util/one-at-a-time.ts';
import { BadFiles, refusalError } from '../files/bad-files.ts';
import {
  beginBatch,
  type LedgerFile,
  readLedger,
  relationKind,
  writeLedger,
} from '../ledger/ledger.ts';
import { ensureStateSchema, ledgerPlace, upgradeLedger } from '../ledger/state-tables.ts';
import type { IngestRequest } from '../load/ingest-landing.ts';
import { prepareTarget } from '../load/prepare-target.ts';
import { gatheredTable, gatherQuarantine, quarantineRelation } from '../load/quarantine.ts';
import { fileWatermarks, readWatermark, rejectLate } from '../rules/late-rows.ts';
import { checkModel, describeModel } from '../rules/model-check.ts';
import { applyRules, checkRules, keysTable, survivors, verdictTable } from '../rules/row-rules.ts';
import {
  createSource,
  dropStaging,
  filesTable,
  lineNumber,
  type StagedFile,
  sourceView,
} from '../stage/stage.ts';
import { TextStage, textTable } from '../stage/stage-text.ts';
import { valueFunctions } from '../values/functions.ts';
import { type QuarantinedRecords, readQuarantined } from './quarantined-records.ts';
import { recount } from './recount.ts';
import { rejectLoaded } from './reject-loaded.ts';

export interface ReplayResult {
  /** Records that were in the quarantine, as far as their code was asked for. */
  readonly records: number;
  readonly loaded: number;
  readonly dropped: number;
  /** Records that stay in the quarantine. */
  readonly remaining: number;
  /** Number of those that could not be read again, by the reason. */
  readonly unreadable: ReadonlyMap<string, number>;
}

/**
 * Applies today's column types and expectations to quarantined records, from their stored text; the
 * files are not needed. What passes is loaded with its `_file` and `_line`, in a batch of its own;
 * what does not stays, with today's code and reason. One transaction, with the counts of the ledger.
 */
export async function replayQuarantine(
  request: IngestRequest,
  codes: readonly string[],
): Promise<ReplayResult> {
  const { connection, dialect, target, nodeId } = request;
  const place = ledgerPlace(nodeId, target);
  const nothing = { records: 0, loaded: 0, dropped: 0, remaining: 0, unreadable: new Map() };
  if ((await relationKind(connection, dialect, quarantineRelation(target))) === undefined)
    return nothing;
  await upgradeLedger(connection, dialect, target.database, place);
  const ledger = await readLedger(connection, dialect, target.database, place);
  const found = await readQuarantined(request, ledger, codes);
  const unreadable = [...found.unreadable.values()].reduce((sum, n) => sum + n, 0);
  const readable = found.files.reduce((sum, { records }) => sum + records.length, 0);
  if (readable === 0)
    return { ...nothing, records: unreadable, remaining: unreadable, unreadable: found.unreadable };
  const files = found.files.map(stagedFile);
  try {
    await stage(request, found, files);
    const { loaded, dropped } = await replayStaged(request, files, ledger);
    return {
      records: readable + unreadable,
      loaded,
      dropped,
      remaining: readable + unreadable - loaded - dropped,
      unreadable: found.unreadable,
    };
  } catch (error) {
    if (error instanceof BadFiles)
      throw refusalError([{ delivery: '', files: error.files }], request) ?? error;
    throw error instanceof TsdbtError ? error.with({ nodeId }) : error;
  } finally {
    const others = [verdictTable, keysTable, gatheredTable];
    await dropStaging(connection, dialect, undefined, others).catch(() => undefined);
  }
}

function stagedFile(
  { entry, records }: QuarantinedRecords['files'][number],
  id: number,
): StagedFile {
  const { file: path, processingDate, size, modifiedMicros, sha256 } = entry;
  return {
    id,
    file: {
      path,
      absolutePath: path,
      date: processingDate,
      processingDate,
      size,
      modifiedMicros,
      changedMicros: entry.changedMicros ?? 0n,
      inode: entry.inode ?? 0n,
      known: entry,
    },
    processingDate,
    facts: { sha256, bytes: size },
    records: records.length,
    plainTable: undefined,
    renamedFrom: undefined,
  };
}

async function stage(
  { connection, dialect, landing }: IngestRequest,
  { files: found }: QuarantinedRecords,
  files: readonly StagedFile[],
): Promise<void> {
  const text = new TextStage(connection, dialect, landing);
  await connection.run(valueFunctions());
  await text.open();
  for (const [id, { records }] of found.entries())
    await text.addRecords(id, records, () => undefined);
  await text.close();
  await createSource(connection, dialect, landing, files);
}

async function replayStaged(
  request: IngestRequest,
  files: readonly StagedFile[],
  ledger: ReadonlyMap<string, LedgerFile>,
): Promise<{ readonly loaded: number; readonly dropped: number }> {
  const { connection, dialect, landing, target, nodeId, nodeName, expectations } = request;
  const { database } = target;
  const place = ledgerPlace(nodeId, target);
  const source = dialect.quote(sourceView);
  const model = await request.compile(source);
  const node = { connection, dialect, nodeId, nodeName, model, target };
  const columns = await describeModel(node);
  const rules = {
    ...node,
    expectations,
    delivery: landing.delivery,
    counted: lineNumber(landing),
    oneFile: false,
    oneDelivery: false,
    violations: new Map<string, number>(),
  };
  await checkRules(rules);
  const { violations } = await checkModel({ ...node, source, expectations });
  const { eventTime } = landing;
  const verdicts = await applyRules({ ...rules, violations }, async () => {
    if (eventTime === undefined || eventTime.late === 'accept') return 0;
    const current = await readWatermark(connection, dialect, database, place);
    const watermarks = fileWatermarks(files, current);
    return await rejectLate({ connection, dialect, source, eventTime, watermarks });
  });
  await ensureStateSchema(connection, dialect, database);
  return await oneAtATime(database, () =>
    connection.transaction(async () => {
      const number = await beginBatch(connection, dialect, database, {
        place,
        invocationId: request.invocationId,
        kind: 'replay',
        at: request.now(),
      });
      await prepareTarget({ ...node, columns, ledger, isRebuilt: false }, []);
      const doubled = await rejectLoaded(rules, verdicts.taken);
      const rows = verdicts.taken.rows + doubled;
      const taken = { ...verdicts.taken, rows, duplicates: rows > 0 };
      const names = columns.map(({ name }) => dialect.quote(name)).join(', ');
      await connection.run(`
        insert into ${dialect.relation(target)} (${names}, _batch)
        select ${names}, cast(${number} as bigint)
        ${survivors({ model, dialect, oneFile: false }, taken)}`);
      await gatherQuarantine(connection, dialect, landing, files, rows);
      await updateQuarantine(request);
      const counts = await recount(request, files, number);
      const entered = { ...place, source: request.sourceName };
      await writeLedger(connection, dialect, database, entered, counts.entries);
      await request.beforeCommit?.(number);
      return counts;
    }),
  );
}

/** Takes out of the quarantine what is no longer of it; the rest gets the code and reason of today. */
async function updateQuarantine({ connection, dialect, target }: IngestRequest): Promise<void> {
  const { quote } = dialect;
  const quarantine = dialect.relation(quarantineRelation(target));
  await connection.run(`
    delete from ${quarantine} as q
    using (
      select f.file, t.record
      from ${quote(textTable)} as t
      join ${quote(filesTable)} as f using (file_id)
      anti join ${quote(gatheredTable)} as g on g.file = f.file and g.record = t.record
    ) as passed
    where q.file = passed.file and q.record = passed.record`);
  await connection.run(`
    update ${quarantine} as q set code = g.code, reason = g.reason
    from ${quote(gatheredTable)} as g
    where q.file = g.file and q.record = g.record`);
}
