import { cpSync, existsSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/**
 * Copies the folders of `asset-paths` (images of descriptions, say) to the target folder, under the same
 * name and in place of what stood there. A folder that does not exist is left out.
 */
export function copyAssets(project: Project): void {
  const target = resolve(project.root, project.targetPath);
  for (const path of project.assetPaths) {
    const from = resolve(project.root, path);
    const inside = relative(project.root, from);
    // Nor may it hold the target folder, or the copy would have no end.
    if (inside.startsWith('..') || !relative(from, target).startsWith('..'))
      throw tsdbtError('path-outside-project', { what: 'asset-paths entry', path });
    rmSync(resolve(target, inside), { recursive: true, force: true });
    if (existsSync(from)) cpSync(from, resolve(target, inside), { recursive: true });
  }
}
