import type { Json, JsonObject } from '../contracts/json.ts';
import type {
  ColumnInfo,
  Exposure,
  FunctionArgument,
  FunctionReturns,
  FunctionSignature,
  Group,
  Macro,
  Node,
  SemanticNode,
  SourceNode,
  UnitTest,
} from '../contracts/node.ts';
import { isPlainObject } from '../util/map-strings.ts';

export interface CompiledPart {
  readonly compiledCode: string;
  /** The file with the text, from the project's folder. */
  readonly compiledPath: string | null;
  readonly extraCtes: readonly { readonly id: string; readonly sql: string }[];
  /** Of a function: the texts of its overloads, in their order. */
  readonly overloads?: readonly string[] | undefined;
  /** The macros that were called while it was compiled. */
  readonly macros: readonly string[];
  /** What its foreign keys point at, by what is written: `ref('customers')`. */
  readonly foreignKeys?: ReadonlyMap<string, string> | undefined;
  /** The file with the SQL that was sent to build the node, from the project's folder. */
  readonly buildPath?: string | undefined;
  /** The place of a hook among those that ran, from 1 on. */
  readonly hookIndex?: number | undefined;
}

/** A node under the names of dbt's manifest (schema v12). */
export function manifestNode(
  node: Node,
  relationName: string | null,
  compiled: CompiledPart | undefined,
  createdAt: number,
): Record<string, Json> {
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
    checksum: checksumOf(node),
    config: node.config,
    tags: node.tags,
    description: node.description,
    columns: columns(node.columns, compiled?.foreignKeys),
    meta: node.meta,
    group: node.group,
    docs: node.config['docs'] ?? { show: true, node_color: null },
    patch_path:
      node.patchPath === null
        ? null
        : `${node.patchPackage ?? node.packageName}://${node.patchPath}`,
    build_path: compiled?.buildPath ?? null,
    unrendered_config: node.unrenderedConfig,
    created_at: createdAt,
    relation_name: relationName,
    raw_code: node.rawCode,
    doc_blocks: node.docBlocks ?? [],
  };
  if (node.resourceType === 'seed')
    return { ...common, root_path: null, depends_on: { macros: node.dependsOn.macros } };
  Object.assign(common, {
    language: node.language ?? 'sql',
    refs: node.refs.map((ref) => ({ name: ref.name, package: ref.package, version: ref.version })),
    sources: node.sources.map((source) => [source.source, source.table]),
    metrics: node.metrics ?? [],
    functions: (node.functions ?? []).map((call) =>
      call.package === null ? [call.name] : [call.package, call.name],
    ),
    depends_on: {
      macros: [...new Set([...node.dependsOn.macros, ...(compiled?.macros ?? [])])],
      nodes: node.dependsOn.nodes,
    },
    compiled_path: compiled?.compiledPath ?? null,
    contract: contractOf(node),
  });
  if (compiled !== undefined) {
    Object.assign(common, {
      compiled: true,
      compiled_code: compiled.compiledCode,
      extra_ctes_injected: true,
      extra_ctes: compiled.extraCtes,
    });
  }
  // The hooks of a project are texts of its project file.
  if (node.resourceType === 'operation' && node.fqn[1] === 'hooks') {
    const own = Number(node.name.slice(node.name.lastIndexOf('-') + 1));
    const index = compiled?.hookIndex ?? own;
    Object.assign(common, { original_file_path: `./${node.originalFilePath}`, index });
  }
  if (node.resourceType === 'model') {
    Object.assign(common, {
      access: node.access,
      constraints: withTargets(node.constraints ?? [], compiled?.foreignKeys),
      version: node.version,
      latest_version: node.latestVersion,
      deprecation_date: node.deprecationDate ?? null,
      primary_key: node.primaryKey ?? [],
      time_spine: node.timeSpine ?? null,
    });
  }
  if (node.signature !== undefined)
    Object.assign(common, signatureFields(node.signature, compiled?.overloads));
  if (node.testMetadata !== null) {
    Object.assign(common, {
      column_name: node.columnName,
      file_key_name: node.fileKeyName ?? null,
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

/** What a function takes and gives, with the texts of its overloads once they are compiled. */
function signatureFields(
  { arguments: args, returns, overloads }: FunctionSignature,
  compiled: readonly string[] | undefined,
): Record<string, Json> {
  const argument = (one: FunctionArgument) => ({
    name: one.name,
    data_type: one.dataType,
    description: one.description,
    default_value: one.defaultValue,
  });
  const given = (one: FunctionReturns) => ({
    data_type: one.dataType,
    description: one.description,
  });
  return {
    returns: given(returns),
    arguments: args.map(argument),
    overloads: overloads.map((one, i) => ({
      defined_in: one.definedIn,
      arguments: one.arguments.map(argument),
      returns: one.returns === null ? null : given(one.returns),
      description: one.description,
      raw_body: one.rawBody,
      compiled_body: compiled?.[i] ?? null,
    })),
  };
}

/** Constraints whose foreign keys point at relations, once the model is compiled. */
function withTargets(
  constraints: readonly Json[],
  targets: ReadonlyMap<string, string> | undefined,
): readonly Json[] {
  if (targets === undefined) return constraints;
  return constraints.map((one) => {
    const { to } = one as JsonObject;
    const target = typeof to === 'string' ? targets.get(to) : undefined;
    return target === undefined ? one : { ...(one as JsonObject), to: target };
  });
}

function checksumOf({ checksum, isKnownByPath, originalFilePath }: Node): Json {
  if (isKnownByPath === true) return { name: 'path', checksum: originalFilePath };
  return { name: checksum === '' ? 'none' : 'sha256', checksum };
}

function contractOf(node: Node): Json {
  const { contract } = node.config;
  const given = typeof contract === 'object' && contract !== null ? contract : {};
  return { enforced: false, alias_types: true, ...given, checksum: node.contractChecksum ?? null };
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
    quoting: { database: null, schema: null, identifier: null, column: null, ...source.quoting },
    loaded_at_field: source.loadedAtField,
    loaded_at_query: source.loadedAtQuery ?? null,
    freshness: source.config['freshness'] ?? null,
    external: external(source.external),
    description: source.description,
    columns: columns(source.columns),
    meta: source.meta,
    source_meta: source.sourceMeta,
    tags: source.tags,
    config: source.config,
    patch_path: null,
    unrendered_config: source.unrenderedConfig ?? {},
    relation_name: relationName,
    created_at: createdAt,
    unrendered_database: source.unrenderedDatabase ?? null,
    unrendered_schema: source.unrenderedSchema ?? null,
    doc_blocks: source.docBlocks ?? [],
  };
}

/** An external table with the keys that dbt knows, and others as they are. */
function external(given: Json | undefined): Json {
  if (!isPlainObject(given)) return null;
  const known = { location: null, file_format: null, row_format: null, tbl_properties: null };
  const { partitions } = given;
  const parts = Array.isArray(partitions)
    ? partitions.map((part) =>
        isPlainObject(part)
          ? { name: '', description: '', data_type: '', meta: {}, ...part }
          : part,
      )
    : (partitions ?? null);
  return { ...known, ...given, partitions: parts } as Json;
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
    unrendered_config: exposure.unrenderedConfig ?? {},
    url: exposure.url,
    depends_on: { macros: exposure.dependsOn.macros, nodes: exposure.dependsOn.nodes },
    refs: exposure.refs.map((ref) => ({
      name: ref.name,
      package: ref.package,
      version: ref.version,
    })),
    sources: exposure.sources.map((source) => [source.source, source.table]),
    metrics: exposure.metrics ?? [],
    created_at: createdAt,
  };
}

/** A group under the names of dbt's manifest. */
export function manifestGroup(group: Group): JsonObject {
  return {
    name: group.name,
    resource_type: 'group',
    package_name: group.packageName,
    path: group.path,
    original_file_path: group.originalFilePath,
    unique_id: group.uniqueId,
    owner: { email: null, name: null, ...group.owner },
    description: group.description,
    config: group.config,
  };
}

/** A unit test under the names of dbt's manifest. */
export function manifestUnitTest(test: UnitTest, createdAt: number): JsonObject {
  return {
    model: test.model,
    given: test.given.map(({ input, rows, format, fixture }) => ({ input, rows, format, fixture })),
    expect: {
      rows: test.expect?.rows ?? null,
      format: test.expect?.format ?? 'dict',
      fixture: test.expect?.fixture ?? null,
    },
    name: test.name,
    resource_type: 'unit_test',
    package_name: test.packageName,
    path: test.path,
    original_file_path: test.originalFilePath,
    unique_id: test.uniqueId,
    fqn: test.fqn,
    description: test.description,
    overrides: test.overrides,
    depends_on: { macros: test.dependsOn.macros, nodes: test.dependsOn.nodes },
    config: test.config,
    checksum: test.checksum,
    schema: test.schema,
    created_at: createdAt,
    versions: test.versions,
    version: test.version,
  };
}

/** A metric, semantic model or saved query under the names of dbt's manifest. */
export function manifestSemantic(
  node: SemanticNode,
  createdAt: number,
  modelRelation: Json = null,
): JsonObject {
  const isModel = node.resourceType === 'semantic_model';
  const refs = node.refs.map((ref) => ({
    name: ref.name,
    package: ref.package,
    version: ref.version,
  }));
  return {
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.originalFilePath,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    description: node.description,
    ...node.properties,
    ...(isModel ? { node_relation: modelRelation } : { tags: node.tags }),
    ...(node.resourceType === 'metric' ? { meta: node.meta } : {}),
    config: node.config,
    unrendered_config: node.unrenderedConfig,
    group: node.group,
    refs,
    depends_on: { macros: node.dependsOn.macros, nodes: node.dependsOn.nodes },
    created_at: createdAt,
  };
}

/** A macro under the names of dbt's manifest. */
export function manifestMacro(macro: Macro, createdAt: number): JsonObject {
  const docs = { show: true, node_color: null, ...(macro.docs as JsonObject | null | undefined) };
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
    docs,
    config: { meta: macro.meta, docs },
    patch_path:
      macro.patchPath === undefined || macro.patchPath === null
        ? null
        : `${macro.packageName}://${macro.patchPath}`,
    arguments: macro.arguments.map((a) => ({
      name: a.name,
      type: a.type,
      description: a.description,
    })),
    created_at: createdAt,
    supported_languages: macro.supportedLanguages ?? null,
  };
}

function columns(
  infos: Readonly<Record<string, ColumnInfo>>,
  targets?: ReadonlyMap<string, string>,
): Json {
  const result: Record<string, Json> = {};
  for (const [name, column] of Object.entries(infos)) {
    Object.defineProperty(result, name, {
      enumerable: true,
      value: {
        ...column.extra,
        name: column.name,
        description: column.description,
        meta: column.meta,
        data_type: column.dataType,
        constraints: withTargets(column.constraints, targets),
        quote: column.quote,
        config: column.config ?? { meta: column.meta, tags: column.tags },
        tags: column.tags,
        granularity: column.granularity ?? null,
        dimension: column.dimension ?? null,
        entity: column.entity ?? null,
        doc_blocks: column.docBlocks ?? [],
      },
    });
  }
  return result;
}
