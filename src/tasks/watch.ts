import { isTsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { landingOf, watchRoots } from '../ingest/index.ts';
import { type ExecuteRequest, type ExecuteResult, executeTask } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { selectFromProject } from './select-nodes.ts';

export interface WatchOptions {
  /** Called once the folders are watched, with their paths. */
  readonly onReady: (folders: readonly string[]) => void;
  /** Called when a pass could not be made at all; `seconds` is the time until it is tried again. */
  readonly onFailure: (error: Error, seconds: number) => void;
  readonly signal: AbortSignal;
  /** Milliseconds in which files that arrive together become one batch. */
  readonly settle?: number;
}

/** Seconds until a pass that failed is tried again although nothing has changed: doubled each time. */
const firstRetry = 10;
const lastRetry = 300;
/** Seconds until the database is asked for again while another process has it. */
const lockedRetry = 1;

/**
 * Runs the selection, then again whenever files come, change or go in the folders its landing sources
 * read, until the signal. Which files are new is decided by the ledger, never by the watcher: a missed
 * or doubled event can neither lose a file nor load one twice. The database is open during a pass only,
 * so that others can read and build between passes. Gives whether all that landed is loaded and built.
 */
export async function watchTask(
  parsed: ParsedProject,
  request: ExecuteRequest,
  options: WatchOptions,
): Promise<boolean> {
  const { FolderWatch } = await import('./folder-watch.ts');
  const folders = landingFolders(parsed, request);
  const { signal } = options;
  let wake: () => void = () => undefined;
  let changed = false;
  const watcher = new FolderWatch(folders, () => {
    changed = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  /** Waits for a change, at most for some milliseconds where they are given. */
  const waitForChange = async (most: number | undefined) => {
    if (changed || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = most === undefined ? undefined : setTimeout(resolve, most);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  let succeeded = true;
  let retry: number | undefined;
  let todo = request;
  try {
    await watcher.open();
    for (let first = true; ; ) {
      changed = false;
      const pass = await attempt(parsed, todo);
      if ('result' in pass) {
        if (first) options.onReady(folders);
        first = false;
        // A date that is named, or a full refresh, is done once.
        todo = { ...request, processDate: undefined, reload: false, fullRefresh: false };
        const failed = hasFailed(pass.result);
        // What was cut short says nothing of what landed.
        if (failed || !(signal.aborted && wasCutShort(pass.result))) succeeded = !failed;
        retry = failed ? Math.min((retry ?? firstRetry / 2) * 2, lastRetry) : undefined;
      } else {
        if (signal.aborted) break;
        if (isTsdbtError(pass.error, 'database-locked')) retry = lockedRetry;
        else {
          // The first pass shows that something has to be set right before there is a point in watching.
          if (first) throw pass.error;
          succeeded = false;
          retry = Math.min((retry ?? firstRetry / 2) * 2, lastRetry);
        }
        options.onFailure(pass.error, retry);
      }
      await waitForChange(retry === undefined ? undefined : retry * 1000);
      if (signal.aborted) break;
      await new Promise((resolve) => setTimeout(resolve, options.settle ?? 200));
    }
    return succeeded;
  } finally {
    await watcher.close();
  }
}

async function attempt(
  parsed: ParsedProject,
  request: ExecuteRequest,
): Promise<{ readonly result: ExecuteResult } | { readonly error: Error }> {
  try {
    return { result: await executeTask(parsed, request) };
  } catch (error) {
    return { error: toTsdbtError(error) };
  }
}

function wasCutShort({ results }: ExecuteResult): boolean {
  return results.some(
    ({ status, error }) => status === 'skipped' || error?.name === 'run-cancelled',
  );
}

/** Whether a node failed for another reason than that the run was stopped. */
function hasFailed({ results }: ExecuteResult): boolean {
  return results.some(
    ({ status, error }) =>
      status === 'fail' ||
      status === 'partial success' ||
      (status === 'error' && error?.name !== 'run-cancelled'),
  );
}

/** Folders that the landing sources above the selected nodes read. */
function landingFolders(parsed: ParsedProject, request: ExecuteRequest): readonly string[] {
  const { ids } = selectFromProject(parsed, {
    select: request.select,
    exclude: request.exclude,
    selector: request.selector,
    state: request.state,
  });
  const folders = new Set<string>();
  for (const id of ids) {
    for (const parent of parsed.manifest.nodes.get(id)?.dependsOn.nodes ?? []) {
      const source = parsed.manifest.sources.get(parent);
      if (source === undefined || source.landing === null) continue;
      for (const folder of watchRoots(landingOf(source), parsed.project.root)) folders.add(folder);
    }
  }
  return [...folders];
}
