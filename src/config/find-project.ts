import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';

export type ProjectFileName = 'project.yml' | 'dbt_project.yml';

/** The project file of a folder, or undefined. Both names at once are an error. */
export function projectFileIn(directory: string): ProjectFileName | undefined {
  const ours = existsSync(join(directory, 'project.yml'));
  const dbts = existsSync(join(directory, 'dbt_project.yml'));
  if (ours && dbts) throw tsdbtError('project-file-ambiguous', { directory });
  if (ours) return 'project.yml';
  return dbts ? 'dbt_project.yml' : undefined;
}

/** The nearest folder, from `start` upwards, that holds a project file. */
export function findProject(start: string): { root: string; file: ProjectFileName } {
  let directory = resolve(start);
  for (;;) {
    const file = projectFileIn(directory);
    if (file !== undefined) return { root: directory, file };
    const parent = dirname(directory);
    if (parent === directory) throw tsdbtError('project-not-found', { directory: resolve(start) });
    directory = parent;
  }
}
