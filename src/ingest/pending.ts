import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Relation } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { LandingConfig } from './landing-config.ts';
import { type LedgerFile, ledgerPlace, readLedger, relationKind } from './ledger.ts';
import { type LandingFile, listLandingFiles } from './list-files.ts';
import { hashFile } from './read-records.ts';

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
  /** Load exactly the delivery of this date (YYYY-MM-DD), changed or not. */
  readonly processDate?: string | undefined;
  readonly fullRefresh: boolean;
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

export type LoadKind = 'incremental' | 'process-date' | 'full-refresh';

export interface PendingWork {
  readonly kind: LoadKind;
  readonly deliveries: readonly Delivery[];
  readonly notices: readonly string[];
  /** Files whose content is unchanged but whose time of change is not: noted with the next load. */
  readonly touched: readonly LandingFile[];
  readonly ledger: ReadonlyMap<string, LedgerFile>;
  /** Files in the ledger that are no longer on disk. */
  readonly vanished: readonly LedgerFile[];
}

/** A change this close to the load can hide behind the same size and time: the hash decides. */
const racyMicros = 2_000_000n;

/** Finds out which deliveries of a landing model are new or changed. Writes nothing. */
export async function findPending(request: PendingRequest): Promise<PendingWork> {
  const { connection, dialect, target, nodeId, landing } = request;
  const { files, notices } = await listLandingFiles(
    landing,
    request.sourceName,
    request.projectDir,
  );
  const kindOfTarget = await relationKind(connection, dialect, target);
  const known = await readLedger(connection, dialect, target.database, ledgerPlace(nodeId, target));
  // Without its table the ledger speaks of nothing: everything on disk is loaded again.
  const ledger = kindOfTarget === 'table' ? known : new Map<string, LedgerFile>();
  const more = [...notices];
  if (known.size > 0 && ledger.size === 0) {
    more.push(`The table of ${request.nodeName} is gone; all files on disk are loaded again.`);
  }
  const onDisk = new Set(files.map(({ path }) => path));
  const vanished = [...ledger.values()].filter(({ file }) => !onDisk.has(file));
  const today = request.now().toISOString().slice(0, 10);
  const dated = files.map((file): PendingFile => {
    const entry = ledger.get(file.path);
    const date = file.date ?? entry?.processingDate ?? request.processDate ?? today;
    return { ...file, processingDate: date, known: entry };
  });
  const work = { notices: more, touched: [], ledger, vanished };

  if (request.processDate !== undefined) {
    const date = request.processDate;
    const chosen = dated.filter((file) => file.processingDate === date);
    if (chosen.length === 0) more.push(`${request.sourceName} has no delivery for ${date}.`);
    return { ...work, kind: 'process-date', deliveries: group(chosen, landing) };
  }
  if (request.fullRefresh) {
    if (vanished.length > 0) throw refuseFullRefresh(request, vanished);
    return { ...work, kind: 'full-refresh', deliveries: group(dated, landing) };
  }
  const changed = new Set<string>();
  const touched: LandingFile[] = [];
  for (const file of dated) {
    const state = await compare(file);
    if (state === 'changed') changed.add(deliveryKey(file, landing));
    if (state === 'touched') touched.push(file);
  }
  const chosen = dated.filter((file) => changed.has(deliveryKey(file, landing)));
  return { ...work, touched, kind: 'incremental', deliveries: group(chosen, landing) };
}

async function compare(file: PendingFile): Promise<'same' | 'touched' | 'changed'> {
  const { known } = file;
  if (known === undefined || known.size !== file.size) return 'changed';
  const sameTime = known.modifiedMicros === file.modifiedMicros;
  const racy = known.loadedMicros - file.modifiedMicros < racyMicros;
  if (sameTime && !racy) return 'same';
  if ((await hashFile(file.absolutePath)) !== known.sha256) return 'changed';
  return sameTime ? 'same' : 'touched';
}

function deliveryKey(file: PendingFile, landing: LandingConfig): string {
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

function refuseFullRefresh(request: PendingRequest, vanished: readonly LedgerFile[]): Error {
  const named = vanished.slice(0, 5).map(({ file }) => file);
  const rest = vanished.length > 5 ? ` and ${vanished.length - 5} more` : '';
  return tsdbtError(
    'landing-model-invalid',
    {
      node: request.nodeName,
      problem: `can't be rebuilt in full: its rows of ${named.join(', ')}${rest} would be lost, because these files are no longer in the landing folder`,
    },
    {
      nodeId: request.nodeId,
      hint: `Put the files back, or, to build from what is there, drop the table ${request.dialect.relation(request.target)} first.`,
    },
  );
}
