import type { YamlFile, YamlPath } from '../../config/yaml-file.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';

/**
 * What is wrong with the `include` and `exclude` of the versions of a model, which say the columns of the
 * model that a version has (core `contracts/graph/unparsed.py`).
 */
export function versionColumnErrors(
  entry: unknown,
  yaml: YamlFile,
  path: YamlPath,
  where: string,
): readonly TsdbtError[] {
  if (!isPlainObject(entry) || !Array.isArray(entry['versions'])) return [];
  return entry['versions'].flatMap((version, i) => {
    if (!isPlainObject(version) || !Array.isArray(version['columns'])) return [];
    const of = `${where}, version ${String(version['v'])}`;
    const errors: TsdbtError[] = [];
    let before = false;
    for (const [at, column] of version['columns'].entries()) {
      if (!isPlainObject(column) || Object.hasOwn(column, 'name')) continue;
      if (!('include' in column || 'exclude' in column)) continue;
      const place = [...path, 'versions', i, 'columns', at];
      const [key, problem] = before
        ? ['include', 'is there twice: one entry says which columns of the model the version has']
        : (wrongPart(column) ?? []);
      before = true;
      if (key === undefined || problem === undefined) continue;
      const location = yaml.locate([...place, key]);
      errors.push(tsdbtError('invalid-value', { key, where: of, problem }, { location }));
    }
    return errors;
  });
}

/** The key that is wrong, and what is wrong with it. */
function wrongPart({ include, exclude }: Readonly<Record<string, unknown>>) {
  const takesAll = include === 'all' || include === '*';
  if (!takesAll && !isTexts(include))
    return ['include', 'must be `all`, or a list of columns of the model'];
  if (exclude === undefined || exclude === null) return undefined;
  if (!isTexts(exclude)) return ['exclude', 'must be a list of columns of the model'];
  if (!takesAll && exclude.length > 0)
    return ['exclude', 'says what to leave out of all, so `include` must be `all` beside it'];
  return undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
