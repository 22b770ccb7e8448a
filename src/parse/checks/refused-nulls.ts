import type { YamlFile, YamlPath } from '../../config/yaml-file.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';

type Keys = readonly string[];

const ofColumns: Keys = ['description', 'meta', 'tests', 'data_tests', 'config'];
const ofNodes: Keys = [...ofColumns, 'columns', 'docs', 'versions'];

/** The keys that dbt 1.12 does not take without a value, by section; others are as if they were not there. */
const refused: Readonly<Record<string, Keys>> = {
  models: [...ofNodes, 'config.meta'],
  seeds: ofNodes,
  sources: ['description', 'meta', 'quoting', 'config'],
  groups: ['config'],
  exposures: ['description', 'meta', 'config', 'depends_on', 'config.meta', 'config.tags'],
  macros: ['description'],
  functions: ['meta', 'docs', 'config', 'columns'],
};

/** Errors of the keys of an entry that have no value and need one. */
export function refusedNulls(
  section: string,
  entry: unknown,
  yaml: YamlFile,
  path: YamlPath,
  where: string,
): readonly TsdbtError[] {
  const errors: TsdbtError[] = [];
  const look = (value: unknown, keys: Keys, at: YamlPath) => {
    if (!isPlainObject(value)) return;
    for (const steps of keys.map((key) => key.split('.'))) {
      const last = steps.at(-1)!;
      const holder = steps.length === 1 ? value : value[steps[0]!];
      if (!isPlainObject(holder) || holder[last] !== null) continue;
      errors.push(
        tsdbtError(
          'invalid-value',
          { key: last, where, problem: 'has no value' },
          {
            location: yaml.locate([...at, ...steps]),
            hint: 'Give it one, or leave the key away.',
          },
        ),
      );
    }
  };
  const lookAt = (value: unknown, list: string, keys: Keys, at: YamlPath) => {
    const items: unknown = isPlainObject(value) ? value[list] : undefined;
    if (!Array.isArray(items)) return;
    for (const [i, item] of items.entries()) look(item, keys, [...at, list, i]);
  };
  const keys = refused[section];
  if (keys === undefined) return errors;
  look(entry, keys, path);
  if (section === 'models' || section === 'seeds') lookAt(entry, 'columns', ofColumns, path);
  if (section === 'sources')
    lookAt(entry, 'tables', ['description', 'columns', 'tests', 'data_tests'], path);
  return errors;
}
