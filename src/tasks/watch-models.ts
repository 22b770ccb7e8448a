import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { writeJson } from '../artifacts/write-json.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { isTsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { type ExecuteRequest, executeTask, selectedIds } from './execute.ts';
import type { OpenedProject, ParsedProject } from './open-project.ts';
import { masker, projectManifest } from './write-artifacts.ts';

export interface ModelWatchOptions {
  /** Reads the project as it is now; throws what is wrong with it. */
  readonly parse: () => Promise<ParsedProject>;
  /** Called once the folders are watched, with their paths. */
  readonly onReady: (folders: readonly string[]) => void;
  /** Called with what is built after an edit; 0 where nothing of the selection is affected. */
  readonly onEdit: (nodes: number) => void;
  /** Called with what is wrong with the project, or kept a pass from being made. */
  readonly onFailure: (error: unknown) => void;
  readonly signal: AbortSignal;
  /** Milliseconds without a change until the files are read. */
  readonly settle?: number;
}

/** Milliseconds until a database that another process has is asked for again. */
const lockedRetry = 1000;

/**
 * Runs the selection, then again what an edit of the project's files affects: the nodes of the selection
 * that are modified, by the rules of `state:modified`, with their tests, and what failed before. The
 * database is open during a pass only. Gives whether all of it succeeded in the end.
 */
export async function watchModelsTask(
  parsed: ParsedProject,
  request: ExecuteRequest,
  options: ModelWatchOptions,
): Promise<boolean> {
  const { FolderWatch } = await import('./folder-watch.ts');
  const { signal } = options;
  const folders = watchedPaths(parsed);
  const changes = new Changes(signal, options.settle ?? 200);
  const watcher = new FolderWatch(folders, () => changes.note(), leftOut(parsed));
  const state = mkdtempSync(join(tmpdir(), 'tsdbt-watch-'));
  /** What is still to be built: it failed, or was skipped. */
  let open: ReadonlySet<UniqueId> = new Set();
  let isBroken = false;
  try {
    await watcher.open();
    keepState(parsed, state);
    open = await pass(parsed, request, undefined, options);
    options.onReady(folders);
    let current = parsed;
    while (!signal.aborted) {
      const hasChanged = await changes.next(
        open.size > 0 && changes.isLocked ? lockedRetry : undefined,
      );
      if (signal.aborted) break;
      let ids = open;
      if (hasChanged) {
        let next: ParsedProject;
        try {
          next = await options.parse();
          isBroken = false;
        } catch (error) {
          isBroken = true;
          options.onFailure(error);
          continue;
        }
        current = next;
        ids = affected(next, request, state, open);
        keepState(next, state);
        options.onEdit(ids.size);
      }
      open = ids;
      changes.isLocked = false;
      if (ids.size === 0) continue;
      // A full refresh, and a date that is named, are done once.
      const again = { ...request, fullRefresh: false, processDate: undefined };
      open = await pass(current, again, ids, {
        ...options,
        onFailure: (error) => {
          changes.isLocked = isTsdbtError(error, 'database-locked');
          options.onFailure(error);
        },
      });
    }
    return open.size === 0 && !isBroken;
  } finally {
    await watcher.close();
    rmSync(state, { recursive: true, force: true });
  }
}

/** Runs these nodes, or the whole selection; gives those that did not succeed. */
async function pass(
  parsed: ParsedProject,
  request: ExecuteRequest,
  ids: ReadonlySet<UniqueId> | undefined,
  { onFailure, signal }: Pick<ModelWatchOptions, 'onFailure' | 'signal'>,
): Promise<ReadonlySet<UniqueId>> {
  try {
    const { results } = await executeTask(
      parsed,
      ids === undefined ? request : { ...request, ids },
    );
    // What the signal cut short says nothing of the nodes.
    const failed = results.filter(
      ({ status, error }) =>
        ['error', 'fail', 'partial success'].includes(status) && error?.name !== 'run-cancelled',
    );
    const skipped = signal.aborted ? [] : results.filter(({ status }) => status === 'skipped');
    return new Set([...failed, ...skipped].map(({ nodeId }) => nodeId));
  } catch (error) {
    if (ids === undefined) throw error;
    onFailure(toTsdbtError(error));
    return ids;
  }
}

/** The selected nodes that are not as they were, with their tests, and those that are still to do. */
function affected(
  parsed: ParsedProject,
  request: ExecuteRequest,
  state: string,
  open: ReadonlySet<UniqueId>,
): ReadonlySet<UniqueId> {
  const quiet = { ...request, emit: () => undefined };
  const selected = selectedIds(parsed, quiet);
  const modified = selectedIds(parsed, {
    ...quiet,
    select: ['state:modified'],
    exclude: [],
    selector: undefined,
    state,
    indirect: 'eager',
  });
  return new Set([...selected].filter((id) => modified.has(id) || open.has(id)));
}

function keepState(parsed: ParsedProject, folder: string): void {
  writeJson(join(folder, 'manifest.json'), projectManifest(parsed, new Map()), masker(parsed));
}

/** The folders of the project, and the files beside them that say what it is. */
function watchedPaths({ project }: OpenedProject): readonly string[] {
  const { docs: _, ...paths } = project.paths;
  const names = [
    project.file,
    'selectors.yml',
    'vars.yml',
    'profiles.yml',
    ...Object.values(paths).flat(),
  ];
  return [...new Set(names.map((name) => resolve(project.root, name)))];
}

/** What a run itself writes, where it is below a folder that is watched. */
function leftOut({ project }: OpenedProject): (path: string) => boolean {
  const written = [project.targetPath, 'logs', project.packagesInstallPath].map((path) =>
    resolve(project.root, path),
  );
  return (path) => written.some((folder) => path === folder || path.startsWith(folder + sep));
}

/** Waits for edits, and until they pause. */
class Changes {
  readonly #signal: AbortSignal;
  readonly #settle: number;
  #isNoted = false;
  #wake: () => void = () => undefined;
  isLocked = false;

  constructor(signal: AbortSignal, settle: number) {
    this.#signal = signal;
    this.#settle = settle;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  note(): void {
    this.#isNoted = true;
    this.#wake();
  }

  /** Whether something has changed; waits for it, at most for some milliseconds where they are given. */
  async next(most: number | undefined): Promise<boolean> {
    if (!this.#isNoted) await this.#wait(most);
    const hasChanged = this.#isNoted;
    while (this.#isNoted && !this.#signal.aborted) {
      this.#isNoted = false;
      await this.#wait(this.#settle);
    }
    return hasChanged;
  }

  async #wait(most: number | undefined): Promise<void> {
    if (this.#signal.aborted) return;
    await new Promise<void>((done) => {
      const timer = most === undefined ? undefined : setTimeout(done, most);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
