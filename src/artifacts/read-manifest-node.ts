import type { Json } from '../contracts/json.ts';
import type { ColumnInfo, Node, NodeResourceType } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { parseJson } from '../util/exact-json.ts';

/** A node as `manifestNode` wrote it; what only some kinds have is optional. */
interface Entry
  extends Readonly<
    Pick<Node, 'name' | 'path' | 'fqn' | 'config' | 'database' | 'schema' | 'alias' | 'description'>
  > {
  readonly unique_id: UniqueId;
  readonly resource_type: NodeResourceType;
  readonly package_name: string;
  readonly original_file_path: string;
  readonly raw_code: string;
  readonly language?: string;
  readonly checksum: { readonly checksum: string };
  readonly unrendered_config: Node['unrenderedConfig'];
  readonly columns: Readonly<Record<string, ColumnEntry>>;
  readonly meta: Node['meta'];
  readonly tags: Node['tags'];
  readonly refs: Node['refs'];
  readonly sources: readonly (readonly [source: string, table: string])[];
  readonly metrics: NonNullable<Node['metrics']>;
  readonly functions: readonly (readonly string[])[];
  readonly depends_on: Node['dependsOn'];
  readonly patch_path: string | null;
  readonly group: string | null;
  readonly doc_blocks: readonly UniqueId[];
  readonly access?: string | null;
  readonly version?: Node['version'];
  readonly latest_version?: Node['latestVersion'];
  readonly constraints?: readonly Json[];
  readonly contract?: { readonly checksum: string | null };
  readonly deprecation_date?: string | null;
  readonly primary_key?: readonly string[];
  readonly time_spine?: Json;
  readonly test_metadata?: NonNullable<Node['testMetadata']>;
  readonly column_name?: string | null;
  readonly attached_node?: UniqueId | null;
  readonly file_key_name?: string | null;
}

interface ColumnEntry
  extends Pick<
    Required<ColumnInfo>,
    | 'name'
    | 'description'
    | 'meta'
    | 'tags'
    | 'quote'
    | 'constraints'
    | 'config'
    | 'granularity'
    | 'dimension'
    | 'entity'
  > {
  readonly data_type: string | null;
  readonly doc_blocks: readonly UniqueId[];
}

/**
 * The node that `manifestNode` wrote as this entry, before anything was compiled. `firstLine` is not in
 * the artifact. Of seeds the artifact keeps too little to be read back.
 */
export function readManifestNode(text: string, firstLine: number): Node {
  // What our own writer wrote needs no second check of its shape.
  const entry = parseJson(text) as Entry;
  const isModel = entry.resource_type === 'model';
  const metadata = entry.test_metadata;
  const fileKeyName = entry.file_key_name ?? null;
  return {
    uniqueId: entry.unique_id,
    resourceType: entry.resource_type,
    name: entry.name,
    packageName: entry.package_name,
    fqn: entry.fqn,
    path: entry.path,
    originalFilePath: entry.original_file_path,
    rawCode: entry.raw_code,
    ...(entry.language === 'python' ? { language: 'python' as const } : {}),
    firstLine,
    checksum: entry.checksum.checksum,
    config: entry.config,
    unrenderedConfig: entry.unrendered_config,
    database: entry.database,
    schema: entry.schema,
    alias: entry.alias,
    description: entry.description,
    columns: readColumns(entry.columns),
    meta: entry.meta,
    tags: entry.tags,
    refs: entry.refs,
    sources: entry.sources.map(([source, table]) => ({ source, table })),
    ...functionsOf(entry),
    dependsOn: { nodes: entry.depends_on.nodes, macros: entry.depends_on.macros },
    ...patchOf(entry),
    access: isModel ? (entry.access ?? null) : null,
    group: entry.group,
    version: isModel ? (entry.version ?? null) : null,
    latestVersion: isModel ? (entry.latest_version ?? null) : null,
    testMetadata:
      metadata === undefined
        ? null
        : { namespace: metadata.namespace, name: metadata.name, kwargs: metadata.kwargs },
    columnName: entry.column_name ?? null,
    attachedNode: entry.attached_node ?? null,
    ...(fileKeyName === null ? {} : { fileKeyName }),
    docBlocks: entry.doc_blocks,
    ...(isModel
      ? {
          constraints: entry.constraints ?? [],
          contractChecksum: entry.contract?.checksum ?? null,
          deprecationDate: entry.deprecation_date ?? null,
          primaryKey: entry.primary_key ?? [],
          timeSpine: entry.time_spine ?? null,
        }
      : {}),
    metrics: entry.metrics,
  };
}

function functionsOf({ functions }: Entry): Pick<Node, 'functions'> {
  if (functions.length === 0) return {};
  const calls = functions.map((names) => ({
    name: names.at(-1)!,
    package: names.length === 2 ? names[0]! : null,
  }));
  return { functions: calls };
}

function patchOf({ patch_path: patch, package_name: own }: Entry) {
  if (patch === null) return { patchPath: null };
  const at = patch.indexOf('://');
  const patchPackage = patch.slice(0, at);
  const patchPath = patch.slice(at + '://'.length);
  return patchPackage === own ? { patchPath } : { patchPath, patchPackage };
}

const isColumnKey: ReadonlySet<string> = new Set([
  ...['name', 'description', 'meta', 'data_type', 'constraints', 'quote', 'config', 'tags'],
  ...['granularity', 'dimension', 'entity', 'doc_blocks'],
]);

function readColumns(written: Readonly<Record<string, ColumnEntry>>): Node['columns'] {
  const result: Record<string, ColumnInfo> = {};
  for (const [key, column] of Object.entries(written)) {
    // In the order in which parsing makes them: texts of nodes are compared between runs.
    const value: ColumnInfo = {
      name: column.name,
      description: column.description,
      dataType: column.data_type,
      meta: column.meta,
      tags: column.tags,
      quote: column.quote,
      constraints: column.constraints,
      config: column.config,
      granularity: column.granularity,
      dimension: column.dimension,
      entity: column.entity,
      docBlocks: column.doc_blocks,
    };
    const extra = Object.entries(column).filter(([name]) => !isColumnKey.has(name));
    Object.defineProperty(result, key, {
      enumerable: true,
      configurable: true,
      value: extra.length === 0 ? value : { ...value, extra: Object.fromEntries(extra) },
    });
  }
  return result;
}
