import type { Json } from '../contracts/json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { NamedProperties } from './properties-schema.ts';

/** What a metric alone has, with every key dbt's manifest gives it. */
export function metricProperties(written: NamedProperties): Readonly<Record<string, Json>> {
  const params = paramsOf(written);
  const type = String(written['type'] ?? 'simple');
  const isCumulative = type === 'cumulative';
  return {
    label: (written['label'] ?? written.name) as Json,
    type,
    type_params: {
      measure: measure(params['measure']),
      input_measures: measuresOf(written),
      numerator: metricInput(params['numerator']),
      denominator: metricInput(params['denominator']),
      expr: (params['expr'] ?? null) as Json,
      window: window(params['window']),
      grain_to_date: (params['grain_to_date'] ?? null) as Json,
      metrics: list(params['metrics']).map(metricInput),
      conversion_type_params: conversion(params['conversion_type_params']),
      cumulative_type_params: isCumulative ? cumulative(params) : null,
      metric_aggregation_params: null,
      fill_nulls_with: (params['fill_nulls_with'] ?? null) as Json,
      join_to_timespine: (params['join_to_timespine'] ?? false) as Json,
      is_private: (params['is_private'] ?? null) as Json,
    },
    filter: filter(written['filter']),
    metadata: null,
    time_granularity: (written['time_granularity'] ?? null) as Json,
    sources: [],
    metrics: [],
  };
}

/** Names of the measures a metric reads. */
export function measureNames(written: NamedProperties): readonly string[] {
  return measuresOf(written).map((m) => String((m as { name: Json }).name));
}

/** Names of the metrics a metric is made of. */
export function metricInputs(written: NamedProperties): readonly string[] {
  const params = paramsOf(written);
  const inputs = [params['numerator'], params['denominator'], ...list(params['metrics'])];
  return [...new Set(inputs.filter((i) => i !== undefined && i !== null).map(nameOf))];
}

function paramsOf(written: NamedProperties): Record<string, unknown> {
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
    period_agg: (given['period_agg'] ?? 'first') as Json,
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

/** `7 days` as a count and a granularity. */
function window(written: unknown): Json {
  if (typeof written !== 'string') return null;
  const [count, unit = ''] = written.trim().split(/\s+/);
  return { count: Number(count), granularity: unit.toLowerCase().replace(/s$/, '') };
}

/** One text or a list of them, as the filters of a metric. */
export function filter(written: unknown): Json {
  if (written === undefined || written === null) return null;
  const texts = Array.isArray(written) ? written : [written];
  return {
    where_filters: texts.map((text) => ({ where_sql_template: String(text) })),
  };
}

function list(written: unknown): readonly unknown[] {
  return Array.isArray(written) ? written : [];
}
