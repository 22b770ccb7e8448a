import type { Project } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { YamlFile } from './yaml-file.ts';

/** Keys of a project file by the names they once had. */
const renamed = [
  ['source-paths', 'model-paths', 'ConfigSourcePathDeprecation'],
  ['data-paths', 'seed-paths', 'ConfigDataPathDeprecation'],
] as const;

/** Keys that flags took the place of, with dbt's default; only another value is warned of. */
const flagged = [
  ['target-path', 'target', '--target-path or DBT_TARGET_PATH', 'ConfigTargetPathDeprecation'],
  ['log-path', 'logs', '--log-path or DBT_LOG_PATH', 'ConfigLogPathDeprecation'],
] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The keys of a project file under the names they have today, and what is to be said of them (core
 * `config/project.py`). Throws where the old and the new name are both there.
 */
export function withRenamedKeys(
  value: Fields,
  yaml: YamlFile,
  file: Project['file'],
): { readonly value: Fields; readonly warnings: readonly Warning[] } {
  const keys: Record<string, unknown> = { ...value };
  const warnings: Warning[] = [];
  const exclusive = (first: string, second: string) =>
    tsdbtError('keys-exclusive', { first, second, file }, { location: yaml.locate([first]) });
  for (const [old, now, name] of renamed) {
    if (!Object.hasOwn(keys, old)) continue;
    if (Object.hasOwn(keys, now)) throw exclusive(old, now);
    keys[now] = keys[old];
    delete keys[old];
    warnings.push({ name, text: `\`${old}\` of ${file} has been renamed to \`${now}\`.` });
  }
  if (isFilled(keys['tests']) && isFilled(keys['data_tests']))
    throw exclusive('tests', 'data_tests');
  if (file === 'dbt_project.yml') {
    for (const [key, otherwise, instead, name] of flagged) {
      if (keys[key] === undefined || keys[key] === otherwise) continue;
      warnings.push({ name, text: `\`${key}\` of ${file} is deprecated: use ${instead} instead.` });
    }
  }
  return { value: keys, warnings };
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
