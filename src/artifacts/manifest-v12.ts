import { createHash } from 'node:crypto';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { isUnitTest, type Node, type SemanticNode, type SourceNode } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import { jsonText } from '../util/exact-json.ts';
import {
  type CompiledPart,
  manifestExposure,
  manifestGroup,
  manifestMacro,
  manifestNode,
  manifestSemantic,
  manifestSource,
  manifestUnitTest,
} from './manifest-node.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

export interface ManifestArtifactOptions {
  readonly metadata: MetadataSource;
  readonly adapterType: string;
  /** Name of a relation in SQL. */
  readonly relationName: (relation: Relation) => string;
  /** What a source is in SQL: the name of a table, or the call that reads a file. */
  readonly sourceName: (source: SourceNode) => string;
  /** Whether a flag lets tests keep their failing rows. */
  readonly storesFailures?: boolean;
  /** Compiled text of the nodes that were compiled. */
  readonly compiled: ReadonlyMap<string, CompiledPart>;
  /** Entries of nodes that a {@link nodeWriter} has written already, with the same options. */
  readonly entries?: ReadonlyMap<string, string> | undefined;
}

/** `manifest.json`, schema v12. */
export function manifestArtifact(
  manifest: Manifest,
  options: ManifestArtifactOptions,
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const [name, section] of Object.entries(manifestSections(manifest, options))) {
    result[name] = section instanceof Map ? Object.fromEntries(section) : (section as Json);
  }
  result['nodes'] = Object.fromEntries(
    [...manifest.nodes.values(), ...manifest.inert.values()].map((node) => [
      node.uniqueId,
      entryOfNode(node, manifest, options, createdAtOf(options)),
    ]),
  );
  return result;
}

/** Told where the parts of the text begin: before a section, before each node, after the last one. */
export type MarkManifest = (part: 'section' | 'node' | 'end', name: string) => void;

/** The text of `manifest.json` in pieces, none longer than what is written of one node. */
export function* manifestText(
  manifest: Manifest,
  options: ManifestArtifactOptions,
  mark: MarkManifest = () => undefined,
): Generator<string> {
  const write = nodeWriter(manifest, options);
  let separator = '{';
  for (const [name, section] of Object.entries(manifestSections(manifest, options))) {
    yield `${separator}"${name}":`;
    separator = ',';
    mark('section', name);
    if (!(section instanceof Map)) {
      yield jsonText(section);
      continue;
    }
    let inner = '{';
    if (name === 'nodes') {
      for (const node of manifest.nodes.values()) {
        yield `${inner}${JSON.stringify(node.uniqueId)}:`;
        inner = ',';
        mark('node', node.uniqueId);
        yield write(node);
      }
      mark('end', name);
      for (const node of manifest.inert.values()) {
        yield `${inner}${JSON.stringify(node.uniqueId)}:${write(node)}`;
        inner = ',';
      }
    }
    yield* entriesText(section, inner);
  }
  yield '}';
}

/** The entries of a section as JSON, and its closing brace. */
export function* entriesText(
  entries: ReadonlyMap<string, Json>,
  separator = '{',
): Generator<string> {
  let before = separator;
  for (const [id, entry] of entries) {
    yield `${before}${JSON.stringify(id)}:${jsonText(entry)}`;
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

/** Writes nodes as entries of `manifest.json`. */
export function nodeWriter(
  projects: Pick<Manifest, 'project' | 'packages'>,
  options: ManifestArtifactOptions,
): (node: Node) => string {
  const createdAt = createdAtOf(options);
  const configs = new WeakMap<object, string>();
  return (node) =>
    options.entries?.get(node.uniqueId) ??
    textOfNode(entryOfNode(node, projects, options, createdAt), configs);
}

function createdAtOf(options: ManifestArtifactOptions): number {
  return options.metadata.startedAt.getTime() / 1000;
}

function entryOfNode(
  node: Node,
  manifest: Pick<Manifest, 'project' | 'packages'>,
  options: ManifestArtifactOptions,
  createdAt: number,
): Record<string, Json> {
  const { database, schema, alias: identifier, packageName } = node;
  const relation = hasRelation(node, options)
    ? options.relationName({ database, schema, identifier })
    : null;
  const entry = manifestNode(node, relation, options.compiled.get(node.uniqueId), createdAt);
  if (node.resourceType !== 'seed') return entry;
  const home = [manifest.project, ...manifest.packages].find(({ name }) => name === packageName);
  return { ...entry, root_path: home?.root ?? null };
}

/**
 * A node as JSON. Many nodes share one configuration, whose text is made once. Where it goes is
 * certain: inside of texts every quotation mark has a backslash before it.
 */
function textOfNode(entry: Record<string, Json>, configs: WeakMap<object, string>): string {
  const config = entry['config'] as object;
  let written = configs.get(config);
  if (written === undefined) {
    written = jsonText(config);
    configs.set(config, written);
  }
  entry['config'] = 0;
  const text = jsonText(entry);
  const at = text.indexOf(placeOfConfig);
  return `${text.slice(0, at)},"config":${written}${text.slice(at + placeOfConfig.length)}`;
}

const placeOfConfig = ',"config":0';

/** What the manifest says of itself. */
export function manifestMetadata(
  project: Pick<Manifest['project'], 'name' | 'quoting'>,
  options: Pick<ManifestArtifactOptions, 'metadata' | 'adapterType'>,
): Json {
  return {
    ...artifactMetadata('manifest', 'v12', options.metadata),
    project_name: project.name,
    project_id: createHash('md5').update(project.name).digest('hex'),
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: options.adapterType,
    quoting: { database: true, schema: true, identifier: true, column: null, ...project.quoting },
    run_started_at: options.metadata.startedAt.toISOString().replace('Z', '+00:00'),
  };
}

type Section = Json | ReadonlyMap<string, Json>;

/** The sections in their order; `nodes` is empty here, since its entries are made one by one. */
function manifestSections(
  manifest: Manifest,
  options: ManifestArtifactOptions,
): Record<string, Section> {
  const createdAt = createdAtOf(options);
  const sources = new Map<string, Json>();
  for (const source of manifest.sources.values()) {
    sources.set(source.uniqueId, manifestSource(source, options.sourceName(source), createdAt));
  }
  const { parents, children } = familyMaps(dependencies(manifest));
  const semantics = (resourceType: SemanticNode['resourceType']) =>
    byId(
      [...manifest.semantics.values()].filter((node) => node.resourceType === resourceType),
      (node) => manifestSemantic(node, createdAt, modelRelation(node, manifest, options)),
    );
  return {
    metadata: manifestMetadata(manifest.project, options),
    nodes: new Map(),
    sources,
    macros: byId(manifest.macros.values(), (macro) => manifestMacro(macro, createdAt)),
    docs: byId(manifest.docs.values(), (doc) => ({
      name: doc.name,
      resource_type: 'doc',
      package_name: doc.packageName,
      path: doc.path,
      original_file_path: doc.originalFilePath,
      unique_id: doc.uniqueId,
      block_contents: doc.contents,
    })),
    exposures: byId(manifest.exposures.values(), (exposure) =>
      manifestExposure(exposure, createdAt),
    ),
    metrics: semantics('metric'),
    groups: byId(manifest.groups.values(), manifestGroup),
    selectors: manifest.project.selectors ?? {},
    disabled: disabledNodes(manifest, options, createdAt),
    parent_map: parents,
    child_map: children,
    group_map: groupMap(manifest),
    saved_queries: semantics('saved_query'),
    semantic_models: semantics('semantic_model'),
    unit_tests: byId(manifest.unitTests.values(), (test) => manifestUnitTest(test, createdAt)),
    functions: functionEntries(manifest, options),
  };
}

function functionEntries(
  manifest: Pick<Manifest, 'project' | 'packages' | 'functions'>,
  options: ManifestArtifactOptions,
): ReadonlyMap<string, Json> {
  const createdAt = createdAtOf(options);
  return byId(manifest.functions.values(), (one) => entryOfNode(one, manifest, options, createdAt));
}

/** The section of functions as text, from the comma before it on. */
export function* functionsText(
  manifest: Pick<Manifest, 'project' | 'packages' | 'functions'>,
  options: ManifestArtifactOptions,
): Generator<string> {
  yield ',"functions":';
  yield* entriesText(functionEntries(manifest, options));
}

/** Where the model of a semantic model is, under the names of the manifest. */
function modelRelation(
  node: SemanticNode,
  manifest: Manifest,
  options: Pick<ManifestArtifactOptions, 'relationName'>,
): Json {
  const model = node.dependsOn.nodes.map((id) => manifest.nodes.get(id)).find(Boolean);
  if (node.resourceType !== 'semantic_model' || model === undefined) return null;
  const { database, schema, alias } = model;
  return {
    alias,
    schema_name: schema,
    database,
    relation_name: options.relationName({ database, schema, identifier: alias }),
  };
}

function byId<T extends { readonly uniqueId: string }>(
  items: Iterable<T>,
  write: (item: T) => Json,
): ReadonlyMap<string, Json> {
  const result = new Map<string, Json>();
  for (const item of items) result.set(item.uniqueId, write(item));
  return result;
}

/** Models, seeds, snapshots and functions have a relation, and tests that store their failing rows. */
function hasRelation(
  node: Node,
  { storesFailures, compiled }: Pick<ManifestArtifactOptions, 'storesFailures' | 'compiled'>,
): boolean {
  if (node.resourceType === 'test') {
    const stored = node.config['store_failures'] ?? null;
    // A flag is for the tests of this invocation only.
    return stored === null
      ? storesFailures === true && compiled.has(node.uniqueId)
      : stored === true;
  }
  return (
    ['model', 'seed', 'snapshot', 'function'].includes(node.resourceType) &&
    node.config['materialized'] !== 'ephemeral'
  );
}

/** Ids of what each thing depends on, and of what depends on it; sorted, as dbt writes them. */
export function familyMaps(things: Iterable<readonly [id: string, parents: readonly string[]]>): {
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
} {
  const parents = new Map<string, readonly string[]>();
  const children = new Map<string, string[]>();
  for (const [id, above] of things) {
    parents.set(id, above.length > 1 ? [...above].sort() : above);
    children.set(id, []);
  }
  for (const [id, above] of parents) {
    for (const parent of above) children.get(parent)?.push(id);
  }
  for (const list of children.values()) if (list.length > 1) list.sort();
  return { parents, children };
}

/** Everything in the order of the family maps, with what it depends on. */
function* dependencies(manifest: Manifest): Generator<readonly [string, readonly string[]]> {
  for (const id of manifest.sources.keys()) yield [id, []];
  for (const things of [
    manifest.nodes,
    manifest.exposures,
    manifest.semantics,
    manifest.functions,
    manifest.unitTests,
    manifest.inert,
  ]) {
    for (const { uniqueId, dependsOn } of things.values()) yield [uniqueId, dependsOn.nodes];
  }
}

function groupMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {};
  for (const group of manifest.groups.values()) map[group.name] = [];
  for (const things of [manifest.nodes, manifest.inert, manifest.semantics]) {
    for (const { group, uniqueId } of things.values())
      if (group !== null && Object.hasOwn(map, group)) map[group]!.push(uniqueId);
  }
  return map;
}

function disabledNodes(
  manifest: Manifest,
  options: ManifestArtifactOptions,
  createdAt: number,
): ReadonlyMap<string, Json> {
  const disabled = [...manifest.disabled.values()].filter(
    (node) => !manifest.inert.has(node.uniqueId),
  );
  const lists = new Map<string, Json[]>();
  // What was compiled is the node of the same name that is not switched off.
  const asParsed = { ...options, compiled: new Map<string, CompiledPart>() };
  for (const node of disabled) {
    const entry = disabledNode(node, manifest, asParsed, createdAt);
    const list = lists.get(node.uniqueId);
    if (list === undefined) lists.set(node.uniqueId, [entry]);
    else list.push(entry);
  }
  return lists;
}

function disabledNode(
  node: Manifest['disabled'] extends ReadonlyMap<string, infer T> ? T : never,
  manifest: Manifest,
  options: ManifestArtifactOptions,
  createdAt: number,
): Json {
  if (isUnitTest(node)) return manifestUnitTest(node, createdAt);
  switch (node.resourceType) {
    case 'source':
      return manifestSource(node, options.sourceName(node), createdAt);
    case 'exposure':
      return manifestExposure(node, createdAt);
    case 'metric':
    case 'semantic_model':
    case 'saved_query':
      return manifestSemantic(node, createdAt);
    default:
      return entryOfNode(node, manifest, options, createdAt);
  }
}
