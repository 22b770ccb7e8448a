import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** Starts a project from the template in `include/init`; gives the files written. */
export function initTask(directory: string, name: string): readonly string[] {
  if (!/^[^\d\W]\w*$/.test(name)) {
    throw tsdbtError('usage', {
      message: `"${name}" can't be the name of a project.`,
      hint: 'Use letters, digits and underscores, and start with a letter: tsdbt init my_shop.',
    });
  }
  const taken = existsSync(directory)
    ? readdirSync(directory).filter((file) => !file.startsWith('.'))
    : [];
  if (taken.length > 0) throw tsdbtError('directory-not-empty', { directory, file: taken[0]! });
  const template = fileURLToPath(new URL('../include/init', import.meta.url));
  const isNew = !existsSync(directory);
  mkdirSync(directory, { recursive: true });
  try {
    cpSync(template, directory, { recursive: true });
    // npm leaves dot files out of packages, so the template carries it under another name.
    renameSync(join(directory, 'gitignore'), join(directory, '.gitignore'));
    for (const file of ['project.yml', 'dbt_project.yml']) {
      const path = join(directory, file);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('__project_name__', name));
    }
  } catch (error) {
    // Half a project would be in the way of the next try.
    if (isNew) rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file).includes('.'))
    .sort();
}
