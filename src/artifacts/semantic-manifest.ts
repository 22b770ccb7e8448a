import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node, SemanticNode } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { mappingKey } from '../util/mapping-key.ts';

type Fields = Readonly<Record<string, Json>>;
type RelationName = (relation: Relation) => string;

/** The model that is a project's time spine without saying so. */
const legacyTimeSpine = 'metricflow_time_spine';

/**
 * `semantic_manifest.json`: the semantic models, metrics, saved queries and time spines of a project as
 * those who answer queries on them read them.
 */
export function semanticManifest(
  manifest: Pick<Manifest, 'nodes' | 'semantics'>,
  relationName: RelationName,
): Record<string, Json> {
  const of = (kind: SemanticNode['resourceType']) =>
    [...manifest.semantics.values()].filter(({ resourceType }) => resourceType === kind);
  const models = of('semantic_model');
  const nodes = [...manifest.nodes.values()];
  const legacy = models.length === 0 ? undefined : nodes.find(isLegacy);
  return {
    semantic_models: models.map((node) =>
      semanticModel(node, modelOf(node, manifest), relationName),
    ),
    metrics: of('metric').map(metric),
    project_configuration: {
      time_spine_table_configurations:
        legacy === undefined
          ? []
          : [{ location: nameOf(legacy, relationName), column_name: 'date_day', grain: 'day' }],
      metadata: null,
      // Of the package whose shapes these are.
      dsi_package_version: { major_version: '0', minor_version: '213', patch_version: '0' },
      time_spines: nodes.flatMap((node) => timeSpine(node, relationName) ?? []),
    },
    saved_queries: of('saved_query').map(savedQuery),
  };
}

function isLegacy({ name, resourceType, timeSpine: spine }: Node): boolean {
  return name === legacyTimeSpine && resourceType !== 'test' && !spine;
}

function modelOf(node: SemanticNode, { nodes }: Pick<Manifest, 'nodes'>): Node | undefined {
  return node.dependsOn.nodes.map((id) => nodes.get(id)).find(Boolean);
}

function nameOf({ database, schema, alias }: Node, relationName: RelationName): string {
  return relationName({ database, schema, identifier: alias });
}

function nodeRelation(node: Node, relationName: RelationName): Json {
  const { alias, schema, database } = node;
  return { alias, schema_name: schema, database, relation_name: nameOf(node, relationName) };
}

function timeSpine(node: Node, relationName: RelationName): Json | undefined {
  const { timeSpine: spine, columns } = node;
  if (!isPlainObject(spine)) return undefined;
  const { standard_granularity_column: name, custom_granularities: custom } = spine as Fields;
  return {
    node_relation: nodeRelation(node, relationName),
    primary_column: {
      name: name ?? null,
      time_granularity: columns[mappingKey(String(name))]?.granularity ?? null,
    },
    custom_granularities: listOf(custom).map((one) => ({
      name: one['name'] ?? null,
      column_name: one['column_name'] ?? null,
    })),
  };
}

function semanticModel(node: SemanticNode, model: Node | undefined, name: RelationName): Json {
  const { properties } = node;
  const withMetadata = (key: string) =>
    listOf(properties[key]).map((one) => ({ ...one, metadata: null }));
  return {
    name: node.name,
    defaults: properties['defaults'] ?? null,
    description: node.description,
    node_relation: model === undefined ? null : nodeRelation(model, name),
    primary_entity: properties['primary_entity'] ?? null,
    entities: withMetadata('entities'),
    measures: withMetadata('measures'),
    dimensions: withMetadata('dimensions'),
    label: properties['label'] ?? null,
    metadata: null,
    config: { meta: node.config['meta'] ?? {} },
  };
}

function metric(node: SemanticNode): Json {
  const { label, type, type_params, filter, time_granularity } = node.properties;
  return {
    name: node.name,
    description: node.description,
    type: type ?? null,
    datatype: null,
    type_params: type_params ?? null,
    filter: filter ?? null,
    metadata: null,
    label: label ?? null,
    config: { meta: node.config['meta'] ?? {} },
    time_granularity: time_granularity ?? null,
  };
}

function savedQuery(node: SemanticNode): Json {
  const { query_params, label, exports } = node.properties;
  return {
    name: node.name,
    query_params: query_params ?? null,
    description: node.description,
    metadata: null,
    label: label ?? null,
    exports: listOf(exports).map(({ name, config }) => {
      const { export_as, schema_name, alias } = config as Fields;
      return {
        name: name ?? null,
        config: {
          export_as: export_as ?? null,
          schema_name: schema_name ?? null,
          alias: alias ?? null,
        },
      };
    }),
    tags: node.tags,
  };
}

function listOf(value: Json | undefined): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}
