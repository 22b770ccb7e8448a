import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { projectFileIn } from '../config/find-project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { contentHash } from './content-hash.ts';
import type { PinnedPackage } from './package-source.ts';

/**
 * Puts packages into `folder`, in place of all that was installed there. They are gathered beside it
 * first: until every one is there and is what the lock file says, the old ones stay. Gives the hash
 * of each package's files; of linked folders none.
 */
export async function installPackages(
  packages: readonly PinnedPackage[],
  folder: string,
  root: string,
  locked: ReadonlyMap<string, string>,
  onPlaced: (one: PinnedPackage, folder: string) => void,
): Promise<ReadonlyMap<string, string>> {
  checkReplaceable(folder, root);
  const beside = join(dirname(folder), `.${basename(folder)}-${process.pid}`);
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  try {
    const hashes = new Map<string, string>();
    for (const one of packages) {
      const into = join(beside, one.name);
      await one.place(into);
      if (projectFileIn(into) === undefined)
        throw tsdbtError('package-without-project', { directory: one.name });
      if (one.ownFolder !== true) {
        const hash = contentHash(into);
        const before = locked.get(one.name);
        if (before !== undefined && before !== hash)
          throw tsdbtError('package-content-changed', { name: one.name, label: one.label });
        hashes.set(one.name, hash);
      }
      onPlaced(one, into);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
    return hashes;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** The folder is emptied, so it must hold nothing but packages, and not the project itself. */
function checkReplaceable(folder: string, root: string): void {
  const inside = relative(folder, resolve(root));
  const holdsProject = inside === '' || !inside.startsWith('..');
  const stranger = !existsSync(folder)
    ? undefined
    : readdirSync(folder).find((name) => {
        const path = join(folder, name);
        // A link to a package that is not there any more: the project was moved.
        if (!existsSync(path) && lstatSync(path).isSymbolicLink()) return false;
        try {
          return projectFileIn(path) === undefined;
        } catch {
          return true;
        }
      });
  if (holdsProject || stranger !== undefined) {
    throw tsdbtError('packages-folder-in-use', {
      folder,
      found: holdsProject ? 'the project' : stranger!,
    });
  }
}
