import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/**
 * The folders that landing files may lie in, with links followed: the project, the folders that its
 * landing paths name, which are inside by the way they are written, and the project that the project file
 * is a link to. Orchestrators run a project from a folder of links to its files and folders; links below
 * these folders may not lead out of them.
 */
export function landingRoots(projectDir: string, folders: Iterable<string>): readonly string[] {
  const projectFiles = ['project.yml', 'dbt_project.yml'].map((name) => join(projectDir, name));
  const paths = [projectDir, ...[...folders].map((folder) => join(projectDir, folder))];
  const real = paths.filter(existsSync).map((path) => realpathSync(path));
  const projects = projectFiles.filter(existsSync).map((file) => dirname(realpathSync(file)));
  return [...new Set([...real, ...projects])];
}

/** Whether a path, with links followed, is in one of the roots. */
export function isInRoots(real: string, roots: readonly string[]): boolean {
  return roots.some(
    (root) => real === root || real.startsWith(root.endsWith(sep) ? root : root + sep),
  );
}
