import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { GitSpec } from '../config/package-spec.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DepsContext, PinnedPackage } from './package-source.ts';

/**
 * A package in a git repository: one commit of it is fetched, without history. Only https, ssh and
 * `user@host:path` lead to a repository; files of this machine only when the caller allows it.
 */
export async function pinGit(
  specs: readonly GitSpec[],
  context: DepsContext,
): Promise<PinnedPackage> {
  const [spec] = specs as readonly [GitSpec];
  const what = String(spec.unrendered['git'] ?? spec.git);
  checkUrl(spec, what, context.allowLocalGit);
  const wanted = [...new Set(specs.flatMap((s) => s.revision ?? []))];
  if (wanted.length > 1) {
    const problem = `is wanted at the revisions ${wanted.join(' and ')}`;
    throw tsdbtError('package-conflict', { name: what, problem }, { location: spec.location });
  }
  const revision = wanted[0] ?? 'HEAD';
  const { folder, commit } = await checkout(spec, what, revision, context);
  const warn = specs.every((s) => s.warnUnpinned) && ['HEAD', 'main', 'master'].includes(revision);
  const { name, specs: stated } = context.readProject(folder);
  return {
    name,
    stated,
    label: `revision ${commit}`,
    lockEntry: {
      git: what,
      revision: commit,
      ...(spec.subdirectory === null ? {} : { subdirectory: spec.subdirectory }),
    },
    warnings: warn
      ? [
          {
            name: 'DepsUnpinned',
            text: `The git package ${what} is not pinned: name a revision, or the build can change any day`,
          },
        ]
      : [],
    place: async (into) => cpSync(folder, into, { recursive: true }),
  };
}

function checkUrl(spec: GitSpec, what: string, allowLocal: boolean): void {
  const url = spec.git;
  const remote = /^(https|ssh):\/\/[^-\s]/i.test(url) || /^[\w.-]+@[\w.-]+:[^:]/.test(url);
  const local = allowLocal && (/^file:\/\//i.test(url) || /^[./]/.test(url));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const clean = !/[\u0000-\u0020\u007f]/.test(url) && !url.startsWith('-');
  if (clean && (remote || local)) return;
  const problem = /^(file:|[./])/i.test(url)
    ? 'is a repository of this machine; allow it with --allow-local-git, or use a package of kind local'
    : 'must start with https://, ssh:// or user@host:';
  throw tsdbtError('package-source-refused', { what, problem }, { location: spec.location });
}

async function checkout(spec: GitSpec, what: string, revision: string, context: DepsContext) {
  if (!/^[A-Za-z0-9_][\w./+@-]*$/.test(revision) || revision.includes('..')) {
    const problem = `can't be fetched at the revision ${JSON.stringify(revision)}`;
    throw tsdbtError('package-source-refused', { what, problem }, { location: spec.location });
  }
  const folder = context.newFolder();
  mkdirSync(folder, { recursive: true });
  try {
    await context.git(['init', '--quiet'], folder);
    await context.git(
      ['fetch', '--quiet', '--depth', '1', '--no-tags', '--', spec.git, revision],
      folder,
    );
    await context.git(['checkout', '--quiet', '--detach', 'FETCH_HEAD'], folder);
    const commit = await context.git(['rev-parse', 'HEAD'], folder);
    rmSync(join(folder, '.git'), { recursive: true, force: true });
    const inside = resolve(folder, spec.subdirectory ?? '.');
    if (inside !== folder && !inside.startsWith(folder + sep)) {
      const problem = `has no folder ${spec.subdirectory} inside it`;
      throw tsdbtError('package-source-refused', { what, problem }, { location: spec.location });
    }
    return { folder: inside, commit };
  } catch (error) {
    if (error instanceof Error && error.name !== 'Error') throw error;
    const problem = `${revision}: ${context.mask((error as Error).message)}`;
    throw tsdbtError('package-download-failed', { what, problem }, { location: spec.location });
  }
}
