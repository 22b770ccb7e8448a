import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import { parseYaml } from './yaml-file.ts';

export type ProjectFileName = 'project.yml' | 'dbt_project.yml';

/**
 * The project file of a folder, or undefined. Beside a project.yml a dbt_project.yml may lie, for tools
 * that look for one, which repeats some of what project.yml says; one that says anything else is an error.
 */
export function projectFileIn(directory: string): ProjectFileName | undefined {
  const ours = existsSync(join(directory, 'project.yml'));
  const dbts = existsSync(join(directory, 'dbt_project.yml'));
  if (ours && dbts) refuseDifference(directory);
  if (ours) return 'project.yml';
  return dbts ? 'dbt_project.yml' : undefined;
}

/** Keys that dbt asks for and that change nothing. */
const formal = new Set(['version', 'config-version']);

function refuseDifference(directory: string): void {
  const read = (name: ProjectFileName) => {
    const yaml = parseYaml(readText(join(directory, name)), name, { dbt: true });
    return { yaml, value: isPlainObject(yaml.value) ? yaml.value : {} };
  };
  const [ours, dbts] = [read('project.yml'), read('dbt_project.yml')];
  for (const [key, value] of Object.entries(dbts.value)) {
    const own = Object.hasOwn(ours.value, key) ? ours.value[key] : undefined;
    if (isDeepStrictEqual(value, own) || (formal.has(key) && own === undefined)) continue;
    throw tsdbtError(
      'project-file-ambiguous',
      { directory, key },
      { location: dbts.yaml.locate([key]) },
    );
  }
}

/**
 * The folder that a project really lies in. Orchestrators run it from a folder of links to its files
 * (Airflow's Cosmos makes one a task); what is left there is gone afterwards.
 */
export function realProjectFolder(root: string, file: ProjectFileName): string {
  const real = dirname(realpathSync(join(root, file)));
  return real === realpathSync(root) ? root : real;
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
