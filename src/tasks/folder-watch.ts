import { statSync } from 'node:fs';
import { sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** How often it is looked at whether the folders are still those that are watched, in milliseconds. */
const lookEvery = 500;

/**
 * Calls `onChange` when files come, change or go under the folders. A folder may come later, be renamed
 * or be removed and come back: the system tells nothing of that, so its entry is looked at.
 */
export class FolderWatch {
  readonly #folders: readonly string[];
  readonly #onChange: () => void;
  readonly #isLeftOut: (path: string) => boolean;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #seen = '';
  #closed = false;

  /** @param isLeftOut Paths below the folders whose changes count for nothing. */
  constructor(
    folders: readonly string[],
    onChange: () => void,
    isLeftOut: (path: string) => boolean = () => false,
  ) {
    this.#folders = folders;
    this.#onChange = onChange;
    this.#isLeftOut = isLeftOut;
  }

  /** Resolves once the folders that are there are watched. */
  async open(): Promise<void> {
    this.#seen = this.#entries();
    const watcher = watch([...this.#folders], {
      ignoreInitial: true,
      ignored: this.#isLeftOut,
      awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 50 },
    });
    this.#watcher = watcher;
    watcher.on('add', this.#onChange).on('change', this.#onChange).on('unlink', this.#onChange);
    // One that comes back at once has the entry it had, but is no longer watched.
    watcher.on('unlinkDir', (path) => {
      if (this.#folders.some((folder) => folder === path || folder.startsWith(`${path}${sep}`)))
        this.#seen = 'gone';
      this.#onChange();
    });
    // What can't be watched is met again by the load, which says so.
    watcher.on('error', this.#onChange);
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    if (this.#closed) await watcher.close();
    else this.#timer = setTimeout(() => void this.#look(), lookEvery);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#watcher?.close();
  }

  async #look(): Promise<void> {
    if (this.#entries() === this.#seen) {
      this.#timer = setTimeout(() => void this.#look(), lookEvery);
      return;
    }
    await this.#watcher?.close();
    if (this.#closed) return;
    await this.open();
    // After the new watcher is there: what landed before that is found by the load.
    this.#onChange();
  }

  #entries(): string {
    return this.#folders
      .map((folder) => {
        const info = statSync(folder, { bigint: true, throwIfNoEntry: false });
        return info === undefined ? '-' : `${info.dev}:${info.ino}`;
      })
      .join(' ');
  }
}
