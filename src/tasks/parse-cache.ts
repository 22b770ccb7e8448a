import { existsSync } from 'node:fs';
import { manifestText } from '../artifacts/manifest-v12.ts';
import { writePieces } from '../artifacts/write-json.ts';
import type { Project } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import { deprecationWarnings } from '../parse/checks/deprecated-models.ts';
import { Diagnostics } from '../parse/diagnostics.ts';
import { type ParseSetup, parseSetup, setupFor } from '../parse/parse-setup.ts';
import { keptJson } from '../util/exact-json.ts';
import { type CacheFile, readCacheFile, removeFile } from './cache-file.ts';
import { changesOf, writeFrom } from './edited-manifest.ts';
import {
  decodeRest,
  encodeRest,
  type Rest,
  restoredManifest,
  withUnitTests,
} from './kept-parse.ts';
import { LayoutNotes, StoredManifest, type WrittenManifest } from './manifest-store.ts';
import { decodeIndex, encodeIndex, type NodeIndex, nodeIndex } from './node-index.ts';
import {
  type OpenedProject,
  type ParsedProject,
  packagesOf,
  parseOpened,
  parseRequest,
} from './open-project.ts';
import {
  attempt,
  bytesOf,
  type CacheHead,
  cacheFile,
  keep,
  keepManifest,
  manifestTimes,
  partsOf,
  storeFile,
  storeIdentity,
  storeName,
} from './parse-cache-files.ts';
import { parseEdits } from './parse-edits.ts';
import {
  changedFiles,
  type FileState,
  fileState,
  type ListedFile,
  newSalt,
  questioned,
  sameAnswers,
  settingsDigest,
} from './parse-inputs.ts';
import { decodeNames, encodeNames, namesOf } from './parse-names.ts';
import { StoredNodes } from './stored-nodes.ts';
import {
  isTargetWritable,
  manifestOptions,
  masker,
  semanticsFile,
  semanticText,
  targetFile,
  writeManifest,
  writeSemantics,
  writesJson,
} from './write-artifacts.ts';

/** A parsed project, as far as it is asked for. */
export interface CachedProject {
  readonly warnings: readonly Warning[];
  readonly counts: { readonly nodes: number; readonly sources: number; readonly exposures: number };
  /** Enough for selecting and listing. */
  index(): NodeIndex;
  /** All of it, to compile and run. */
  parsed(): ParsedProject;
}

export interface CacheRequest {
  /** False reads every file whatever the cache says. */
  readonly useCache: boolean;
  /** Whether `target/manifest.json` must be that of the project as it is now; or only where it can be written. */
  readonly needsManifest: boolean | 'where-possible';
  readonly now: number;
}

/**
 * A project from `target/parse_cache.json` when nothing that a parse depends on has changed since it was
 * written: files (by size, times and inode, young ones by content), project file, profile, vars,
 * packages, environment variables and flags that templates asked for, tsdbt itself. When only texts of
 * models, analyses and singular tests have, or property files of models, these are parsed (see
 * `parse-edits.ts`); else the whole project is, and the cache written. A cache that is damaged, from another version or not readable counts as none. Throws
 * `ProjectErrors` as parsing does.
 */
export function cachedProject(opened: OpenedProject, asked: CacheRequest): CachedProject {
  const { needsManifest: wanted } = asked;
  const isAsked = wanted === 'where-possible' ? isTargetWritable(opened) : wanted;
  const request = { ...asked, needsManifest: isAsked && writesJson(opened) };
  const packages = packagesOf(opened);
  const files = request.useCache ? fileState(opened, packages, request.now) : undefined;
  if (files === undefined) return withoutCache(opened, request);
  const setup = once(() => parseSetup(parseRequest(opened, packages), new Diagnostics()));
  const state = { opened, packages, files, setup, request };
  return fromCache(state) ?? parseAndKeep(state);
}

/** What is looked at, and what was found out about it. */
interface Look {
  readonly opened: OpenedProject;
  readonly packages: readonly Project[];
  readonly files: FileState;
  readonly setup: () => ParseSetup;
  readonly request: CacheRequest & { readonly needsManifest: boolean };
}

function withoutCache(opened: OpenedProject, request: Look['request']): CachedProject {
  const parsed = parseOpened(opened);
  if (request.needsManifest) writeManifest(parsed);
  return parsedProject(parsed, () => nodeIndex(parsed.manifest));
}

function parsedProject(parsed: ParsedProject, index: () => NodeIndex): CachedProject {
  const { nodes, sources, exposures } = parsed.manifest;
  const counts = { nodes: nodes.size, sources: sources.size, exposures: exposures.size };
  return { warnings: parsed.warnings, counts, index, parsed: () => ({ ...parsed, index }) };
}

function fromCache(look: Look): CachedProject | undefined {
  const { opened, packages, files, request } = look;
  const cache = readCacheFile<CacheHead>(cacheFile(opened));
  if (cache === undefined) return undefined;
  const { head } = cache;
  if (
    head.settings !== settingsDigest(opened, packages, head.salt) ||
    !sameAnswers(head.asked, opened.request.invocation, head.salt)
  )
    return undefined;
  const listing = cache.part('files')?.toString('utf8');
  if (listing === undefined) return undefined;
  const kept = keptParse(look, cache);
  const before = { listing, young: head.young };
  const changed = changedFiles(before, files, [opened.project, ...packages]);
  if (changed === undefined) return undefined;
  if (changed.length > 0) return withEdits(look, kept, changed);
  let { manifest } = head;
  if (request.needsManifest && (manifest === null || manifest !== manifestTimes(opened))) {
    const stored = kept.stored();
    if (stored === undefined) return undefined;
    writeFrom(stored, opened, 'manifest.json', { blocks: [] });
    writeSemantics(opened, kept.semantics());
    manifest = manifestTimes(opened);
  } else if (request.needsManifest && !existsSync(targetFile(opened, semanticsFile))) {
    writeSemantics(opened, kept.semantics());
  }
  const isSettled = Object.keys(head.young).length > 0 && Object.keys(files.young).length === 0;
  if (isSettled || manifest !== head.manifest)
    keep(opened, { ...head, young: files.young, manifest }, partsOf(cache));
  for (const { text, by } of head.asked.messages) opened.request.invocation.say(text, by);
  return { warnings: head.warnings, counts: head.counts, index: kept.index, parsed: kept.parsed };
}

/** What a cache file holds, each read when it is first asked for. */
interface KeptParse {
  readonly cache: CacheFile<CacheHead>;
  readonly index: () => NodeIndex;
  readonly rest: () => Rest | undefined;
  /** Undefined when the text of the manifest is not there any more. */
  readonly stored: () => StoredManifest | undefined;
  readonly parsed: () => ParsedProject;
  readonly semantics: () => string;
}

function keptParse(look: Look, cache: CacheFile<CacheHead>): KeptParse {
  const { opened, packages } = look;
  const { warnings, store } = cache.head;
  const text = (part: string) => cache.part(part)?.toString('utf8');
  /** For what turns out to be damaged or gone. */
  const whole = once(() => {
    removeFile(cacheFile(opened));
    return parseOpened(opened);
  });
  const index = once(() => {
    const part = text('index');
    return part === undefined ? nodeIndex(whole().manifest) : decodeIndex(part);
  });
  const rest = once(() => {
    const part = text('rest');
    return part === undefined ? undefined : decodeRest(part);
  });
  const stored = once(() => {
    const places = cache.part('places');
    if (store === null || places === undefined) return undefined;
    const layout = { ...store, places: placesOf(places) };
    return StoredManifest.open(storeFile(opened), store.identity, layout);
  });
  const semantics = once(() => text('semantics') ?? semanticText(opened, whole().manifest));
  const parsed = once((): ParsedProject => {
    const [text, others] = [stored(), rest()];
    if (store === null || text === undefined || others === undefined) return whole();
    const ids = [...index().graph.nodes.keys()];
    const own = ids.slice(store.firstNode, store.firstNode + text.count);
    const storedNodes = new StoredNodes(text, own, others.whole);
    const setup = setupFor(parseRequest(opened, packages), look.setup());
    const manifest = restoredManifest(opened, packages, others, storedNodes, setup);
    return { ...opened, manifest, host: setup.host, warnings, index, storedNodes, semantics };
  });
  return { cache, index, rest, stored, parsed, semantics };
}

function placesOf(part: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(part).buffer);
}

/** Warnings that depend on the texts of models. */
const modelWarnings: ReadonlySet<string> = new Set([
  ...deprecationWarnings,
  'MicrobatchModelNoEventTimeInputs',
  'PackageNodeDependsOnRootProjectNode',
  'UnsupportedConstraintMaterialization',
]);

/** The project when only texts of some nodes were edited; undefined when more was. */
function withEdits(
  look: Look,
  kept: KeptParse,
  changed: readonly ListedFile[],
): CachedProject | undefined {
  const { opened, packages, files, request } = look;
  const { cache } = kept;
  const { head } = cache;
  const names = cache.part('names')?.toString('utf8');
  // What an edited text says while it is parsed can't be told from what others said.
  if (names === undefined || head.asked.messages.length > 0) return undefined;
  // What was warned of one model may be gone, or come, with the edit.
  if (head.warnings.some(({ name }) => modelWarnings.has(name))) return undefined;
  const stored = kept.stored();
  if (stored === undefined) return undefined;
  const silent = { ...opened.request.invocation, say: () => undefined };
  const noting = questioned(silent, head.salt);
  const quiet = { ...opened, request: { ...opened.request, invocation: noting.invocation } };
  const parse = parseRequest(quiet, packages);
  const edits = parseEdits(parse, setupFor(parse, look.setup()), changed, {
    names: decodeNames(names),
    stored,
    index: kept.index,
    rest: kept.rest,
    firstNode: head.store!.firstNode,
    warnings: head.warnings,
  });
  const asked = noting.asked();
  const { inert } = kept.rest() ?? { inert: undefined };
  if (inert === undefined) return undefined;
  if (edits === undefined || asked.messages.length > 0 || !asked.isKnown) return undefined;
  const { index } = edits;
  const projects = { project: opened.project, packages };
  const changes = changesOf(edits, inert, projects, manifestOptions(opened));
  const name = request.needsManifest ? 'manifest.json' : storeName;
  let written: WrittenManifest;
  try {
    written = writeFrom(stored, opened, name, changes);
  } catch {
    return undefined;
  }
  if (written.isMasked) return undefined;
  if (request.needsManifest) {
    writeSemantics(opened, kept.semantics());
    if (!keepManifest(opened)) return undefined;
  }
  const { places, ...layout } = stored.layoutAfter(changes, written);
  const parts = partsOf(cache);
  parts.set('files', Buffer.from(files.listing));
  parts.set('places', bytesOf(places));
  if (index !== undefined) parts.set('index', Buffer.from(encodeIndex(index)));
  if (edits.names !== undefined) parts.set('names', Buffer.from(encodeNames(edits.names)));
  if (edits.unitTests.length > 0) {
    const rest = withUnitTests(kept.rest()!, edits.unitTests);
    parts.set('rest', Buffer.from(keptJson(rest)));
  }
  const more = edits.blocks.reduce((sum, { from, to, nodes }) => sum + nodes.length - to + from, 0);
  const counts = { ...head.counts, nodes: head.counts.nodes + more };
  const newHead: CacheHead = {
    ...head,
    warnings: edits.warnings,
    counts,
    young: files.young,
    asked: {
      ...head.asked,
      env: { ...head.asked.env, ...asked.env },
      flags: { ...head.asked.flags, ...asked.flags },
    },
    manifest: request.needsManifest ? manifestTimes(opened) : null,
    store: { ...layout, firstNode: head.store!.firstNode, identity: storeIdentity(opened) },
  };
  keep(opened, newHead, parts);
  const now = keptParse(look, { head: newHead, part: (name) => parts.get(name) });
  return {
    warnings: edits.warnings,
    counts,
    index: index === undefined ? kept.index : () => index,
    parsed: now.parsed,
  };
}

function parseAndKeep(look: Look): CachedProject {
  const { opened, packages, files, request } = look;
  const salt = newSalt();
  const noting = questioned(opened.request.invocation, salt);
  const noted = parseOpened({
    ...opened,
    request: { ...opened.request, invocation: noting.invocation },
  });
  const parsed: ParsedProject = { ...noted, request: opened.request };
  const { manifest, warnings } = parsed;
  const index = once(() => nodeIndex(manifest));
  const project = parsedProject(parsed, index);
  const asked = noting.asked();
  if (!asked.isKnown) {
    if (request.needsManifest) writeManifest(parsed);
    return project;
  }
  const notes = new LayoutNotes();
  const options = manifestOptions(opened);
  const writeTo = (name: string) =>
    writePieces(
      targetFile(opened, name),
      (written) => manifestText(manifest, options, notes.marking(written)),
      masker(opened),
    );
  let isStored = true;
  const semantics = semanticText(opened, manifest);
  if (request.needsManifest) writeSemantics(opened, semantics);
  if (request.needsManifest) isStored = !writeTo('manifest.json').isMasked && keepManifest(opened);
  else isStored = attempt(() => !writeTo(storeName).isMasked);
  const stored = isStored ? notes.layout(manifest.nodes) : undefined;
  const head: CacheHead = {
    salt,
    settings: settingsDigest(opened, packages, salt),
    young: files.young,
    asked,
    warnings,
    counts: project.counts,
    manifest: request.needsManifest ? manifestTimes(opened) : null,
    store:
      stored === undefined
        ? null
        : {
            afterMetadata: stored.afterMetadata,
            familyMaps: stored.familyMaps,
            functions: stored.functions,
            firstNode: manifest.sources.size,
            identity: storeIdentity(opened),
          },
  };
  const parts = new Map<string, Buffer>([
    ['files', Buffer.from(files.listing)],
    ['index', Buffer.from(encodeIndex(index()))],
    ['semantics', Buffer.from(semantics)],
  ]);
  if (stored !== undefined) {
    parts.set('places', bytesOf(stored.places));
    // Which files describe nodes of other packages is not among the names: edits are a parse of all then.
    const described = [...manifest.nodes.values(), ...manifest.functions.values()];
    if (!described.some(({ patchPackage }) => patchPackage !== undefined))
      parts.set('names', Buffer.from(encodeNames(namesOf(manifest))));
    parts.set('rest', Buffer.from(encodeRest(manifest)));
  }
  keep(opened, head, parts);
  return project;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
