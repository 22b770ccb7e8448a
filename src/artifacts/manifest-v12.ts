import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { isUnitTest, type Node, type SemanticNode } from '../contracts/node.ts';
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
  readonly relationName: (parts: {
    database: string;
    schema: string;
    identifier: string;
  }) => string;
  /** Compiled text of the nodes that were compiled. */
  readonly compiled: ReadonlyMap<string, CompiledPart>;
}

/** `manifest.json`, schema v12. */
export function manifestArtifact(
  manifest: Manifest,
  options: ManifestArtifactOptions,
): Record<string, Json> {
  const createdAt = options.metadata.startedAt.getTime() / 1000;
  const nodes: Record<string, Json> = {};
  for (const node of manifest.nodes.values()) {
    const relation = hasRelation(node)
      ? options.relationName({
          database: node.database,
          schema: node.schema,
          identifier: node.alias,
        })
      : null;
    nodes[node.uniqueId] = manifestNode(
      node,
      relation,
      options.compiled.get(node.uniqueId),
      createdAt,
    );
  }
  const sources: Record<string, Json> = {};
  for (const source of manifest.sources.values()) {
    sources[source.uniqueId] = manifestSource(source, options.relationName(source), createdAt);
  }
  const { parents, children } = familyMaps(manifest);
  const semantics = (resourceType: SemanticNode['resourceType']) =>
    byId(
      [...manifest.semantics.values()].filter((node) => node.resourceType === resourceType),
      (node) => manifestSemantic(node, createdAt, modelRelation(node, manifest, options)),
    );
  return {
    metadata: {
      ...artifactMetadata('manifest', 'v12', options.metadata),
      project_name: manifest.project.name,
      project_id: null,
      user_id: null,
      send_anonymous_usage_stats: false,
      adapter_type: options.adapterType,
      quoting: { database: true, schema: true, identifier: true, column: null },
      run_started_at: options.metadata.startedAt.toISOString(),
    },
    nodes,
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
    selectors: {},
    disabled: disabledNodes(manifest, createdAt),
    parent_map: parents,
    child_map: children,
    group_map: groupMap(manifest),
    saved_queries: semantics('saved_query'),
    semantic_models: semantics('semantic_model'),
    unit_tests: byId(manifest.unitTests.values(), (test) => manifestUnitTest(test, createdAt)),
    functions: {},
  };
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
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const item of items) result[item.uniqueId] = write(item);
  return result;
}

/** Models, seeds and snapshots have a relation, and tests that store their failing rows. */
function hasRelation(node: Node): boolean {
  if (node.resourceType === 'test') return node.config['store_failures'] === true;
  return (
    ['model', 'seed', 'snapshot'].includes(node.resourceType) &&
    node.config['materialized'] !== 'ephemeral'
  );
}

/** Ids of what each thing depends on, and of what depends on it; sorted, as dbt writes them. */
function familyMaps(manifest: Manifest): {
  parents: Record<string, string[]>;
  children: Record<string, string[]>;
} {
  const parents: Record<string, string[]> = {};
  const children: Record<string, string[]> = {};
  for (const id of manifest.sources.keys()) parents[id] = [];
  for (const node of [
    ...manifest.nodes.values(),
    ...manifest.exposures.values(),
    ...manifest.semantics.values(),
    ...manifest.unitTests.values(),
  ]) {
    parents[node.uniqueId] = [...node.dependsOn.nodes].sort();
  }
  for (const id of Object.keys(parents)) children[id] = [];
  for (const [id, above] of Object.entries(parents)) {
    for (const parent of above) children[parent]?.push(id);
  }
  for (const list of Object.values(children)) list.sort();
  return { parents, children };
}

function groupMap(manifest: Manifest): Record<string, string[]> {
  const map: Record<string, string[]> = {};
  for (const group of manifest.groups.values()) map[group.name] = [];
  for (const node of manifest.nodes.values()) {
    if (node.group !== null) map[node.group]?.push(node.uniqueId);
  }
  return map;
}

function disabledNodes(manifest: Manifest, createdAt: number): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const node of manifest.disabled.values()) {
    result[node.uniqueId] = [disabledNode(node, createdAt)];
  }
  return result;
}

function disabledNode(
  node: Manifest['disabled'] extends ReadonlyMap<string, infer T> ? T : never,
  createdAt: number,
): Json {
  if (isUnitTest(node)) return manifestUnitTest(node, createdAt);
  switch (node.resourceType) {
    case 'source':
      return manifestSource(node, null, createdAt);
    case 'exposure':
      return manifestExposure(node, createdAt);
    case 'metric':
    case 'semantic_model':
    case 'saved_query':
      return manifestSemantic(node, createdAt);
    default:
      return manifestNode(node, null, undefined, createdAt);
  }
}
