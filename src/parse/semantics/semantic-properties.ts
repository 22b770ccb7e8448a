import type { Json } from '../../contracts/json.ts';
import type { Target } from '../../contracts/project.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { NamedProperties, SemanticModelProperties } from '../properties-schema.ts';
import { exprText, filter, word } from './metric-properties.ts';

export type Fields = Readonly<Record<string, unknown>>;
type JsonFields = Readonly<Record<string, Json>>;

/** Renders what may call `doc`. */
export type DescribeText = (text: unknown) => string;

/**
 * What a semantic model alone has, with every key dbt's manifest gives it. Its entities, dimensions and
 * measures have its `meta` below their own.
 */
export function semanticModelProperties(
  written: SemanticModelProperties,
  meta: JsonFields,
  describe: DescribeText,
): Readonly<Record<string, Json>> {
  const common = (fields: Fields) => element(fields, meta, describe);
  return {
    model: written.model,
    label: (written['label'] ?? null) as Json,
    defaults: (written['defaults'] ?? null) as Json,
    entities: each(written['entities'], (entity) => ({
      ...common(entity),
      type: word(entity['type']),
      role: (entity['role'] ?? null) as Json,
      expr: exprOf(entity),
    })),
    measures: each(written['measures'], (measure) => ({
      ...common(measure),
      agg: word(measure['agg']),
      // The metric that it asks for stands beside it: `metricsOfMeasures`.
      create_metric: false,
      expr: exprOf(measure),
      agg_params: aggregationParams(measure['agg_params']),
      non_additive_dimension: nonAdditive(measure['non_additive_dimension']),
      agg_time_dimension: (measure['agg_time_dimension'] ?? null) as Json,
    })),
    dimensions: each(written['dimensions'], (dimension) => ({
      ...common(dimension),
      type: word(dimension['type']),
      is_partition: (dimension['is_partition'] ?? false) as Json,
      type_params: timeParams(dimension['type_params']),
      expr: exprOf(dimension),
      metadata: null,
      datatype: (dimension['datatype'] ?? null) as Json,
    })),
    metadata: null,
    primary_entity: (written['primary_entity'] ?? null) as Json,
  };
}

/** What a saved query alone has; its exports have what its configuration says and they do not. */
export function savedQueryProperties(
  written: NamedProperties,
  config: Fields,
  target: Target,
): Readonly<Record<string, Json>> {
  const params = isPlainObject(written['query_params']) ? written['query_params'] : {};
  return {
    query_params: {
      metrics: (params['metrics'] ?? []) as Json,
      group_by: (params['group_by'] ?? []) as Json,
      where: filter(params['where']),
      order_by: (params['order_by'] ?? []) as Json,
      limit: (params['limit'] ?? null) as Json,
    },
    exports: each(written['exports'], (one) => {
      const own = isPlainObject(one['config']) ? one['config'] : {};
      const given = { ...config, ...own };
      return {
        name: one['name'] as Json,
        config: {
          export_as: word(given['export_as']),
          schema_name: (given['schema'] ?? target.schema) as Json,
          alias: (given['alias'] ?? one['name']) as Json,
          database: (given['database'] ?? target.database) as Json,
        },
        unrendered_config: own as Json,
      };
    }),
    label: (written['label'] ?? null) as Json,
    metadata: null,
  };
}

/** The entries of a list, each in its full shape. */
export function each(written: unknown, shape: (fields: Fields) => Record<string, Json>): Json {
  return Array.isArray(written) ? written.filter(isPlainObject).map(shape) : [];
}

/** What entities, dimensions and measures have in common. */
export function element(
  fields: Fields,
  meta: JsonFields,
  describe: DescribeText,
): Record<string, Json> {
  const config = isPlainObject(fields['config']) ? fields['config'] : {};
  const { description } = fields;
  const own = isPlainObject(config['meta']) ? (config['meta'] as JsonFields) : {};
  return {
    name: fields['name'] as Json,
    description: description === undefined || description === null ? null : describe(description),
    label: (fields['label'] ?? null) as Json,
    config: { meta: { ...meta, ...own } },
  };
}

function aggregationParams(written: unknown): Json {
  if (!isPlainObject(written)) return null;
  return {
    percentile: (written['percentile'] ?? null) as Json,
    use_discrete_percentile: (written['use_discrete_percentile'] ?? false) as Json,
    use_approximate_percentile: (written['use_approximate_percentile'] ?? false) as Json,
  };
}

function nonAdditive(written: unknown): Json {
  if (!isPlainObject(written)) return null;
  const { name, window_choice: choice = 'min', window_groupings: groupings = [] } = written;
  return { name: name as Json, window_choice: word(choice), window_groupings: groupings as Json };
}

function exprOf(fields: Fields): Json {
  const { expr } = fields;
  if (expr === undefined || expr === null) return null;
  return exprText(expr);
}

function timeParams(written: unknown): Json {
  if (!isPlainObject(written)) return null;
  return {
    time_granularity: word(written['time_granularity']),
    validity_params: (written['validity_params'] ?? null) as Json,
  };
}
