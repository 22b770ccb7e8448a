import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { CompiledPart } from '../artifacts/manifest-node.ts';
import {
  functionsText,
  type ManifestArtifactOptions,
  manifestArtifact,
  manifestText,
  nodeWriter,
} from '../artifacts/manifest-v12.ts';
import type { MetadataSource } from '../artifacts/metadata.ts';
import { runResultsArtifact } from '../artifacts/run-results-v6.ts';
import { semanticManifest } from '../artifacts/semantic-manifest.ts';
import { writeJson, writePieces } from '../artifacts/write-json.ts';
import { externalLocation } from '../compile/external-source.ts';
import { relationText } from '../compile/quote-policy.ts';
import { dbtVersion } from '../context/base-members.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import { customEnv } from '../util/custom-env.ts';
import { jsonText } from '../util/exact-json.ts';
import { secretMasker } from '../util/mask-secrets.ts';
import { foreignKeyTargets } from './foreign-key-targets.ts';
import type { ManifestChanges } from './manifest-store.ts';
import type { OpenedProject, ParsedProject } from './open-project.ts';
import { sqlPath } from './sql-path.ts';
import type { StoredNodes } from './stored-nodes.ts';

/** A path inside the project's target folder. */
export function targetFile(opened: OpenedProject, ...parts: readonly string[]): string {
  return resolve(opened.project.root, opened.project.targetPath, ...parts);
}

/** Whether files can be written into the target folder, or the folder that it is to be made in. */
export function isTargetWritable(opened: OpenedProject): boolean {
  let folder = targetFile(opened);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Takes the values of secret variables out of a text. */
export function masker(opened: OpenedProject): (text: string) => string {
  return secretMasker(opened.request.invocation.env);
}

export function metadataSource(opened: OpenedProject): MetadataSource {
  const { invocation } = opened.request;
  return {
    dbtVersion,
    invocationId: invocation.id,
    startedAt: invocation.startedAt,
    now: invocation.now(),
    env: customEnv(invocation.env),
  };
}

/** Whether manifest and run results are written: unless `--no-write-json`. */
export function writesJson(opened: OpenedProject): boolean {
  return opened.request.invocation.flags['WRITE_JSON'] !== false;
}

/** The text of `semantic_manifest.json`. */
export function semanticText(
  opened: OpenedProject,
  manifest: Pick<Manifest, 'nodes' | 'semantics'>,
): string {
  return jsonText(semanticManifest(manifest, manifestOptions(opened).relationName));
}

export const semanticsFile = 'semantic_manifest.json';

/** Writes `target/semantic_manifest.json`, which is there beside every manifest. */
export function writeSemantics(opened: OpenedProject, text: string): void {
  writePieces(targetFile(opened, semanticsFile), () => [text], masker(opened));
}

/**
 * Writes `target/manifest.json`; compiled text is that of this invocation, by unique id, like the
 * entries of nodes that are written already.
 */
export function writeManifest(
  parsed: ParsedProject,
  compiled: ReadonlyMap<string, CompiledPart> = new Map(),
  entries?: ReadonlyMap<string, string>,
): void {
  if (!writesJson(parsed)) return;
  const { manifest, storedNodes } = parsed;
  const options = { ...manifestOptions(parsed, compiled), entries };
  const path = targetFile(parsed, 'manifest.json');
  const mask = masker(parsed);
  writeSemantics(parsed, parsed.semantics?.() ?? semanticText(parsed, manifest));
  // Hooks of projects have no place of their own in what is stored.
  const hasHooks = [...compiled.keys()].some((id) => manifest.inert.has(asUniqueId(id)));
  if (storedNodes === undefined || hasHooks)
    writePieces(path, () => manifestText(manifest, options), mask);
  else {
    const isCompiled = [...compiled.keys()].some((id) => manifest.functions.has(asUniqueId(id)));
    const changes = {
      blocks: compiledBlocks(parsed, storedNodes, options),
      ...(isCompiled ? { functions: () => functionsText(manifest, options) } : {}),
    };
    storedNodes.stored.write(path, manifest.project, options, changes, mask);
  }
}

/** The manifest as dbt's schema has it. */
export function projectManifest(
  parsed: ParsedProject,
  compiled: ReadonlyMap<string, CompiledPart>,
): Record<string, Json> {
  return manifestArtifact(parsed.manifest, manifestOptions(parsed, compiled));
}

/** The compiled nodes in their places. */
function compiledBlocks(
  { manifest }: ParsedProject,
  nodes: StoredNodes,
  options: ManifestArtifactOptions,
): ManifestChanges['blocks'] {
  const write = nodeWriter(manifest, options);
  return [...options.compiled.keys()]
    .flatMap((id) => {
      const from = nodes.place(id);
      if (from === undefined) return [];
      const node = nodes.get(asUniqueId(id))!;
      const entries = [{ id, text: write(node), firstLine: node.firstLine }];
      return [{ from, to: from + 1, entries }];
    })
    .sort((a, b) => a.from - b.from);
}

/** Where a source that is no table is read from; what is wrong with that is told when it is read. */
function externalText(source: SourceNode): string | undefined {
  try {
    return externalLocation(source);
  } catch {
    return undefined;
  }
}

/** How the manifest of a project is written. */
export function manifestOptions(
  parsed: OpenedProject,
  compiled: ReadonlyMap<string, CompiledPart> = new Map(),
): ManifestArtifactOptions {
  return {
    metadata: metadataSource(parsed),
    adapterType: parsed.target.type,
    storesFailures: parsed.request.invocation.flags['STORE_FAILURES'] === true,
    relationName: (relation) => relationText(relation, parsed.dialect, parsed),
    sourceName: (source) =>
      externalText(source) ?? relationText(source, parsed.dialect, parsed, source.quoting),
    compiled,
  };
}

/** Path of a node's compiled SQL: `target/compiled/<package>/<path>`. */
export function compiledFile(opened: OpenedProject, node: Node, batch?: string): string {
  return targetFile(opened, 'compiled', ...sqlPath(node, batch));
}

/** As {@link compiledFile}, of the SQL that was sent to build the node: `target/run/…`. */
export function executedFile(opened: OpenedProject, node: Node, batch?: string): string {
  return targetFile(opened, 'run', ...sqlPath(node, batch));
}

/** What the manifest says of a node that was compiled, its file with a path from the project's folder. */
export function compiledPart(
  opened: ParsedProject,
  node: Node,
  made: Omit<CompiledPart, 'compiledPath' | 'foreignKeys'>,
): CompiledPart {
  const foreignKeys = foreignKeyTargets(opened, node);
  // What is compiled to nothing has no file.
  if (made.compiledCode === '') return { ...made, compiledPath: null, foreignKeys };
  const path = relative(opened.project.root, compiledFile(opened, node));
  // A hook stands in the project's file, which dbt calls `./dbt_project.yml`.
  const file = `/${node.originalFilePath}/`;
  const compiledPath = node.resourceType === 'operation' ? path.replace(file, `/.${file}`) : path;
  return { ...made, compiledPath, foreignKeys };
}

export function writeRunResults(
  parsed: ParsedProject,
  results: readonly NodeResult[],
  elapsed: number,
  args: Readonly<Record<string, Json>>,
): void {
  if (!writesJson(parsed)) return;
  const artifact = runResultsArtifact(results, {
    metadata: metadataSource(parsed),
    args,
    elapsed,
    relationName: (result) => relationInResults(parsed, result),
  });
  writeJson(targetFile(parsed, 'run_results.json'), artifact, masker(parsed));
}

/** A model, snapshot or function has its name in the results whatever became of it; a seed has none there, as in dbt. */
function relationInResults(parsed: ParsedProject, result: NodeResult): string | null {
  if (result.nodeId.startsWith('seed.')) return null;
  if (!/^(?:model|snapshot|function)\./.test(result.nodeId)) return result.relationName;
  const id = asUniqueId(result.nodeId);
  const node = parsed.manifest.nodes.get(id) ?? parsed.manifest.functions.get(id);
  if (node === undefined || node.config['materialized'] === 'ephemeral') return null;
  const { database, schema, alias: identifier } = node;
  return relationText({ database, schema, identifier }, parsed.dialect, parsed);
}
