import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { RefCall, SemanticNode } from '../contracts/node.ts';
import type { ConfigKind } from '../contracts/project.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { tagList } from './columns.ts';
import { layeredConfig, writtenConfig } from './layered-config.ts';
import { measureNames, metricInputs, metricProperties } from './metric-properties.ts';
import type { ParseContext } from './parse-context.ts';
import type { NamedProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { savedQueryProperties, semanticModelProperties } from './semantic-properties.ts';

/** A semantic resource before its links lead to ids. */
export interface ParsedSemantic {
  readonly node: SemanticNode;
  /** Names of the measures it is made of. */
  readonly measures: readonly string[];
  /** Names of the metrics it is made of. */
  readonly metrics: readonly string[];
}

/**
 * Metrics, semantic models and saved queries of a package. tsdbt does not answer queries on them:
 * they are carried to the manifest, with what they depend on, for the tools that do.
 */
export function parseSemantics(context: ParseContext): ParsedSemantic[] {
  const { metrics, semantic_models: models, saved_queries: queries } = context.properties;
  return [
    ...models.map((entry) => {
      const ref = modelRef(entry.properties.model);
      const properties = semanticModelProperties(entry.properties);
      return parsed(context, entry, 'semantic_model', properties, ref === undefined ? [] : [ref]);
    }),
    ...[...metrics, ...models.flatMap(metricsOfMeasures)].map((entry) => ({
      ...parsed(context, entry, 'metric', metricProperties(entry.properties), []),
      measures: measureNames(entry.properties),
      metrics: metricInputs(entry.properties),
    })),
    ...queries.map((entry) => {
      const properties = savedQueryProperties(entry.properties, context.target);
      const { metrics: named } = properties['query_params'] as { metrics: Json };
      return {
        ...parsed(context, entry, 'saved_query', properties, []),
        metrics: tagList(named),
      };
    }),
  ];
}

/** The metrics that measures with `create_metric` ask for, as if they were written. */
function metricsOfMeasures(
  entry: PropertyEntry<NamedProperties>,
): readonly PropertyEntry<NamedProperties>[] {
  const { measures, config } = entry.properties as Readonly<Record<string, unknown>>;
  if (!Array.isArray(measures)) return [];
  return measures.filter(isPlainObject).flatMap((measure) => {
    if (measure['create_metric'] !== true) return [];
    const name = String(measure['name']);
    const own = isPlainObject(measure['config']) ? measure['config'] : {};
    const enabled = !isPlainObject(config) || config['enabled'] !== false;
    const properties = {
      name,
      label: measure['label'] ?? name,
      type: 'simple',
      type_params: { measure: name, expr: measure['expr'] ?? name },
      description: measure['description'] ?? `Metric created from measure ${name}`,
      config: { enabled, ...('meta' in own ? { meta: own['meta'] } : {}) },
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
  { properties, file }: PropertyEntry<NamedProperties>,
  resourceType: SemanticNode['resourceType'],
  own: Readonly<Record<string, Json>>,
  refs: readonly RefCall[],
): ParsedSemantic {
  const { name: packageName } = context.project;
  const folders = file.subPath.split('/').slice(0, -1);
  const fqn = [packageName, ...folders, properties.name];
  const kind = configKinds[resourceType];
  const written: Record<string, Json> = { ...(properties.config as NodeConfig) };
  if (properties['meta'] !== undefined) written['meta'] = properties['meta'] as Json;
  if (properties['group'] !== undefined) written['group'] = properties['group'] as Json;
  const config = layeredConfig(context, kind, fqn, written, []);
  const description = context.describe(properties.description, file.path).text;
  const node: SemanticNode = {
    uniqueId: uniqueId(resourceType, packageName, properties.name),
    resourceType,
    name: properties.name,
    packageName,
    fqn,
    path: file.subPath,
    originalFilePath: file.path,
    description: properties.description === undefined && kind !== 'metrics' ? null : description,
    tags: [...new Set([...tagList(properties['tags']), ...tagList(config['tags'])])],
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    group: (config['group'] ?? null) as string | null,
    config,
    unrenderedConfig: writtenConfig(context, kind, fqn, written, {}),
    refs,
    dependsOn: { nodes: [], macros: [] },
    properties: own,
  };
  return { node, measures: [], metrics: [] };
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

/** What each semantic resource depends on: models, measures' semantic models, metrics. */
export function linkSemantics(
  all: readonly ParsedSemantic[],
  findModel: (ref: RefCall, from: string) => UniqueId | undefined,
): SemanticNode[] {
  const byMeasure = new Map<string, UniqueId>();
  const byMetric = new Map<string, UniqueId>();
  for (const { node } of all) {
    if (node.resourceType === 'metric') byMetric.set(node.name, node.uniqueId);
    if (node.resourceType !== 'semantic_model') continue;
    for (const measure of (node.properties['measures'] ?? []) as readonly { name: string }[]) {
      byMeasure.set(measure.name, node.uniqueId);
    }
  }
  const inputs = inputMeasures(all);
  return all.map(({ node, measures, metrics }) => {
    const nodes = new Set<UniqueId>();
    const add = (id: UniqueId | undefined) => id !== undefined && nodes.add(id);
    for (const ref of node.refs) add(findModel(ref, node.packageName));
    for (const measure of measures) add(byMeasure.get(measure));
    for (const metric of metrics) add(byMetric.get(metric));
    const linked = { ...node, dependsOn: { nodes: [...nodes], macros: [] } };
    if (node.resourceType !== 'metric') return linked;
    const params = { ...(node.properties['type_params'] as Record<string, Json>) };
    params['input_measures'] = [...(inputs.get(node.name) ?? [])];
    return { ...linked, properties: { ...node.properties, type_params: params } };
  });
}

/** The measures of each metric, by name: its own, or those of the metrics it is made of. */
function inputMeasures(all: readonly ParsedSemantic[]): ReadonlyMap<string, readonly Json[]> {
  const metrics = new Map(
    all.flatMap((parsed) =>
      parsed.node.resourceType === 'metric' ? [[parsed.node.name, parsed] as const] : [],
    ),
  );
  const found = new Map<string, readonly Json[]>();
  const measuresOf = (name: string): readonly Json[] => {
    const metric = metrics.get(name);
    const known = found.get(name);
    if (known !== undefined || metric === undefined) return known ?? [];
    const params = metric.node.properties['type_params'] as { readonly input_measures: Json[] };
    // Metrics that are made of each other end here.
    found.set(name, params.input_measures);
    const below = metric.metrics.flatMap(measuresOf);
    const distinct = new Map(
      [...params.input_measures, ...below].map((measure) => [JSON.stringify(measure), measure]),
    );
    found.set(name, [...distinct.values()]);
    return found.get(name)!;
  };
  for (const name of metrics.keys()) measuresOf(name);
  return found;
}
