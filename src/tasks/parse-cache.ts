import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadPackages } from '../config/load-packages.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Project } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import { decodeIndex, encodeIndex, type NodeIndex, nodeIndex } from './node-index.ts';
import { type OpenedProject, parseOpened } from './open-project.ts';
import {
  type FileState,
  fileState,
  newSalt,
  type ParseQuestions,
  questioned,
  sameAnswers,
  sameFiles,
  settingsDigest,
  timesOf,
} from './parse-inputs.ts';
import { requireVersion } from './require-version.ts';
import { masker, targetFile, writeManifest } from './write-artifacts.ts';

/** Changes with what is in the file; files of another format are written anew. */
const format = 'tsdbt parse cache 3';

/** A project as far as selecting, listing and counting go. */
export interface IndexedProject {
  readonly warnings: readonly Warning[];
  readonly counts: { readonly nodes: number; readonly sources: number; readonly exposures: number };
  index(): NodeIndex;
}

/** The second line of the cache file. */
interface State {
  readonly salt: string;
  readonly settings: string;
  readonly files: FileState;
  readonly asked: ParseQuestions;
  readonly warnings: readonly Warning[];
  readonly counts: IndexedProject['counts'];
  /** Times of the manifest that was written with it; null when none was. */
  readonly manifest: string | null;
}

export interface IndexRequest {
  /** False reads every file whatever the cache says. */
  readonly useCache: boolean;
  /** Whether `target/manifest.json` must be that of the project as it is now. */
  readonly needsManifest: boolean;
  readonly now: number;
}

/**
 * The index of a project, from `target/parse_cache.json` when nothing that a parse depends on has
 * changed since it was written: files (by size, times and inode, young ones by content), project
 * file, profile, vars, packages, environment variables and flags that templates asked for, tsdbt
 * itself. Else the project is parsed and the cache written. A cache that is damaged, from another
 * version or not readable counts as none. Throws `ProjectErrors` as parsing does.
 */
export function indexedProject(opened: OpenedProject, request: IndexRequest): IndexedProject {
  const { invocation } = opened.request;
  const vars = new Map(Object.entries(opened.request.vars));
  const packages = loadPackages(
    opened.project,
    yamlRenderer(invocation, { vars, target: opened.target }),
    yamlRenderer(invocation, { vars, allowSecrets: true }),
  );
  if (opened.request.versionCheck !== false) for (const one of packages) requireVersion(one);
  const files = fileState(opened, packages, request.now);
  if (request.useCache && files !== undefined) {
    const found = readCache(opened);
    if (found !== undefined && isCurrent(found.state, opened, packages, files, request)) {
      const { asked, warnings, counts } = found.state;
      if (Object.keys(found.state.files.young).length > 0 && Object.keys(files.young).length === 0)
        writeCache(opened, { ...found.state, files }, found.index);
      for (const { text, by } of asked.messages) invocation.say(text, by);
      return { warnings, counts, index: () => decodeIndex(found.index) };
    }
  }
  return parseAndKeep(opened, packages, files, request);
}

function isCurrent(
  state: State,
  opened: OpenedProject,
  packages: readonly Project[],
  files: FileState,
  request: IndexRequest,
): boolean {
  return (
    (!request.needsManifest ||
      (state.manifest !== null && state.manifest === manifestTimes(opened))) &&
    state.settings === settingsDigest(opened, packages, state.salt) &&
    sameAnswers(state.asked, opened.request.invocation, state.salt) &&
    sameFiles(state.files, files)
  );
}

function parseAndKeep(
  opened: OpenedProject,
  packages: readonly Project[],
  files: FileState | undefined,
  request: IndexRequest,
): IndexedProject {
  const salt = newSalt();
  const noting = questioned(opened.request.invocation, salt);
  const parsed = parseOpened({
    ...opened,
    request: { ...opened.request, invocation: noting.invocation },
  });
  const { manifest, warnings } = parsed;
  if (request.needsManifest) writeManifest({ ...parsed, request: opened.request });
  const index = nodeIndex(manifest);
  const counts = {
    nodes: manifest.nodes.size,
    sources: manifest.sources.size,
    exposures: manifest.exposures.size,
  };
  const asked = noting.asked();
  if (files !== undefined && asked.isKnown && request.useCache) {
    writeCache(
      opened,
      {
        salt,
        settings: settingsDigest(opened, packages, salt),
        files,
        asked,
        warnings,
        counts,
        manifest: request.needsManifest ? manifestTimes(opened) : null,
      },
      encodeIndex(index),
    );
  }
  return { warnings, counts, index: () => index };
}

function manifestTimes(opened: OpenedProject): string | null {
  const stats = statSync(targetFile(opened, 'manifest.json'), { throwIfNoEntry: false });
  return stats === undefined ? null : timesOf(stats);
}

function cacheFile(opened: OpenedProject): string {
  return targetFile(opened, 'parse_cache.json');
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Only the user may read it, and it is there whole or not at all. Without it all works, slower. */
function writeCache(opened: OpenedProject, state: State, index: string): void {
  const path = cacheFile(opened);
  const body = masker(opened)(`${JSON.stringify(state)}\n${index}`);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, `${format} ${checksum(body)}\n${body}`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function readCache(opened: OpenedProject): { state: State; index: string } | undefined {
  let text: string;
  try {
    text = readFileSync(cacheFile(opened), 'utf8');
  } catch {
    return undefined;
  }
  const head = text.indexOf('\n');
  const body = text.slice(head + 1);
  if (head === -1 || text.slice(0, head) !== `${format} ${checksum(body)}`) return undefined;
  const middle = body.indexOf('\n');
  return { state: JSON.parse(body.slice(0, middle)) as State, index: body.slice(middle + 1) };
}
