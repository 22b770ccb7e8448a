import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import {
  type CompiledPart,
  manifestExposure,
  manifestMacro,
  manifestNode,
  manifestSource,
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
    const hasRelation =
      ['model', 'seed', 'snapshot'].includes(node.resourceType) &&
      node.config['materialized'] !== 'ephemeral';
    const relation = hasRelation
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
    metrics: {},
    groups: {},
    selectors: {},
    disabled: disabledNodes(manifest, createdAt),
    parent_map: parents,
    child_map: children,
    group_map: {},
    saved_queries: {},
    semantic_models: {},
    unit_tests: {},
    functions: {},
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

function familyMaps(manifest: Manifest): {
  parents: Record<string, string[]>;
  children: Record<string, string[]>;
} {
  const parents: Record<string, string[]> = {};
  const children: Record<string, string[]> = {};
  for (const id of manifest.sources.keys()) {
    parents[id] = [];
    children[id] = [];
  }
  for (const node of [...manifest.nodes.values(), ...manifest.exposures.values()]) {
    parents[node.uniqueId] = [...node.dependsOn.nodes];
    children[node.uniqueId] ??= [];
  }
  for (const node of [...manifest.nodes.values(), ...manifest.exposures.values()]) {
    for (const parent of node.dependsOn.nodes) children[parent]?.push(node.uniqueId);
  }
  return { parents, children };
}

function disabledNodes(manifest: Manifest, createdAt: number): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const node of manifest.disabled.values()) {
    result[node.uniqueId] = [
      node.resourceType === 'source'
        ? manifestSource(node, null, createdAt)
        : manifestNode(node, null, undefined, createdAt),
    ];
  }
  return result;
}
