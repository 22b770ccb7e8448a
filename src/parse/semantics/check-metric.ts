import { isPlainObject } from '../../util/map-strings.ts';
import type { NamedProperties } from '../properties-schema.ts';
import { hasTypeParams, list, type MetricHome, metricType, paramsOf } from './metric-properties.ts';

type Fields = Readonly<Record<string, unknown>>;

const types = ['simple', 'ratio', 'cumulative', 'derived', 'conversion'];

/** What is wrong with a metric by itself, as the end of a sentence about it (core `contracts/graph/unparsed.py`). */
export function metricProblem(
  written: NamedProperties,
  home: MetricHome | undefined,
): string | undefined {
  const type = metricType(written);
  if (!types.includes(type)) return `has the type "${type}"; types are ${types.join(', ')}`;
  const fields = hasTypeParams(written) ? paramsOf(written) : written;
  return (
    nameProblem(written.name) ??
    (hasTypeParams(written) && typeof written['label'] !== 'string'
      ? 'needs a `label`'
      : undefined) ??
    (hasTypeParams(written) ? typeParamsProblem(type, fields) : ownProblem(type, written, home)) ??
    windowsOf(fields).map(windowProblem).find(Boolean)
  );
}

function nameProblem(name: string): string | undefined {
  if (name.length > 250) return 'has a name of more than 250 characters';
  if (/^[A-Za-z]\w*$/.test(name)) return undefined;
  return 'has a name that is more than a letter and letters, digits and underscores behind it';
}

function isGiven(fields: Fields, key: string): boolean {
  return (fields[key] ?? null) !== null;
}

function typeParamsProblem(type: string, params: Fields): string | undefined {
  const needs = (key: string) =>
    isGiven(params, key) ? undefined : `is ${type} and needs \`type_params.${key}\``;
  switch (type) {
    case 'simple':
      return needs('measure');
    case 'cumulative':
      return needs('measure');
    case 'ratio':
      return needs('numerator') ?? needs('denominator');
    case 'conversion': {
      const own = params['conversion_type_params'];
      if (!isPlainObject(own)) return needs('conversion_type_params');
      const missing = ['base_measure', 'conversion_measure', 'entity'].find(
        (key) => !isGiven(own, key),
      );
      return missing && `needs \`${missing}\` in \`conversion_type_params\``;
    }
    default:
      return undefined;
  }
}

function ownProblem(
  type: string,
  written: Fields,
  home: MetricHome | undefined,
): string | undefined {
  const needs = (key: string) =>
    isGiven(written, key) ? undefined : `is ${type} and needs \`${key}\``;
  switch (type) {
    case 'simple':
      if (home !== undefined) return needs('agg');
      return 'is simple, and must have `type_params`, or stand under `metrics:` of a model that has `semantic_model: true`';
    case 'cumulative':
      return needs('input_metric');
    case 'ratio':
      return needs('numerator') ?? needs('denominator');
    case 'conversion':
      return needs('base_metric') ?? needs('conversion_metric') ?? needs('entity');
    default:
      return undefined;
  }
}

function windowsOf(fields: Fields): readonly unknown[] {
  const inner = [fields['conversion_type_params'], fields['cumulative_type_params']];
  const inputs = [...list(fields['metrics']), ...list(fields['input_metrics'])];
  return [
    fields['window'],
    ...inner.map((one) => (isPlainObject(one) ? one['window'] : undefined)),
    ...inputs.map((one) => (isPlainObject(one) ? one['offset_window'] : undefined)),
  ];
}

function windowProblem(written: unknown): string | undefined {
  if (written === undefined || written === null) return undefined;
  if (typeof written === 'string' && /^\d+ [^ ]+$/.test(written)) return undefined;
  return `has the window "${String(written)}", which is not a count and a granularity, as in "28 days"`;
}
