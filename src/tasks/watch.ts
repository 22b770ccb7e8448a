import { landingOf, watchRoots } from '../ingest/index.ts';
import { type ExecuteRequest, type ExecuteResult, executeTask, openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { selectFromProject } from './select-nodes.ts';

export interface WatchOptions {
  /** Called after each pass. */
  readonly onPass: (result: ExecuteResult) => void;
  /** Called once the folders are watched, with their paths. */
  readonly onReady: (folders: readonly string[]) => void;
  readonly signal: AbortSignal;
  /** Milliseconds in which files that arrive together become one batch. */
  readonly settle?: number;
}

/**
 * Runs the selection, then again whenever files land in the folders its landing sources read, until
 * the signal. Which files are new is decided by the ledger, never by the watcher: a missed or
 * doubled event can neither lose a file nor load one twice.
 */
export async function watchTask(
  parsed: ParsedProject,
  request: ExecuteRequest,
  options: WatchOptions,
): Promise<ExecuteResult> {
  const { watch } = await import('chokidar');
  const folders = landingFolders(parsed, request);
  const session = await openSession(parsed);
  let wake: () => void = () => undefined;
  let changed = false;
  const watcher = watch([...folders], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 20 },
  });
  const note = () => {
    changed = true;
    wake();
  };
  watcher.on('add', note).on('change', note);
  options.signal.addEventListener('abort', () => wake(), { once: true });
  try {
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    let last = await executeTask(parsed, request, session);
    options.onPass(last);
    options.onReady(folders);
    while (!options.signal.aborted) {
      if (!changed)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (options.signal.aborted) break;
      await new Promise((resolve) => setTimeout(resolve, options.settle ?? 200));
      changed = false;
      last = await executeTask(
        parsed,
        { ...request, processDate: undefined, fullRefresh: false },
        session,
      );
      options.onPass(last);
    }
    return last;
  } finally {
    await watcher.close();
    await session.close();
  }
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
