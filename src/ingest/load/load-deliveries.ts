import { isTsdbtError, type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { type BadFile, badFilesOf, type Refusal } from '../files/bad-files.ts';
import type { Delivery, PendingWork } from '../files/pending.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import type { IngestRequest } from './ingest-landing.ts';
import { type LoadedFiles, loadFiles } from './load-files.ts';

/** How often an error that names no file is looked for in halves of what was to be loaded. */
const mostHalvings = 64;

/** What the loads of one call share. */
export interface LoadProgress {
  /** The ledger and the files that are gone, as they are after the batches so far. */
  readonly ledger: Map<string, LedgerFile>;
  vanished: readonly LedgerFile[];
  halvings: number;
  readonly onLoaded: (loaded: LoadedFiles) => void;
  readonly onRefused: (refusal: Refusal) => void;
}

/**
 * Loads deliveries in one batch. One that can't be loaded is refused, and the rest is loaded without
 * it: at once when the error names its files, else by halves until it is found. Errors of the model or
 * of the database are thrown.
 */
export async function loadDeliveries(
  request: IngestRequest,
  work: PendingWork,
  deliveries: readonly Delivery[],
  progress: LoadProgress,
  failures = 0,
): Promise<void> {
  if (deliveries.length === 0) return;
  const again = (part: readonly Delivery[]) =>
    loadDeliveries(request, work, part, progress, failures + 1);
  const { refused, error } = await attempt(request, work, deliveries, progress);
  if (refused === 'none') return;
  // What a full refresh leaves out is gone from the table, so that must be of files that are new.
  const isWhole = work.kind === 'full-refresh';
  if (refused.length === 0) {
    if (isWhole || !isOfValues(error)) throw error;
    if (deliveries.length === 1) {
      progress.onRefused(wholeDelivery(deliveries[0]!, error));
      return;
    }
    if (progress.halvings++ >= mostHalvings) throw error;
    for (const half of halves(deliveries)) await again(half);
    return;
  }
  for (const refusal of refused) progress.onRefused(refusal);
  const keys = new Set(refused.map(({ delivery }) => delivery));
  if (isWhole && deliveries.some(({ key, files }) => keys.has(key) && files.some(isKnown))) {
    throw new RefreshRefused();
  }
  const rest = deliveries.filter(({ key }) => !keys.has(key));
  // One bad delivery costs one more attempt; many are looked for in ever smaller parts.
  if (isWhole || failures === 0) await again(rest);
  else for (const half of halves(rest)) await again(half);
}

/** A full refresh that would lose rows of a delivery which is refused now; it changed nothing. */
export class RefreshRefused extends Error {
  override readonly name = 'RefreshRefused';
}

async function attempt(
  request: IngestRequest,
  work: PendingWork,
  deliveries: readonly Delivery[],
  progress: LoadProgress,
): Promise<{ readonly refused: readonly Refusal[] | 'none'; readonly error?: unknown }> {
  const files = deliveries.flatMap((delivery) => delivery.files);
  try {
    const { ledger, vanished } = progress;
    const loaded = await loadFiles(request, { ...work, ledger, vanished }, files);
    for (const entry of loaded.entries) ledger.set(entry.file, entry);
    for (const file of loaded.forgotten) ledger.delete(file);
    const forgotten = new Set(loaded.forgotten);
    progress.vanished = vanished.filter(({ file }) => !forgotten.has(file));
    progress.onLoaded(loaded);
    return { refused: 'none' };
  } catch (error) {
    const bad = badFilesOf(error, new Set(files.map(({ path }) => path)));
    const byFile = new Map<string, BadFile>();
    for (const one of bad) if (!byFile.has(one.file)) byFile.set(one.file, one);
    const refused = deliveries.flatMap((delivery): readonly Refusal[] => {
      const own = delivery.files.flatMap(({ path }) => byFile.get(path) ?? []);
      return own.length === 0 ? [] : [{ delivery: delivery.key, files: own }];
    });
    return { refused, error };
  }
}

function isKnown({ known }: Delivery['files'][number]): boolean {
  return known !== undefined;
}

/** Whether the database failed at a value, which may be one of a single file. */
function isOfValues(error: unknown): error is TsdbtError {
  return (
    isTsdbtError(error, 'sql-failed') &&
    /^(Conversion|Invalid Input|Out of Range|Constraint)/i.test(error.message)
  );
}

function wholeDelivery({ key, files }: Delivery, error: TsdbtError): Refusal {
  const problem = `can't be loaded by the model: ${error.message.replace(/\.$/, '')}`;
  return {
    delivery: key,
    files: files.map(({ path: file }) => ({
      file,
      error: tsdbtError(
        'landing-file-unreadable',
        { file, problem },
        { cause: error, location: { file } },
      ),
    })),
  };
}

function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
