import type { NodeConfig } from '../../config/node-config.ts';
import type { Json } from '../../contracts/json.ts';
import type { Node, RefCall, SemanticNode } from '../../contracts/node.ts';
import type { ConfigKind } from '../../contracts/project.ts';
import { uniqueId } from '../../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { tagList } from '../columns.ts';
import { layeredConfig, writtenConfig } from '../layered-config.ts';
import type { ParseContext } from '../parse-context.ts';
import type {
  ModelProperties,
  NamedProperties,
  SemanticModelProperties,
} from '../properties-schema.ts';
import type { PropertyEntry } from '../property-files.ts';
import { metricProblem } from './check-metric.ts';
import {
  type MetricHome,
  measureNames,
  metricInputs,
  metricProperties,
} from './metric-properties.ts';
import { type ModelSemantics, modelSemanticProperties, modelSemantics } from './model-semantics.ts';
import { savedQueryProperties, semanticModelProperties } from './semantic-properties.ts';

/** A semantic resource before its links lead to ids. */
export interface ParsedSemantic {
  readonly node: SemanticNode;
  readonly location: SourceLocation;
  /** Names of the measures it is made of. */
  readonly measures: readonly string[];
  /** Names of the metrics it is made of. */
  readonly metrics: readonly string[];
  /** Name of the semantic model whose rows it sums up by itself. */
  readonly home?: string;
}

/**
 * Metrics, semantic models and saved queries of a package. tsdbt does not answer queries on them:
 * they are carried to the manifest, with what they depend on, for the tools that do.
 */
export function parseSemantics(context: ParseContext, models: readonly Node[]): ParsedSemantic[] {
  const { metrics, semantic_models: written, saved_queries: queries } = context.properties;
  const byName = new Map(models.map((model) => [model.name, model]));
  const ofModels = modelSemantics(context.properties.models, byName);
  const semanticModels = written.map((entry) => ({ entry, node: semanticModel(context, entry) }));
  return [
    ...semanticModels.map(({ node }) => node),
    ...ofModels.map((own) => semanticModelOf(context, own)),
    ...metrics.map((entry) => metric(context, entry)),
    ...semanticModels.flatMap(({ entry, node }) =>
      metricsOfMeasures(entry, node.node).map((one) => metric(context, one)),
    ),
    ...ofModels.flatMap(({ metrics: own, home }) =>
      own.map((entry) => metric(context, entry, home)),
    ),
    ...queries.map((entry) => savedQuery(context, entry)),
  ];
}

function semanticModel(
  context: ParseContext,
  entry: PropertyEntry<SemanticModelProperties>,
): ParsedSemantic {
  const { properties, file } = entry;
  const ref = modelRef(properties.model);
  const describe = (text: unknown) => context.describe(text, file.path).text;
  const own = (config: NodeConfig) => semanticModelProperties(properties, metaOf(config), describe);
  const found = parsed(context, entry, 'semantic_model', own, ref === undefined ? [] : [ref]);
  if (ref === undefined) {
    const problem = `has the model "${properties.model}"; write ref('…') there`;
    addProblem(context, found, problem);
  }
  return found;
}

function semanticModelOf(context: ParseContext, { entry, model }: ModelSemantics): ParsedSemantic {
  const describe = (text: unknown) => context.describe(text, entry.file.path).text;
  const [written] = context.properties.models.filter(
    ({ file, path }) => file === entry.file && path === entry.path,
  );
  const own = (config: NodeConfig) =>
    modelSemanticProperties(
      model,
      written!.properties as ModelProperties,
      metaOf(config),
      describe,
    );
  return parsed(context, entry, 'semantic_model', own, [
    { name: model.name, package: null, version: null },
  ]);
}

function metric(
  context: ParseContext,
  entry: PropertyEntry<NamedProperties>,
  home?: MetricHome,
): ParsedSemantic {
  const { properties } = entry;
  const found = parsed(context, entry, 'metric', () => metricProperties(properties, home), []);
  const problem = metricProblem(properties, home);
  if (problem !== undefined) addProblem(context, found, problem);
  const isSimple = home !== undefined && (properties['type'] ?? 'simple') === 'simple';
  return {
    ...found,
    measures: measureNames(properties),
    metrics: metricInputs(properties),
    ...(isSimple ? { home: home.semanticModel } : {}),
  };
}

function savedQuery(context: ParseContext, entry: PropertyEntry<NamedProperties>): ParsedSemantic {
  const own = (config: NodeConfig) =>
    savedQueryProperties(entry.properties, config, context.target);
  const found = parsed(context, entry, 'saved_query', own, []);
  const { metrics } = found.node.properties['query_params'] as { metrics: Json };
  return { ...found, metrics: tagList(metrics) };
}

function metaOf(config: NodeConfig): Readonly<Record<string, Json>> {
  return (config['meta'] ?? {}) as Readonly<Record<string, Json>>;
}

function addProblem(
  { diagnostics }: ParseContext,
  { node, location }: ParsedSemantic,
  problem: string,
): void {
  const kind = node.resourceType.replace('_', ' ');
  diagnostics.add(
    tsdbtError('semantics-invalid', { kind, name: node.name, problem }, { location }),
  );
}

/** The metrics that measures with `create_metric` ask for, as if they were written. */
function metricsOfMeasures(
  entry: PropertyEntry<NamedProperties>,
  { config }: SemanticNode,
): readonly PropertyEntry<NamedProperties>[] {
  const { measures } = entry.properties as Readonly<Record<string, unknown>>;
  if (!Array.isArray(measures)) return [];
  return measures.filter(isPlainObject).flatMap((measure) => {
    if (measure['create_metric'] !== true) return [];
    const name = String(measure['name']);
    const properties = {
      name,
      label: measure['label'] ?? name,
      type: 'simple',
      type_params: { measure: name, expr: measure['expr'] ?? name },
      description: measure['description'] ?? `Metric created from measure ${name}`,
      // Meta of the semantic model, not of the measure (core `parser/schema_yaml_readers.py`).
      config: { enabled: config['enabled'] !== false, meta: config['meta'] ?? {} },
    };
    return [{ ...entry, properties: properties as unknown as NamedProperties }];
  });
}

const configKinds = {
  metric: 'metrics',
  semantic_model: 'semantic_models',
  saved_query: 'saved_queries',
} as const satisfies Record<SemanticNode['resourceType'], ConfigKind>;

function parsed(
  context: ParseContext,
  { properties, file, yaml, path }: PropertyEntry<NamedProperties>,
  resourceType: SemanticNode['resourceType'],
  propertiesOf: (config: NodeConfig) => Readonly<Record<string, Json>>,
  refs: readonly RefCall[],
): ParsedSemantic {
  const { name: packageName } = context.project;
  const folders = file.subPath.split('/').slice(0, -1);
  const fqn = [packageName, ...folders, properties.name];
  const kind = configKinds[resourceType];
  const written: Record<string, Json> = { ...(properties.config as NodeConfig) };
  const layered = layeredConfig(context, kind, fqn, written, []);
  // Tags of these are replaced, not added to.
  const config = written['tags'] === undefined ? layered : { ...layered, tags: written['tags'] };
  const isMetric = resourceType === 'metric';
  const ownTags = tagList(properties['tags']);
  const tags = isMetric ? ownTags : [...new Set([...ownTags, ...tagList(config['tags'])])].sort();
  const meta = metaOf(config);
  const ownMeta = properties['meta'] as Readonly<Record<string, Json>> | undefined;
  const description = context.describe(properties.description, file.path).text;
  const node: SemanticNode = {
    uniqueId: uniqueId(resourceType, packageName, properties.name),
    resourceType,
    name: properties.name,
    packageName,
    fqn,
    path: file.subPath,
    originalFilePath: file.path,
    description: properties.description === undefined && !isMetric ? null : description,
    tags,
    meta: isMetric && Object.keys(meta).length === 0 ? (ownMeta ?? {}) : meta,
    group: (config['group'] ?? null) as string | null,
    config,
    // Of the others dbt does not look at the project file.
    unrenderedConfig: isMetric ? writtenConfig(context, kind, fqn, written, {}) : written,
    refs,
    dependsOn: { nodes: [], macros: [] },
    properties: propertiesOf(config),
  };
  const found = { node, location: yaml.locate([...path, 'name']), measures: [], metrics: [] };
  const { enabled } = config;
  if (typeof enabled !== 'boolean')
    addProblem(context, found, `has \`enabled: ${String(enabled)}\`; write true or false`);
  return found;
}

/** `ref('model')` as it is written in `model:` of a semantic model. */
function modelRef(written: string): RefCall | undefined {
  const match =
    /^\s*(?:\{\{)?\s*ref\(\s*['"]([^'"]+)['"](?:\s*,\s*['"]([^'"]+)['"])?(?:\s*,\s*(?:v|version)\s*=\s*['"]?([\w.]+)['"]?)?\s*\)/.exec(
      written,
    );
  if (match === null) return undefined;
  const [, first, second, version] = match;
  return {
    name: second ?? first!,
    package: second === undefined ? null : first!,
    version: version ?? null,
  };
}
