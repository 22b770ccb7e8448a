import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPlainObject } from '../../util/map-strings.ts';
import { projectFileIn } from '../find-project.ts';
import { parseYaml, type YamlFile } from '../yaml-file.ts';

/** What stands under `flags:`, and the file that it stands in. */
export interface ProjectFlags {
  readonly values: Readonly<Record<string, unknown>>;
  readonly yaml: YamlFile | undefined;
}

export const noProjectFlags: ProjectFlags = { values: {}, yaml: undefined };

/**
 * The `flags:` of the project file in a folder, as written: they count before anything is rendered (core
 * `config/project.py`, `read_project_flags`). A file that is not there or can't be parsed has none; the
 * project's reader tells of that.
 */
export function readProjectFlags(root: string): ProjectFlags {
  try {
    const file = projectFileIn(root);
    if (file === undefined) return noProjectFlags;
    const text = readFileSync(join(root, file), 'utf8');
    if (!/^["']?flags\b|[{,]\s*["']?flags\b/m.test(text)) return noProjectFlags;
    const yaml = parseYaml(text, file, { dbt: true });
    const flags = isPlainObject(yaml.value) ? yaml.value['flags'] : undefined;
    return isPlainObject(flags) ? { values: flags, yaml } : noProjectFlags;
  } catch {
    return noProjectFlags;
  }
}
