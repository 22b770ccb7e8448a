import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { type LedgerFile, readLedger, relationKind } from '../ledger/ledger.ts';
import { ledgerPlace } from '../ledger/state-tables.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import type { BadFile } from './bad-files.ts';
import { compareContent, isUnchanged } from './compare-files.ts';
import { type FileListing, type LandingFile, listLandingFiles } from './list-files.ts';
import { counted, namedFiles, withoutMoved } from './missing-files.ts';

/** What decides which files of a landing source are to be loaded. */
export interface PendingRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly target: Relation;
  readonly sourceName: string;
  readonly landing: LandingConfig;
  readonly projectDir: string;
  /** Patterns of the other landing sources: their files are none that this one left out. */
  readonly otherPatterns?: readonly string[] | undefined;
  /** Load exactly the delivery of this date (YYYY-MM-DD), changed or not. */
  readonly processDate?: string | undefined;
  readonly fullRefresh: boolean;
  /** Load all that is in the landing folder again, and keep the rows of files that are gone. */
  readonly reload?: boolean | undefined;
  /** Fingerprint of the model and the source (`rulesFingerprint`). */
  readonly rules?: string | undefined;
  readonly now: () => Date;
}

/** A file to load, with the processing date its rows get. */
export interface PendingFile extends LandingFile {
  readonly processingDate: string;
  /** What the ledger knows of the file, undefined for a new one. */
  readonly known: LedgerFile | undefined;
}

/** Files that are loaded together or not at all. */
export interface Delivery {
  /** The processing date, or the path of the file. */
  readonly key: string;
  readonly files: readonly PendingFile[];
}

export type LoadKind = 'incremental' | 'process-date' | 'full-refresh' | 'reload';

export interface PendingWork {
  readonly kind: LoadKind;
  readonly deliveries: readonly Delivery[];
  readonly notices: readonly string[];
  /** What a user should look at although nothing failed. */
  readonly warnings: readonly LandingWarning[];
  /** Files and folders that can't be looked at. */
  readonly bad: readonly BadFile[];
  /** Ledger entries of files whose content was looked at and is unchanged, as they should be now. */
  readonly noted: readonly LedgerFile[];
  readonly ledger: ReadonlyMap<string, LedgerFile>;
  /** Files in the ledger that are no longer on disk under their name. */
  readonly vanished: readonly LedgerFile[];
  /** Those of them that are not there under another name either. */
  readonly missing: readonly LedgerFile[];
  /** Missing files whose rows go away with this load, because the user asked for it. */
  readonly removed: readonly LedgerFile[];
}

export interface LandingWarning {
  readonly name:
    | 'LandingFolderMissing'
    | 'LandingFilesLeftOut'
    | 'LandingBadRecords'
    | 'LandingRowsOutdated';
  readonly text: string;
}

/**
 * Finds out which deliveries of a landing model are new or changed. Writes nothing. `settled` are
 * paths whose content this load has dealt with already.
 */
export async function findPending(
  request: PendingRequest,
  settled: ReadonlySet<string> = new Set(),
): Promise<PendingWork> {
  const { connection, dialect, target, nodeId, landing, sourceName } = request;
  const listing = await listLandingFiles(
    landing,
    sourceName,
    request.projectDir,
    request.otherPatterns,
  );
  const { files } = listing;
  const kindOfTarget = await relationKind(connection, dialect, target);
  const known = await readLedger(connection, dialect, target.database, ledgerPlace(nodeId, target));
  // Without its table the ledger speaks of nothing: everything on disk is loaded again.
  const ledger = kindOfTarget === 'table' ? known : new Map<string, LedgerFile>();
  const onDisk = new Set(files.map(({ path }) => path));
  const notices = [...listing.notices];
  if (known.size > 0 && ledger.size === 0) {
    notices.push(`The table of ${request.nodeName} is gone; all files on disk are loaded again.`);
    const lost = [...known.values()].filter(({ file }) => !onDisk.has(file));
    if (lost.length > 0)
      notices.push(
        `${counted(lost.length, 'file')} it was loaded from ${lost.length === 1 ? 'is' : 'are'} gone, too: ${namedFiles(lost)}.`,
      );
  }
  const vanished = [...ledger.values()].filter(({ file }) => !onDisk.has(file));
  const unknown = files.filter(({ path }) => !ledger.has(path));
  const missing = await withoutMoved(vanished, unknown);
  const folders = missingFolders(listing, ledger, request);
  const warnings: LandingWarning[] = [...folders.warnings];
  if (listing.leftOut !== undefined) {
    if (files.length > 0) notices.push(listing.leftOut);
    else warnings.push({ name: 'LandingFilesLeftOut', text: listing.leftOut });
  }
  const bad = [...listing.bad, ...folders.bad];
  const today = request.now().toISOString().slice(0, 10);
  const pending = (file: LandingFile): PendingFile => {
    const entry = ledger.get(file.path);
    const date = file.date ?? entry?.processingDate ?? request.processDate ?? today;
    return { ...file, processingDate: date, known: entry };
  };
  const work = { notices, warnings, bad, noted: [], ledger, vanished, missing, removed: [] };

  if (request.processDate !== undefined) {
    const date = request.processDate;
    const chosen = files.map(pending).filter((file) => file.processingDate === date);
    const gone = missing.filter((file) => file.processingDate === date);
    const removed = removedWithDate(request, date, chosen, gone, notices);
    if (chosen.length === 0 && gone.length === 0)
      notices.push(`${sourceName} has no delivery for ${date}.`);
    return { ...work, kind: 'process-date', deliveries: group(chosen, landing), removed };
  }
  if (request.fullRefresh) {
    if (missing.length > 0 && landing.onMissingFile !== 'remove')
      throw refuseFullRefresh(request, missing);
    return {
      ...work,
      kind: 'full-refresh',
      deliveries: group(files.map(pending), landing),
      removed: missing,
    };
  }
  if (request.reload === true) {
    const chosen = files.map(pending).filter(({ path }) => !settled.has(path));
    return { ...work, kind: 'reload', deliveries: group(chosen, landing) };
  }
  const changed = new Set<string>();
  const noted: LedgerFile[] = [];
  for (const file of files) {
    const entry = ledger.get(file.path);
    if (settled.has(file.path) || (entry !== undefined && isUnchanged(file, entry))) continue;
    const state = entry === undefined ? undefined : await compareContent(file, entry, request.now);
    if (state?.kind === 'noted') noted.push(state.noted);
    if (state === undefined || state.kind === 'changed')
      changed.add(deliveryKey(pending(file), landing));
  }
  const chosen =
    changed.size === 0
      ? []
      : files.map(pending).filter((file) => changed.has(deliveryKey(file, landing)));
  return { ...work, noted, kind: 'incremental', deliveries: group(chosen, landing) };
}

/** A folder that is not there yet is a warning; one whose files were loaded should be there. */
function missingFolders(
  { missingFolders: folders }: FileListing,
  ledger: ReadonlyMap<string, LedgerFile>,
  { sourceName, landing }: PendingRequest,
): { readonly bad: readonly BadFile[]; readonly warnings: readonly LandingWarning[] } {
  const bad: BadFile[] = [];
  const warnings: LandingWarning[] = [];
  for (const folder of folders) {
    const held = [...ledger.keys()].some((path) => path.startsWith(`${folder}/`));
    if (held && landing.onMissingFile !== 'keep') {
      bad.push({
        file: folder,
        error: tsdbtError('landing-folder-missing', { source: sourceName, folder }),
      });
    } else {
      const text = `Landing source ${sourceName} reads ${folder}, which does not exist${held ? '; the rows of its files stay' : ' yet'}.`;
      warnings.push({ name: 'LandingFolderMissing', text });
    }
  }
  return { bad, warnings };
}

/**
 * The missing files of a date whose rows go away when it is loaded again. Without a word in
 * `on_missing_file` the delivery is what the folder holds, as long as it holds any of it: that all of
 * it is gone may as well mean that it was archived.
 */
function removedWithDate(
  request: PendingRequest,
  date: string,
  chosen: readonly PendingFile[],
  gone: readonly LedgerFile[],
  notices: string[],
): readonly LedgerFile[] {
  const { onMissingFile } = request.landing;
  if (gone.length === 0 || onMissingFile === 'remove') return gone;
  if (onMissingFile === undefined && chosen.length > 0) return gone;
  const rows = gone.reduce((sum, file) => sum + file.loaded, 0);
  const kept = `${counted(gone.length, 'file')} of ${date} ${gone.length === 1 ? 'is' : 'are'} no longer in the landing folder: ${namedFiles(gone)}. Their ${counted(rows, 'row')} stay`;
  if (onMissingFile === 'keep') {
    notices.push(`${kept}.`);
    return [];
  }
  throw missingFilesError(request, gone);
}

/** What is said of missing files that stop the load, or that `on_missing_file: fail` reports. */
export function missingFilesError(
  request: Pick<PendingRequest, 'sourceName' | 'nodeId'>,
  gone: readonly LedgerFile[],
): TsdbtError {
  const rows = gone.reduce((sum, file) => sum + file.loaded, 0);
  return tsdbtError(
    'landing-files-missing',
    { source: request.sourceName, files: namedFiles(gone), count: gone.length, rows },
    { nodeId: request.nodeId },
  );
}

/** The key of a file's delivery: its processing date, or its path. */
export function deliveryKey(
  file: Pick<PendingFile, 'processingDate' | 'path'>,
  landing: LandingConfig,
): string {
  return landing.delivery === 'date' ? file.processingDate : file.path;
}

/** Deliveries by date, then path: earlier dates get the lower batch numbers. */
function group(files: readonly PendingFile[], landing: LandingConfig): readonly Delivery[] {
  const byKey = new Map<string, PendingFile[]>();
  for (const file of files) {
    const key = deliveryKey(file, landing);
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [file]);
    else list.push(file);
  }
  return [...byKey]
    .map(([key, list]) => ({ key, files: list }))
    .sort((a, b) => compareText(order(a), order(b)));
}

function order(delivery: Delivery): string {
  return `${delivery.files[0]!.processingDate} ${delivery.files[0]!.path}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function refuseFullRefresh(request: PendingRequest, missing: readonly LedgerFile[]): Error {
  const rows = missing.reduce((sum, file) => sum + file.loaded, 0);
  return tsdbtError(
    'landing-model-invalid',
    {
      node: request.nodeName,
      problem: `can't be rebuilt in full: ${counted(rows, 'row')} of ${namedFiles(missing)} would be lost, because these files are no longer in the landing folder`,
    },
    {
      nodeId: request.nodeId,
      hint: `Put the files back; or, to build from what is there, set \`on_missing_file: remove\` in the \`landing:\` block of the source, or drop the table ${request.dialect.relation(request.target)} first.`,
    },
  );
}
