import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { ProjectHead, RenderText } from './load-project.ts';

/** The keys of a project file that name folders to read, with dbt's defaults. */
const pathKeys: Readonly<Record<string, readonly string[]>> = {
  'model-paths': ['models'],
  'seed-paths': ['seeds'],
  'test-paths': ['tests'],
  'analysis-paths': ['analyses'],
  'macro-paths': ['macros'],
  'snapshot-paths': ['snapshots'],
  'function-paths': ['functions'],
  'docs-paths': [],
  'asset-paths': [],
};

/** Folders inside `test-paths` that are read as well. */
const testFolders = ['', 'generic', 'fixtures'];

/**
 * Refuses a package whose project file names a folder outside of the package, by `..`, by an absolute
 * path or through a link: a stranger's package would read the user's files as its own. `shownFolder`
 * is the package's folder as errors name it, relative to the root project.
 */
export function checkPackagePaths(
  { root, yaml, file }: ProjectHead,
  render: RenderText,
  shownFolder: string,
): void {
  const value = isPlainObject(yaml.value) ? yaml.value : {};
  const real = realpathSync(root);
  for (const [key, defaults] of Object.entries(pathKeys)) {
    const written: unknown = value[key] ?? defaults;
    // The check of the whole file reports a value that is no list of texts.
    if (!Array.isArray(written)) continue;
    for (const [i, item] of written.entries()) {
      if (typeof item !== 'string') continue;
      const path = String(render(item, { file: yaml, path: [key, i] }));
      if (!leadsOutside(root, real, path, key)) continue;
      const place = yaml.locate(value[key] === undefined ? [] : [key, i]);
      throw tsdbtError(
        'path-outside-project',
        { path, what: `The ${key} entry`, package: shownFolder },
        { location: { ...place, file: `${shownFolder}/${file}` } },
      );
    }
  }
}

function leadsOutside(root: string, real: string, path: string, key: string): boolean {
  if (isAbsolute(path) || /^[A-Za-z]:/.test(path)) return true;
  const folder = resolve(root, path);
  if (!isInside(folder, root)) return true;
  const read = key === 'test-paths' ? testFolders.map((name) => join(folder, name)) : [folder];
  return read.some((one) => existsSync(one) && !isInside(realpathSync(one), real));
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside === '' || !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside));
}
