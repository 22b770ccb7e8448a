import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { projectFileIn } from './find-project.ts';
import { loadProject, type RenderText, readPackageHead } from './load-project.ts';
import { parseYaml } from './yaml-file.ts';

/**
 * The packages of a project: all that are installed in `packages-install-path` (core
 * `config/runtime.py`, `load_projects`), and those that packages.yml names with `local:` and that
 * are not installed, read from where they are, with what they name in turn.
 */
export function loadPackages(root: Project, render: RenderText): readonly Project[] {
  const packages = new Map<string, Project>();
  const add = (directory: string): Project => {
    const project = loadProject(readPackageHead(directory, render), render);
    const other = project.name === root.name ? root : packages.get(project.name);
    if (other !== undefined) {
      throw tsdbtError('package-name-clash', {
        name: project.name,
        first: other.root,
        second: directory,
      });
    }
    packages.set(project.name, project);
    return project;
  };
  for (const directory of installed(join(root.root, root.packagesInstallPath))) add(directory);
  const wanted = missing(root, packages);
  if (packages.size === 0 && wanted.length > 0) {
    const queue = localPackages(root, root.root);
    if (queue.length < wanted.length) {
      throw tsdbtError('packages-not-installed', {
        names: wanted,
        folder: root.packagesInstallPath,
      });
    }
    const seen = new Set<string>();
    for (const directory of queue) {
      if (seen.has(directory)) continue;
      seen.add(directory);
      // Paths are relative to the root project, also those that a package names (core `deps`).
      queue.push(...localPackages(add(directory), root.root));
    }
  }
  return [...packages.values()];
}

function installed(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory() && projectFileIn(path) !== undefined);
}

/** The entries of packages.yml, when fewer packages are there than it names. */
function missing(root: Project, found: ReadonlyMap<string, Project>): readonly string[] {
  const entries = packageEntries(root.root);
  return found.size >= entries.length ? [] : entries.map(entryLabel);
}

function localPackages(project: Project, base: string): string[] {
  return packageEntries(project.root).flatMap((entry) =>
    typeof entry['local'] === 'string' ? [localFolder(entry['local'], project.root, base)] : [],
  );
}

function localFolder(path: string, own: string, base: string): string {
  const fromBase = resolve(base, path);
  return existsSync(fromBase) ? fromBase : resolve(own, path);
}

function packageEntries(root: string): readonly Record<string, unknown>[] {
  for (const name of ['packages.yml', 'dependencies.yml']) {
    const path = join(root, name);
    if (!existsSync(path)) continue;
    const { value } = parseYaml(readFileSync(path, 'utf8'), name);
    const entries = isPlainObject(value) ? value['packages'] : undefined;
    if (Array.isArray(entries)) return entries.filter(isPlainObject);
  }
  return [];
}

function entryLabel(entry: Record<string, unknown>): string {
  for (const kind of ['package', 'git', 'local', 'tarball', 'private']) {
    if (typeof entry[kind] === 'string') return entry[kind];
  }
  return 'a package';
}
