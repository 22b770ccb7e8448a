import type { Json } from '../contracts/json.ts';
import type { ColumnInfo, Exposure, Macro, Node, SourceNode } from '../contracts/node.ts';

type JsonObject = Readonly<Record<string, Json>>;

export interface CompiledPart {
  readonly compiledCode: string;
  readonly compiledPath: string | null;
  readonly extraCtes: readonly { readonly id: string; readonly sql: string }[];
}

/** A node under the names of dbt's manifest (schema v12). */
export function manifestNode(
  node: Node,
  relationName: string | null,
  compiled: CompiledPart | undefined,
  createdAt: number,
): JsonObject {
  const common: Record<string, Json> = {
    database: node.database,
    schema: node.schema,
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.originalFilePath,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: node.alias,
    checksum: { name: 'sha256', checksum: node.checksum },
    config: node.config,
    tags: node.tags,
    description: node.description,
    columns: columns(node.columns),
    meta: node.meta,
    group: node.group,
    docs: node.config['docs'] ?? { show: true, node_color: null },
    patch_path: node.patchPath === null ? null : `${node.packageName}://${node.patchPath}`,
    build_path: null,
    unrendered_config: node.unrenderedConfig,
    created_at: createdAt,
    relation_name: relationName,
    raw_code: node.rawCode,
    doc_blocks: [],
  };
  if (node.resourceType === 'seed')
    return { ...common, root_path: null, depends_on: { macros: [] } };
  Object.assign(common, {
    language: 'sql',
    refs: node.refs.map((ref) => ({ name: ref.name, package: ref.package, version: ref.version })),
    sources: node.sources.map((source) => [source.source, source.table]),
    metrics: [],
    functions: [],
    depends_on: { macros: node.dependsOn.macros, nodes: node.dependsOn.nodes },
    compiled_path: compiled?.compiledPath ?? null,
    contract: { enforced: false, alias_types: true, checksum: null },
  });
  if (compiled !== undefined) {
    Object.assign(common, {
      compiled: true,
      compiled_code: compiled.compiledCode,
      extra_ctes_injected: true,
      extra_ctes: compiled.extraCtes,
    });
  }
  if (node.resourceType === 'model') {
    Object.assign(common, {
      access: node.access,
      constraints: [],
      version: node.version,
      latest_version: node.latestVersion,
      deprecation_date: null,
      primary_key: [],
      time_spine: null,
    });
  }
  if (node.testMetadata !== null) {
    Object.assign(common, {
      column_name: node.columnName,
      file_key_name: null,
      attached_node: node.attachedNode,
      test_metadata: {
        name: node.testMetadata.name,
        kwargs: node.testMetadata.kwargs,
        namespace: node.testMetadata.namespace,
      },
    });
  }
  return common;
}

/** A source table under the names of dbt's manifest. */
export function manifestSource(
  source: SourceNode,
  relationName: string | null,
  createdAt: number,
): JsonObject {
  return {
    database: source.database,
    schema: source.schema,
    name: source.name,
    resource_type: 'source',
    package_name: source.packageName,
    path: source.path,
    original_file_path: source.originalFilePath,
    unique_id: source.uniqueId,
    fqn: source.fqn,
    source_name: source.sourceName,
    source_description: source.sourceDescription,
    loader: source.loader,
    identifier: source.identifier,
    quoting: { database: null, schema: null, identifier: null, column: null },
    loaded_at_field: source.loadedAtField,
    loaded_at_query: null,
    freshness:
      source.freshness === null
        ? null
        : {
            warn_after: threshold(source.freshness.warnAfter),
            error_after: threshold(source.freshness.errorAfter),
            filter: source.freshness.filter,
          },
    external: null,
    description: source.description,
    columns: columns(source.columns),
    meta: source.meta,
    source_meta: source.sourceMeta,
    tags: source.tags,
    config: source.config,
    patch_path: null,
    unrendered_config: {},
    relation_name: relationName,
    created_at: createdAt,
    doc_blocks: [],
  };
}

/** An exposure under the names of dbt's manifest. */
export function manifestExposure(exposure: Exposure, createdAt: number): JsonObject {
  return {
    name: exposure.name,
    resource_type: 'exposure',
    package_name: exposure.packageName,
    path: exposure.path,
    original_file_path: exposure.originalFilePath,
    unique_id: exposure.uniqueId,
    fqn: exposure.fqn,
    type: exposure.type,
    owner: { email: null, name: null, ...exposure.owner },
    description: exposure.description,
    label: exposure.label,
    maturity: exposure.maturity,
    meta: exposure.meta,
    tags: exposure.tags,
    config: exposure.config,
    unrendered_config: {},
    url: exposure.url,
    depends_on: { macros: exposure.dependsOn.macros, nodes: exposure.dependsOn.nodes },
    refs: exposure.refs.map((ref) => ({
      name: ref.name,
      package: ref.package,
      version: ref.version,
    })),
    sources: exposure.sources.map((source) => [source.source, source.table]),
    metrics: [],
    created_at: createdAt,
  };
}

/** A macro under the names of dbt's manifest. */
export function manifestMacro(macro: Macro, createdAt: number): JsonObject {
  return {
    name: macro.name,
    resource_type: 'macro',
    package_name: macro.packageName,
    path: macro.path,
    original_file_path: macro.originalFilePath,
    unique_id: macro.uniqueId,
    macro_sql: macro.sql,
    depends_on: { macros: macro.dependsOnMacros },
    description: macro.description,
    meta: macro.meta,
    docs: { show: true, node_color: null },
    config: { meta: macro.meta, docs: { show: true, node_color: null } },
    patch_path: null,
    arguments: macro.arguments.map((a) => ({
      name: a.name,
      type: a.type,
      description: a.description,
    })),
    created_at: createdAt,
    supported_languages: null,
  };
}

function columns(infos: Readonly<Record<string, ColumnInfo>>): Json {
  const result: Record<string, Json> = {};
  for (const [name, column] of Object.entries(infos)) {
    Object.defineProperty(result, name, {
      enumerable: true,
      value: {
        name: column.name,
        description: column.description,
        meta: column.meta,
        data_type: column.dataType,
        constraints: column.constraints,
        quote: column.quote,
        config: { meta: column.meta, tags: column.tags },
        tags: column.tags,
        granularity: null,
        doc_blocks: [],
      },
    });
  }
  return result;
}

function threshold(rule: { count: number; period: string } | null): Json {
  return rule === null ? { count: null, period: null } : { count: rule.count, period: rule.period };
}
