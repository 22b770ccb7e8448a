import { cpSync } from 'node:fs';
import type { TarballSpec } from '../config/package-spec.ts';
import type { DepsContext, PinnedPackage } from './package-source.ts';
import { unpackTarball } from './unpack.ts';

/** A package in a `.tar.gz` somewhere; it is installed under the name that the entry gives it. */
export async function pinTarball(
  specs: readonly TarballSpec[],
  context: DepsContext,
): Promise<PinnedPackage> {
  const [spec] = specs as readonly [TarballSpec];
  const shown = String(spec.unrendered['tarball'] ?? spec.tarball);
  const folder = context.newFolder();
  await unpackTarball(await context.http(spec.tarball), folder, shown);
  return {
    name: spec.name,
    stated: context.readProject(folder).specs,
    label: `tarball (url: ${shown})`,
    lockEntry: { tarball: shown, name: spec.name },
    warnings: [],
    place: async (into) => cpSync(folder, into, { recursive: true }),
  };
}
