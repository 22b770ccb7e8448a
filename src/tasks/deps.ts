import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addPackage, type NewPackage } from '../config/edit-packages-file.ts';
import { type RenderText, readPackageHead, readProjectHead } from '../config/load-project.ts';
import { checkPackagePaths } from '../config/package-paths.ts';
import { readStatedPackages, type StatedPackages } from '../config/package-spec.ts';
import { namedVars } from '../config/vars.ts';
import { dbtVersion } from '../context/base-members.ts';
import type { Invocation } from '../context/invocation.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import type { Warning } from '../contracts/warning.ts';
import { httpGet } from '../deps/http-get.ts';
import { installPackages } from '../deps/install-packages.ts';
import { lockFileName, readLockFile, writeLockFile } from '../deps/lock-file.ts';
import type { DepsContext, PinnedPackage } from '../deps/package-source.ts';
import { resolveLocked, resolvePackages } from '../deps/resolve-packages.ts';
import { gitRunner } from '../deps/run-git.ts';
import { statedHash } from '../deps/stated-hash.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { secretMasker } from '../util/mask-secrets.ts';

export interface DepsRequest {
  readonly projectDir: string;
  readonly vars: Readonly<Record<string, Json>>;
  readonly invocation: Invocation;
  /** Resolve anew, whatever the lock file says. */
  readonly upgrade: boolean;
  /** Only write the lock file. */
  readonly lockOnly: boolean;
  readonly add: NewPackage | undefined;
  readonly hubUrl: string;
  readonly allowLocalGit: boolean;
  readonly versionCheck: boolean;
  readonly say: (text: string) => void;
  readonly warn: (warning: Warning) => void;
}

/**
 * `tsdbt deps`: resolves the stated packages, or takes those of a lock file that was made from the
 * same statements, and installs them (core `task/deps.py`). Needs no profile and no database.
 */
export async function depsTask(request: DepsRequest): Promise<readonly PinnedPackage[]> {
  const { invocation, say } = request;
  const render = yamlRenderer(invocation, {
    vars: namedVars(request.vars),
    allowSecrets: true,
  });
  // What the project file says of its nodes is not asked here: variables may be missing in it. It
  // renders the files of packages too, which see no secret of the root project.
  const lenient = yamlRenderer(invocation, {
    vars: namedVars(request.vars),
    missingVarIsNone: true,
  });
  const head = readProjectHead(request.projectDir, lenient);
  const stated = statedAfterAdding(head.root, render, request);
  if (stated.specs.length === 0) {
    request.warn({
      name: 'DepsNoPackagesFound',
      text: 'No packages were stated in packages.yml or dependencies.yml',
    });
    return [];
  }
  const downloads = mkdtempSync(join(tmpdir(), 'tsdbt-deps-'));
  let folders = 0;
  const context: DepsContext = {
    root: head.root,
    http: httpGet,
    git: gitRunner(
      invocation.env,
      request.allowLocalGit ? ['https', 'ssh', 'file'] : ['https', 'ssh'],
    ),
    hubUrl: request.hubUrl,
    allowLocalGit: request.allowLocalGit,
    versionCheck: request.versionCheck,
    dbtVersion,
    newFolder: () => join(downloads, String(folders++)),
    mask: secretMasker(invocation.env),
    readProject: (folder) => {
      const { name } = readPackageHead(folder, lenient);
      return { name, specs: readStatedPackages(folder, lenient, name).specs };
    },
  };
  try {
    const hash = statedHash(stated.specs);
    const lock = request.upgrade ? undefined : readLockFile(head.root, render);
    const honoured = lock !== undefined && lock.statedHash === hash ? lock : undefined;
    const packages =
      honoured === undefined
        ? await resolvePackages(stated.specs, head.name, context)
        : await resolveLocked(honoured.specs, context);
    for (const one of packages) for (const warning of one.warnings) request.warn(warning);
    if (request.lockOnly) {
      writeLockFile(head.root, packages, hash, honoured?.contentHashes ?? new Map());
      say(`Wrote ${lockFileName}.`);
      return packages;
    }
    const contents = await installPackages(
      packages,
      installFolder(head, lenient),
      head.root,
      honoured?.contentHashes ?? new Map(),
      (one, folder) => {
        checkPackagePaths(readPackageHead(folder, lenient), lenient, one.name);
        const newer = one.newer === undefined ? '' : ` (there is ${one.newer})`;
        say(`Installed ${one.name} from ${one.label}${newer}${hooksOf(folder, lenient)}`);
      },
    );
    if (honoured === undefined || honoured.contentHashes.size === 0)
      writeLockFile(head.root, packages, hash, contents);
    return packages;
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

function statedAfterAdding(
  root: string,
  render: RenderText,
  { add, say }: DepsRequest,
): StatedPackages {
  const before = readStatedPackages(root, render);
  if (add === undefined) return before;
  const removed = addPackage(root, before.file, add);
  for (const name of removed) say(`Removed ${name} from ${before.file}: it is the same package.`);
  say(`Added ${add.name} to ${before.file}.`);
  return readStatedPackages(root, render);
}

/** Names the hooks of a package: they run with every run of the project that installs it. */
function hooksOf(folder: string, render: RenderText): string {
  const { value } = readPackageHead(folder, render).yaml;
  const project = isPlainObject(value) ? value : {};
  const hooks = ['on-run-start', 'on-run-end'].filter((key) => {
    const written = project[key] ?? [];
    return Array.isArray(written) ? written.length > 0 : written !== '';
  });
  return hooks.length === 0 ? '' : `. It has hooks, which run with yours: ${hooks.join(', ')}.`;
}

function installFolder(head: ReturnType<typeof readProjectHead>, render: RenderText): string {
  const key = 'packages-install-path';
  const written = (head.yaml.value as Record<string, unknown>)[key];
  const path =
    typeof written === 'string'
      ? String(render(written, { file: head.yaml, path: [key] }))
      : 'dbt_packages';
  return resolve(head.root, path);
}
