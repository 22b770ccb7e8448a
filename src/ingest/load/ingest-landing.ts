import { isTsdbtError } from '../../errors/tsdbt-error.ts';
import type { Refusal } from '../files/bad-files.ts';
import { outdatedFiles, outdatedText } from '../files/landing-rules.ts';
import { counted, namedFiles } from '../files/missing-files.ts';
import {
  type Delivery,
  findPending,
  type LandingWarning,
  missingFilesError,
  type PendingRequest,
  type PendingWork,
} from '../files/pending.ts';
import { type LedgerFile, toMicros, writeLedger } from '../ledger/ledger.ts';
import { ensureStateSchema, ledgerPlace, upgradeLedger } from '../ledger/state-tables.ts';
import type { Expectation } from '../rules/expectations.ts';
import { ensureEmptyTarget } from './empty-target.ts';
import type { LoadedBatch } from './load-batch.ts';
import { type LoadProgress, loadDeliveries, RefreshRefused } from './load-deliveries.ts';
import { removeFiles } from './remove-files.ts';

/** What it takes to load a landing model. */
export interface IngestRequest extends PendingRequest {
  /** The model's compiled SQL, reading its landing source from the relation given. */
  readonly compile: (sourceRelationSql: string) => Promise<string>;
  readonly expectations: readonly Expectation[];
  /** Columns that identify a row; all business columns when empty. */
  readonly uniqueKey: readonly string[];
  readonly invocationId: string;
  /** Looks at the table before a batch is committed; what it throws takes the batch back. */
  readonly beforeCommit?: ((batch: number) => Promise<void>) | undefined;
  /** Most files of one transaction, unless one delivery has more. Default 1000. */
  readonly maxFilesPerBatch?: number | undefined;
  /** CSV files from this size are read by the database when they are plain. Default 2 MiB. */
  readonly fastBytes?: number | undefined;
}

/** One committed batch. */
export interface BatchResult extends Omit<LoadedBatch, 'notices' | 'entries' | 'forgotten'> {
  /** Rows kept although they break a rule whose `on_violation` is warn, by rule. */
  readonly warned: Readonly<Record<string, number>>;
}

export interface IngestResult {
  readonly batches: readonly BatchResult[];
  /** Rows loaded, over all batches. */
  readonly rowsAffected: number;
  /** Rows that went away because their files are gone and the user asked for that. */
  readonly rowsRemoved: number;
  /** Deliveries that were not loaded; the others were. */
  readonly refused: readonly Refusal[];
  /** Whether the table has what was loaded, now or before, so that it can be built upon. */
  readonly isUsable: boolean;
  /** Whether the table was made, with or without rows. */
  readonly created: boolean;
  /** Things worth telling that are no errors. */
  readonly notices: readonly string[];
  readonly warnings: readonly LandingWarning[];
  readonly quarantinedByCode: Readonly<Record<string, number>>;
}

const defaultFilesPerBatch = 1000;
/** Staged rows live in memory until they are written. */
const bytesPerBatch = 512 << 20;
/** Ends a load that never catches up with someone who keeps writing. */
const maxRounds = 1000;

/**
 * Loads what is new or changed in a landing source into the model's table: batch after batch, each
 * in one transaction with its quarantine and ledger rows, until nothing is pending. A delivery that
 * can't be loaded is refused and named, and the others are loaded. With nothing pending it writes at
 * most what it found out about unchanged files.
 */
export async function ingestLanding(request: IngestRequest): Promise<IngestResult> {
  const { connection, dialect, target, nodeId } = request;
  const batches: BatchResult[] = [];
  const notices = new Set<string>();
  const warnings: LandingWarning[] = [];
  const quarantinedByCode: Record<string, number> = {};
  const refused = new Map<string, Refusal>();
  const settled = new Set<string>();
  const repeats = request.processDate === undefined && !request.fullRefresh;
  await upgradeLedger(connection, dialect, target.database, ledgerPlace(nodeId, target));
  let work: PendingWork;
  let progress: LoadProgress;
  for (let round = 0; ; round++) {
    work = await findPending(request, settled);
    for (const notice of work.notices) notices.add(notice);
    await note(request, work.noted);
    progress = {
      ledger: new Map(work.ledger),
      vanished: work.vanished,
      halvings: 0,
      onLoaded: (loaded) => {
        batches.push(loaded.result);
        for (const notice of loaded.notices) notices.add(notice);
        warnings.push(...loaded.warnings);
        for (const { file } of loaded.entries) settled.add(file);
        for (const [code, count] of loaded.byCode)
          quarantinedByCode[code] = (quarantinedByCode[code] ?? 0) + count;
      },
      onRefused: (refusal) => void refused.set(refusal.delivery, refusal),
    };
    const deliveries = work.deliveries.filter(({ key }) => !refused.has(key));
    if (deliveries.length === 0 || round === maxRounds) break;
    await ensureStateSchema(connection, dialect, target.database);
    const parts = repeats ? batchesOf(deliveries, request.maxFilesPerBatch) : [deliveries];
    try {
      for (const part of parts) await loadDeliveries(request, work, part, progress);
    } catch (error) {
      // Without the rows that it would cast, and with all of its files there, the table can be made again.
      if (
        work.kind === 'reload' &&
        work.missing.length === 0 &&
        batches.length === 0 &&
        isTsdbtError(error, 'landing-columns-changed')
      )
        return await ingestLanding({ ...request, reload: false, fullRefresh: true });
      if (!(error instanceof RefreshRefused)) throw error;
    }
    if (!repeats) break;
  }
  for (const { file, error } of work.bad)
    refused.set(file, { delivery: file, files: [{ file, error }] });
  const outdated = await settleOutdated(request, work, progress, notices);
  if (outdated !== undefined) warnings.push({ name: 'LandingRowsOutdated', text: outdated });
  const rowsRemoved = await settleMissing(request, work, progress, batches, notices, refused);
  const created = refused.size === 0 && batches.length === 0 && (await ensureEmptyTarget(request));
  return {
    batches,
    rowsAffected: batches.reduce((sum, batch) => sum + batch.loaded, 0),
    rowsRemoved,
    refused: [...refused.values()],
    isUsable: progress.ledger.size > 0,
    created: created || batches.length > 0,
    notices: [...notices],
    warnings: [...work.warnings, ...warnings],
    quarantinedByCode,
  };
}

/** Writes what the ledger should say of files that need not be loaded. */
async function note(
  { connection, dialect, target, nodeId, sourceName }: IngestRequest,
  entries: readonly LedgerFile[],
): Promise<void> {
  if (entries.length === 0) return;
  const place = { ...ledgerPlace(nodeId, target), source: sourceName };
  await connection.transaction(() =>
    writeLedger(connection, dialect, target.database, place, entries),
  );
}

/**
 * What is to be said of rows that were loaded by other rules than those of today. A reload is the
 * answer to it: files that it could not read again, because they are gone, are named that one time.
 */
async function settleOutdated(
  request: IngestRequest,
  work: PendingWork,
  progress: LoadProgress,
  notices: Set<string>,
): Promise<string | undefined> {
  const { nodeName, rules } = request;
  const outdated = outdatedFiles(progress.ledger.values(), rules);
  if (work.kind !== 'reload') return outdatedText(nodeName, outdated, rules);
  const gone = new Set(work.missing.map(({ file }) => file));
  const lost = outdated.filter(({ file }) => gone.has(file));
  if (lost.length > 0) {
    const rows = lost.reduce((sum, { loaded }) => sum + loaded, 0);
    notices.add(
      `${counted(lost.length, 'file')} can't be read again, because ${lost.length === 1 ? 'it is' : 'they are'} no longer in the landing folder: ${namedFiles(lost)}. Their ${counted(rows, 'row')} stay as they were loaded.`,
    );
    const known = lost.map((entry) => ({ ...entry, rules: null }));
    await note(request, known);
    for (const entry of known) progress.ledger.set(entry.file, entry);
  }
  return outdatedText(
    nodeName,
    outdated.filter(({ file }) => !gone.has(file)),
    rules,
  );
}

/**
 * Deals with files that were loaded and are gone, as `on_missing_file` says; gives the number of rows
 * that went away. What stays is said once.
 */
async function settleMissing(
  request: IngestRequest,
  work: PendingWork,
  progress: LoadProgress,
  batches: readonly BatchResult[],
  notices: Set<string>,
  refused: Map<string, Refusal>,
): Promise<number> {
  const policy = request.landing.onMissingFile;
  const isThere = (list: readonly LedgerFile[]) =>
    list.flatMap(({ file }) => progress.ledger.get(file) ?? []);
  if (work.kind === 'process-date' || work.kind === 'full-refresh') {
    const { removed } = work;
    if (removed.length === 0 || (batches.length === 0 && refused.size > 0)) return 0;
    const rows = removed.reduce((sum, { loaded }) => sum + loaded, 0);
    if (batches.length === 0 && isThere(removed).length > 0) await removeFiles(request, removed);
    notices.add(removalNotice(removed, rows));
    for (const { file } of removed) progress.ledger.delete(file);
    return rows;
  }
  // Nobody knows what is in a folder that can't be looked into.
  const hidden = work.bad.map(({ file }) => `${file.replace(/\/$/, '')}/`);
  const missing = isThere(work.missing).filter(
    ({ file }) => !hidden.some((folder) => file.startsWith(folder)),
  );
  if (missing.length === 0) return 0;
  if (policy === 'fail') {
    const error = missingFilesError(request, missing);
    const [first] = missing;
    refused.set(first!.file, { delivery: first!.file, files: [{ file: first!.file, error }] });
    return 0;
  }
  if (policy === 'remove') {
    const { rows } = await removeFiles(request, missing);
    notices.add(removalNotice(missing, rows));
    for (const { file } of missing) progress.ledger.delete(file);
    return rows;
  }
  const fresh = missing.filter(({ missingMicros }) => missingMicros === null);
  if (fresh.length === 0) return 0;
  const rows = fresh.reduce((sum, { loaded }) => sum + loaded, 0);
  notices.add(
    `${counted(fresh.length, 'file')} that ${fresh.length === 1 ? 'was' : 'were'} loaded ${fresh.length === 1 ? 'is' : 'are'} no longer in the landing folder: ${namedFiles(fresh)}. Their ${counted(rows, 'row')} stay (on_missing_file: keep). This is said once.`,
  );
  const missingMicros = toMicros(request.now());
  await note(
    request,
    fresh.map((entry) => ({ ...entry, missingMicros })),
  );
  return 0;
}

function removalNotice(files: readonly LedgerFile[], rows: number): string {
  return `${counted(rows, 'row')} of ${counted(files.length, 'file')} no longer in the landing folder went away: ${namedFiles(files)}.`;
}

/** Whole deliveries, as many to a batch as fit it and at least one. */
function batchesOf(
  deliveries: readonly Delivery[],
  maxFiles = defaultFilesPerBatch,
): readonly (readonly Delivery[])[] {
  const batches: Delivery[][] = [];
  let count = 0;
  let bytes = 0;
  for (const delivery of deliveries) {
    const size = delivery.files.reduce((sum, file) => sum + file.size, 0);
    count += delivery.files.length;
    bytes += size;
    const last = batches.at(-1);
    if (last !== undefined && count <= maxFiles && bytes <= bytesPerBatch) last.push(delivery);
    else {
      batches.push([delivery]);
      count = delivery.files.length;
      bytes = size;
    }
  }
  return batches;
}
