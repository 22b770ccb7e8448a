import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { readText } from '../../util/read-text.ts';
import { projectFileIn } from '../find-project.ts';
import { parseYaml, type YamlFile } from '../yaml-file.ts';

/** What stands under `flags:`, and the file that it stands in. */
export interface ProjectFlags {
  readonly values: Readonly<Record<string, unknown>>;
  readonly yaml: YamlFile | undefined;
  /** They stand under `config:` of profiles.yml, as they once did. */
  readonly isOfProfile?: boolean;
}

export const noProjectFlags: ProjectFlags = { values: {}, yaml: undefined };

/**
 * The flags of a dbt project, which may still stand under `config:` of the first profiles.yml that is found
 * (core `config/project.py`, `read_project_flags`); in one of the two places only.
 */
export function readFlags(root: string, profileFolders: readonly string[]): ProjectFlags {
  const project = readProjectFlags(root);
  if (existsSync(join(root, 'project.yml'))) return project;
  const path = profileFolders
    .map((folder) => join(folder, 'profiles.yml'))
    .find((file) => existsSync(file));
  const profile = path === undefined ? noProjectFlags : readFlagsOf(path, path, 'config');
  if (Object.keys(profile.values).length === 0) return project;
  if (Object.keys(project.values).length === 0) return { ...profile, isOfProfile: true };
  const problem = 'stands beside `flags` of dbt_project.yml, which took its place';
  throw tsdbtError(
    'invalid-value',
    { key: 'config', where: path!, problem },
    { location: profile.yaml!.locate(['config']) },
  );
}

/**
 * The `flags:` of the project file in a folder, as written: they count before anything is rendered (core
 * `config/project.py`, `read_project_flags`). A file that is not there or can't be parsed has none; the
 * project's reader tells of that.
 */
export function readProjectFlags(root: string): ProjectFlags {
  try {
    const file = projectFileIn(root);
    return file === undefined ? noProjectFlags : readFlagsOf(join(root, file), file, 'flags');
  } catch {
    return noProjectFlags;
  }
}

function readFlagsOf(path: string, file: string, key: 'flags' | 'config'): ProjectFlags {
  try {
    const text = readText(path);
    if (!new RegExp(`^["']?${key}\\b|[{,]\\s*["']?${key}\\b`, 'm').test(text))
      return noProjectFlags;
    const yaml = parseYaml(text, file, { dbt: true });
    const flags = isPlainObject(yaml.value) ? yaml.value[key] : undefined;
    return isPlainObject(flags) ? { values: flags, yaml } : noProjectFlags;
  } catch {
    return noProjectFlags;
  }
}
