import type { Json } from '../../contracts/json.ts';
import { fromJs, toStr } from '../../jinja/index.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { NamedProperties } from '../properties-schema.ts';

/** The semantic model of the model that a metric stands in. */
export interface MetricHome {
  readonly semanticModel: string;
  readonly aggTimeDimension: unknown;
}

/** Whether a metric has its parameters under `type_params`, as all had before dbt 1.12. */
export function hasTypeParams(written: NamedProperties): boolean {
  return written['type_params'] !== undefined;
}

/** What a metric alone has, with every key dbt's manifest gives it. */
export function metricProperties(
  written: NamedProperties,
  home?: MetricHome,
): Readonly<Record<string, Json>> {
  return {
    label: (written['label'] ?? written.name) as Json,
    type: metricType(written),
    type_params: hasTypeParams(written) ? typeParams(written) : ownParams(written, home),
    filter: filter(written['filter']),
    metadata: null,
    time_granularity: (written['time_granularity'] ?? null) as Json,
    sources: [],
    metrics: [],
  };
}

export function metricType(written: NamedProperties): string {
  return String(written['type'] ?? 'simple').toLowerCase();
}

/** Parameters that stand under `type_params`. */
function typeParams(written: NamedProperties): Json {
  const params = paramsOf(written);
  return {
    measure: measure(params['measure']),
    input_measures: measuresOf(written),
    numerator: metricInput(params['numerator']),
    denominator: metricInput(params['denominator']),
    expr: expression(params['expr']),
    window: window(params['window']),
    grain_to_date: (params['grain_to_date'] ?? null) as Json,
    metrics: list(params['metrics']).map(metricInput),
    conversion_type_params: conversion(params['conversion_type_params']),
    cumulative_type_params: metricType(written) === 'cumulative' ? cumulative(params) : null,
    metric_aggregation_params: null,
    fill_nulls_with: null,
    join_to_timespine: false,
    is_private: null,
  };
}

/** Parameters that stand in the metric itself; what it sums up is of the model it stands in. */
function ownParams(written: NamedProperties, home: MetricHome | undefined): Json {
  const type = metricType(written);
  return {
    measure: null,
    input_measures: [],
    numerator: metricInput(written['numerator']),
    denominator: metricInput(written['denominator']),
    expr: expression(written['expr']),
    window: window(written['window']),
    grain_to_date: null,
    metrics: list(written['input_metrics']).map(metricInput),
    conversion_type_params: type === 'conversion' ? conversion(written) : null,
    cumulative_type_params:
      type === 'cumulative'
        ? {
            window: window(written['window']),
            grain_to_date: (written['grain_to_date'] ?? null) as Json,
            period_agg: word(written['period_agg'] ?? 'first'),
            metric: metricInput(written['input_metric']),
          }
        : null,
    metric_aggregation_params: aggregation(written, home),
    fill_nulls_with: null,
    join_to_timespine: (written['join_to_timespine'] ?? false) as Json,
    is_private: (written['hidden'] ?? false) as Json,
  };
}

function aggregation(written: NamedProperties, home: MetricHome | undefined): Json {
  if (home === undefined || (written['agg'] ?? null) === null) return null;
  const percentile = String(written['percentile_type'] ?? '').toLowerCase();
  const additive = written['non_additive_dimension'];
  return {
    semantic_model: home.semanticModel,
    agg: word(written['agg']),
    agg_params: {
      percentile: (written['percentile'] ?? null) as Json,
      use_discrete_percentile: percentile === 'discrete',
      use_approximate_percentile: percentile === 'continuous',
    },
    agg_time_dimension: (written['agg_time_dimension'] ?? home.aggTimeDimension ?? null) as Json,
    non_additive_dimension: isPlainObject(additive)
      ? {
          name: additive['name'] as Json,
          window_choice: word(additive['window_agg']),
          window_groupings: (additive['group_by'] ?? []) as Json,
        }
      : null,
  };
}

/** An expression that may be written as a number. */
export function exprText(expr: unknown): string {
  return typeof expr === 'string' ? expr : toStr(fromJs(expr));
}

function expression(written: unknown): Json {
  return written === undefined || written === null ? null : exprText(written);
}

/** Names of the measures a metric reads. */
export function measureNames(written: NamedProperties): readonly string[] {
  return measuresOf(written).map((m) => String((m as { name: Json }).name));
}

/** Names of the metrics a metric is made of. */
export function metricInputs(written: NamedProperties): readonly string[] {
  const params = paramsOf(written);
  const inputs = hasTypeParams(written)
    ? [params['numerator'], params['denominator'], ...list(params['metrics'])]
    : [
        ...['numerator', 'denominator', 'input_metric', 'base_metric', 'conversion_metric'].map(
          (key) => written[key],
        ),
        ...list(written['input_metrics']),
      ];
  return [...new Set(inputs.filter((i) => i !== undefined && i !== null).map(nameOf))];
}

export function paramsOf(written: NamedProperties): Record<string, unknown> {
  return isPlainObject(written['type_params']) ? written['type_params'] : {};
}

function measuresOf(written: NamedProperties): Json[] {
  const params = paramsOf(written);
  const conversion = isPlainObject(params['conversion_type_params'])
    ? params['conversion_type_params']
    : {};
  return [params['measure'], conversion['base_measure'], conversion['conversion_measure']]
    .filter((m) => m !== undefined && m !== null)
    .map(measure);
}

function nameOf(written: unknown): string {
  return isPlainObject(written) ? String(written['name']) : String(written);
}

function measure(written: unknown): Json {
  if (written === undefined || written === null) return null;
  const given = isPlainObject(written) ? written : {};
  return {
    name: nameOf(written),
    filter: filter(given['filter']),
    alias: (given['alias'] ?? null) as Json,
    join_to_timespine: (given['join_to_timespine'] ?? false) as Json,
    fill_nulls_with: (given['fill_nulls_with'] ?? null) as Json,
  };
}

function metricInput(written: unknown): Json {
  if (written === undefined || written === null) return null;
  const given = isPlainObject(written) ? written : {};
  return {
    name: nameOf(written),
    filter: filter(given['filter']),
    alias: (given['alias'] ?? null) as Json,
    offset_window: window(given['offset_window']),
    offset_to_grain: (given['offset_to_grain'] ?? null) as Json,
  };
}

function cumulative(params: Record<string, unknown>): Json {
  const given = isPlainObject(params['cumulative_type_params'])
    ? params['cumulative_type_params']
    : {};
  return {
    window: window(given['window'] ?? params['window']),
    grain_to_date: (given['grain_to_date'] ?? params['grain_to_date'] ?? null) as Json,
    period_agg: word(given['period_agg'] ?? 'first'),
    metric: metricInput(given['metric']),
  };
}

function conversion(written: unknown): Json {
  if (!isPlainObject(written)) return null;
  return {
    entity: (written['entity'] ?? null) as Json,
    base_measure: measure(written['base_measure']),
    conversion_measure: measure(written['conversion_measure']),
    base_metric: metricInput(written['base_metric']),
    conversion_metric: metricInput(written['conversion_metric']),
    calculation: (written['calculation'] ?? 'conversion_rate') as Json,
    window: window(written['window']),
    constant_properties: (written['constant_properties'] ?? null) as Json,
  };
}

/** From fine to coarse. */
export const granularities: readonly string[] = [
  ...['nanosecond', 'microsecond', 'millisecond', 'second', 'minute', 'hour'],
  ...['day', 'week', 'month', 'quarter', 'year'],
];

/** `7 days` as a count and a granularity; granularities of the project's own keep their name. */
function window(written: unknown): Json {
  if (typeof written !== 'string') return null;
  const [count, unit = ''] = written.toLowerCase().split(' ');
  const singular = unit.replace(/s$/, '');
  return {
    count: Number(count),
    granularity: granularities.includes(singular) ? singular : unit,
  };
}

/** One text or a list of them, as the filters of a metric. */
export function filter(written: unknown): Json {
  if (written === undefined || written === null) return null;
  const texts = Array.isArray(written) ? written : [written];
  return {
    where_filters: texts.map((text) => ({ where_sql_template: String(text) })),
  };
}

export function list(written: unknown): readonly unknown[] {
  return Array.isArray(written) ? written : [];
}

/** A word of a fixed list, which may be written in capitals. */
export function word(written: unknown): Json {
  return typeof written === 'string' ? written.toLowerCase() : ((written ?? null) as Json);
}
