import type { YamlFile, YamlPath } from '../../config/yaml-file.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';

/** Sections in which dbt moves some keys under `config` (core `parser/schemas.py`). */
const sections: ReadonlySet<string> = new Set([
  ...['models', 'seeds', 'snapshots', 'analyses', 'data_tests', 'functions'],
]);

const moved = ['meta', 'docs', 'group', 'contract', 'access'] as const;

/** What an entry says twice: a key on its own and under `config`, or tests under both of their names. */
export function givenTwice(
  section: string,
  entry: unknown,
  yaml: YamlFile,
  path: YamlPath,
  where: string,
): readonly TsdbtError[] {
  if (!sections.has(section) || !isPlainObject(entry)) return [];
  const errors: TsdbtError[] = [];
  const { config } = entry;
  if (isPlainObject(config)) {
    for (const key of moved) {
      if (!Object.hasOwn(entry, key) || !Object.hasOwn(config, key)) continue;
      const location = yaml.locate([...path, key]);
      errors.push(tsdbtError('property-given-twice', { key, where }, { location }));
    }
  }
  addTestsTwice(entry, yaml, path, errors);
  if (Array.isArray(entry['versions'])) {
    for (const [i, version] of entry['versions'].entries())
      addTestsTwice(version, yaml, [...path, 'versions', i], errors);
  }
  return errors;
}

function addTestsTwice(on: unknown, yaml: YamlFile, path: YamlPath, errors: TsdbtError[]): void {
  if (!isPlainObject(on)) return;
  if ('data_tests' in on && Array.isArray(on['tests']) && on['tests'].length > 0) {
    const keys = { first: 'tests', second: 'data_tests', file: yaml.file };
    errors.push(tsdbtError('keys-exclusive', keys, { location: yaml.locate([...path, 'tests']) }));
  }
  if (!Array.isArray(on['columns'])) return;
  for (const [i, column] of on['columns'].entries())
    addTestsTwice(column, yaml, [...path, 'columns', i], errors);
}
