import type { SemanticNode } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { granularities } from './metric-properties.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where each semantic node stands. */
export type Places = ReadonlyMap<UniqueId, SourceLocation>;

/**
 * What is wrong with semantic models and metrics as those see it who answer queries on them; the rules
 * are those that dbt asks, as far as they concern names, times and keys.
 */
export function checkSemantics(
  semantics: readonly SemanticNode[],
  places: Places,
  diagnostics: Diagnostics,
): void {
  const models = semantics.filter(({ resourceType }) => resourceType === 'semantic_model');
  const metrics = semantics.filter(({ resourceType }) => resourceType === 'metric');
  // dbt looks at them only where there are both.
  if (models.length === 0 || metrics.length === 0) return;
  const measures = new Map<string, string>();
  for (const node of semantics) add(node, nameProblem(node.name));
  for (const model of models) {
    for (const problem of problemsOfModel(model)) add(model, problem);
    for (const { name } of listOf(model.properties['measures'])) {
      const first = measures.get(String(name));
      if (first !== undefined && first !== model.name)
        add(model, `has the measure "${String(name)}", which "${first}" has too`);
      measures.set(String(name), model.name);
    }
  }
  for (const metric of metrics) add(metric, metricProblem(metric));

  function add(
    { uniqueId, name, resourceType, originalFilePath: file }: SemanticNode,
    problem?: string,
  ) {
    if (problem === undefined) return;
    const kind = resourceType.replace('_', ' ');
    const location = places.get(uniqueId) ?? { file };
    diagnostics.add(tsdbtError('semantics-invalid', { kind, name, problem }, { location }));
  }
}

function nameProblem(name: string, what = 'has the name'): string | undefined {
  if (granularities.includes(name.toLowerCase()))
    return `${what} "${name}", which is that of a granularity`;
  if (/^[a-z](?:(?!__)[a-z0-9_])*[a-z0-9]$/.test(name)) return undefined;
  return `${what} "${name}"; names are two or more lower-case letters, digits and single underscores, a letter first and no underscore last`;
}

function* problemsOfModel({ properties }: SemanticNode): Generator<string> {
  const kinds = ['measures', 'entities', 'dimensions'] as const;
  const seen = new Map<string, string>();
  for (const kind of kinds) {
    const one = kind === 'entities' ? 'entity' : kind.slice(0, -1);
    for (const element of listOf(properties[kind])) {
      const name = String(element['name']);
      const first = seen.get(name);
      if (first !== undefined)
        yield `has the name "${name}" for ${first === one ? `two of its ${kind}` : `a ${first} and for a ${one}`}`;
      seen.set(name, one);
      const problem = nameProblem(name, `has a ${one} with the name`);
      if (problem !== undefined) yield problem;
    }
  }
  const times = listOf(properties['dimensions'])
    .filter(({ type }) => String(type).toLowerCase() === 'time')
    .map(({ name }) => name);
  const defaults = isPlainObject(properties['defaults']) ? properties['defaults'] : {};
  for (const { name, agg_time_dimension: own } of listOf(properties['measures'])) {
    const time = own ?? defaults['agg_time_dimension'] ?? null;
    if (time === null)
      yield `has no \`agg_time_dimension\` for the measure "${String(name)}", and none in \`defaults\``;
    else if (!times.includes(time))
      yield `has the \`agg_time_dimension\` "${String(time)}" for the measure "${String(name)}", which is no time dimension of it`;
  }
  yield* keyProblems(properties);
}

function* keyProblems(properties: Fields): Generator<string> {
  const primary = listOf(properties['entities']).filter(
    ({ type }) => String(type).toLowerCase() === 'primary',
  );
  if (primary.length > 1) yield 'has more than one primary entity';
  const hasKey = primary.length > 0 || (properties['primary_entity'] ?? null) !== null;
  if (!hasKey && listOf(properties['dimensions']).length > 0)
    yield 'has dimensions, but no primary entity';
}

function metricProblem({ properties }: SemanticNode): string | undefined {
  const params = properties['type_params'] as Fields;
  if (properties['type'] === 'derived' && listOf(params['metrics']).length === 0)
    return 'is derived and needs `metrics`';
  const cumulative = params['cumulative_type_params'];
  if (isPlainObject(cumulative) && cumulative['window'] && cumulative['grain_to_date'])
    return 'has both `window` and `grain_to_date`';
  return undefined;
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isPlainObject) : [];
}
