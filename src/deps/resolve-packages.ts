import {
  type GitSpec,
  type HubSpec,
  type LocalSpec,
  type PackageSpec,
  specLabel,
  type TarballSpec,
} from '../config/package-spec.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { pinGit } from './git-source.ts';
import { pinHub } from './hub-source.ts';
import { pinLocal } from './local-source.ts';
import type { DepsContext, PinnedPackage } from './package-source.ts';
import { pinTarball } from './tarball-source.ts';

/**
 * All packages that the stated ones lead to, breadth first, one for each (core `deps/resolver.py`).
 * What several state of one package must agree; two packages of one name are an error.
 */
export async function resolvePackages(
  stated: readonly PackageSpec[],
  rootName: string,
  context: DepsContext,
): Promise<readonly PinnedPackage[]> {
  const wanted = new Map<string, PackageSpec[]>();
  const pinned = new Map<string, PinnedPackage>();
  let pending: readonly PackageSpec[] = stated;
  while (pending.length > 0) {
    const touched = new Set<string>();
    for (const spec of pending) {
      const key = keyOf(spec);
      const before = wanted.get(key) ?? [];
      const [first] = before;
      if (first !== undefined && first.kind !== spec.kind) {
        const problem = `is stated as ${first.kind} and as ${spec.kind}`;
        throw tsdbtError(
          'package-conflict',
          { name: specLabel(spec), problem },
          { location: spec.location },
        );
      }
      if (before.some((other) => sameFields(other, spec))) continue;
      wanted.set(key, [...before, spec]);
      touched.add(key);
    }
    const next: PackageSpec[] = [];
    for (const key of touched) {
      const found = await pinPackage(wanted.get(key)!, context);
      pinned.set(key, found);
      next.push(...found.stated);
    }
    pending = next;
  }
  checkNames([...pinned.values()], rootName);
  return [...pinned.values()];
}

/** The packages of a lock file: exactly these, and nothing they lead to. */
export async function resolveLocked(
  specs: readonly PackageSpec[],
  context: DepsContext,
): Promise<readonly PinnedPackage[]> {
  const pinned: PinnedPackage[] = [];
  for (const spec of specs) pinned.push(await pinPackage([spec], context));
  return pinned;
}

async function pinPackage(
  specs: readonly PackageSpec[],
  context: DepsContext,
): Promise<PinnedPackage> {
  const [first] = specs as readonly [PackageSpec];
  switch (first.kind) {
    case 'local':
      return pinLocal(specs as readonly LocalSpec[], context);
    case 'git':
      return await pinGit(specs as readonly GitSpec[], context);
    case 'tarball':
      return await pinTarball(specs as readonly TarballSpec[], context);
    case 'hub':
      return await pinHub(specs as readonly HubSpec[], context);
    case 'private': {
      const what = first.private;
      const problem =
        'is a private package, which only a hosted service can find; state its repository with git:';
      throw tsdbtError('package-source-refused', { what, problem }, { location: first.location });
    }
  }
}

/** What makes two entries the same package. */
function keyOf(spec: PackageSpec): string {
  if (spec.kind !== 'git') return specLabel(spec);
  const url = spec.git.replace(/\.git$/, '');
  return spec.subdirectory === null ? url : `${url}/${spec.subdirectory}`;
}

function sameFields(a: PackageSpec, b: PackageSpec): boolean {
  return JSON.stringify(a.fields) === JSON.stringify(b.fields);
}

function checkNames(packages: readonly PinnedPackage[], rootName: string): void {
  const seen = new Map<string, PinnedPackage>();
  for (const one of packages) {
    if (!/^[^\d\W]\w*$/.test(one.name)) {
      const problem = 'has a project name that is none (letters, digits and underscores)';
      throw tsdbtError('package-conflict', { name: one.name, problem });
    }
    if (one.name === rootName) {
      throw tsdbtError('package-conflict', {
        name: one.name,
        problem: 'has the name of the root project',
      });
    }
    const other = seen.get(one.name);
    if (other !== undefined) {
      const problem = `is the name of two packages, ${other.label} and ${one.label}`;
      throw tsdbtError('package-conflict', { name: one.name, problem });
    }
    seen.set(one.name, one);
  }
}
