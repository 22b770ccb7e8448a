import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LocalSpec } from '../config/package-spec.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DepsContext, PinnedPackage } from './package-source.ts';

/** A package in a folder of this machine; the path is relative to the root project. Installed as a link. */
export function pinLocal(specs: readonly LocalSpec[], context: DepsContext): PinnedPackage {
  const [spec] = specs as readonly [LocalSpec];
  const folder = resolve(context.root, spec.local);
  if (!existsSync(folder)) {
    throw tsdbtError(
      'package-not-found',
      { package: spec.local, where: folder },
      { location: spec.location },
    );
  }
  const { name, specs: stated } = context.readProject(folder);
  return {
    name,
    stated,
    label: `<local @ ${spec.local}>`,
    lockEntry: { local: spec.local },
    warnings: [],
    ownFolder: true,
    place: async (into) => {
      try {
        symlinkSync(folder, into, 'junction');
      } catch {
        cpSync(folder, into, { recursive: true });
      }
    },
  };
}
