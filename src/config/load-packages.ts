import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { projectFileIn } from './find-project.ts';
import { loadProject, type RenderText, readPackageHead } from './load-project.ts';
import { checkPackagePaths } from './package-paths.ts';
import { type PackageSpec, readStatedPackages, specLabel } from './package-spec.ts';

/**
 * The packages of a project: all that are installed in `packages-install-path` (core
 * `config/runtime.py`, `load_projects`), and those that packages.yml names with `local:` and that
 * are not installed, read from where they are, with what they name in turn. `renderStated` renders
 * packages.yml of the root project, which may use secrets; those of packages may not.
 */
export function loadPackages(
  root: Project,
  render: RenderText,
  renderStated: RenderText = render,
): readonly Project[] {
  const packages = new Map<string, Project>();
  const add = (directory: string): Project => {
    const head = readPackageHead(directory, render);
    checkPackagePaths(head, render, shownFolder(directory, root.root));
    const project = loadProject(head, render);
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
  for (const directory of installed(resolve(root.root, root.packagesInstallPath))) add(directory);
  const stated = readStatedPackages(root.root, renderStated).specs;
  if (packages.size >= stated.length) return [...packages.values()];
  if (packages.size > 0 || stated.some((spec) => spec.kind !== 'local')) {
    throw tsdbtError('packages-not-installed', {
      names: stated.map(specLabel),
      folder: root.packagesInstallPath,
    });
  }
  const queue = stated.flatMap((spec) => localFolder(spec, root.root, root.root));
  const seen = new Set<string>();
  for (const directory of queue) {
    if (seen.has(directory)) continue;
    seen.add(directory);
    const { root: own, name } = add(directory);
    // Paths are relative to the root project, also those that a package names (core `deps`).
    for (const spec of readStatedPackages(own, render, name).specs)
      queue.push(...localFolder(spec, own, root.root));
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

function localFolder(spec: PackageSpec, own: string, base: string): readonly string[] {
  if (spec.kind !== 'local') return [];
  const fromBase = resolve(base, spec.local);
  return [existsSync(fromBase) ? fromBase : resolve(own, spec.local)];
}

/** A folder as errors name it: from the root project, with `/`. */
function shownFolder(directory: string, root: string): string {
  return relative(root, directory).split(sep).join('/');
}
