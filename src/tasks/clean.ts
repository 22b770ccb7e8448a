import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { OpenedProject } from './open-project.ts';

export interface CleanResult {
  readonly removed: readonly string[];
  /** Databases inside a cleaned folder: they are data, so they stay. */
  readonly kept: readonly string[];
}

/**
 * Removes the `clean-targets` folders, those outside of the project only with `--no-clean-project-files-only`.
 * A database file in one of them is never removed.
 */
export function cleanTask(
  opened: OpenedProject,
  { onlyInProject = true }: { readonly onlyInProject?: boolean | undefined } = {},
): CleanResult {
  const { project } = opened;
  const root = realpathSync(project.root);
  const removed: string[] = [];
  const kept: string[] = [];
  const sources = Object.values(project.paths).flat();
  for (const target of project.cleanTargets) {
    const path = resolve(root, target);
    const inside = relative(root, path);
    if (
      inside === '' ||
      (onlyInProject && inside.startsWith('..')) ||
      // What the project stands in is never cleaned.
      /^[./\\]+$/.test(inside) ||
      sources.some((s) => inside === s || s.startsWith(inside + sep))
    ) {
      throw tsdbtError('path-outside-project', { what: 'clean-targets entry', path: target });
    }
    if (!existsSync(path)) continue;
    const databases = readdirSync(path).filter((name) => /\.duckdb(\.wal|-ckptj)?$/.test(name));
    if (databases.length === 0) rmSync(path, { recursive: true, force: true });
    else {
      for (const name of readdirSync(path)) {
        if (!databases.includes(name)) rmSync(join(path, name), { recursive: true, force: true });
      }
      kept.push(...databases.map((name) => join(target, name)));
    }
    removed.push(target);
  }
  return { removed, kept };
}
