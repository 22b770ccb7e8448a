import type { Json } from '../../contracts/json.ts';
import type { Node } from '../../contracts/node.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { ModelProperties, NamedProperties } from '../properties-schema.ts';
import type { PropertyEntry } from '../property-files.ts';
import { exprText, type MetricHome, word } from './metric-properties.ts';
import { type DescribeText, each, element, type Fields } from './semantic-properties.ts';

type JsonFields = Readonly<Record<string, Json>>;

/** The semantic model that a model is, by `semantic_model: true` or a mapping there. */
export interface ModelSemantics {
  /** As an entry of `semantic_models:` would have it. */
  readonly entry: PropertyEntry<NamedProperties>;
  readonly model: Pick<Node, 'name' | 'description' | 'columns'>;
  readonly metrics: readonly PropertyEntry<NamedProperties>[];
  readonly home: MetricHome;
}

/** The semantic models that models of a package are (dbt 1.12). */
export function modelSemantics(
  entries: readonly PropertyEntry<ModelProperties>[],
  models: ReadonlyMap<string, Node>,
): readonly ModelSemantics[] {
  return entries.flatMap((entry) => {
    const { properties } = entry;
    const { semantic_model: own } = properties;
    const model = models.get(properties.name);
    const given = isPlainObject(own) ? own : {};
    const isOn = own === true || (isPlainObject(own) && own['enabled'] !== false);
    if (model === undefined || !isOn) return [];
    const name = typeof given['name'] === 'string' ? given['name'] : model.name;
    const config: Record<string, Json> = {};
    const written = isPlainObject(given['config']) ? given['config'] : {};
    if (written['meta'] !== undefined) config['meta'] = written['meta'] as Json;
    // Where there is no `config` beside it, dbt does not count that it is switched on.
    const counts = given['enabled'] !== true || isPlainObject(given['config']);
    if (given['enabled'] !== undefined && counts) config['enabled'] = given['enabled'] as Json;
    if (given['group'] !== undefined) config['group'] = given['group'] as Json;
    const metrics = Array.isArray(properties.metrics) ? properties.metrics : [];
    return {
      entry: { ...entry, properties: { name, description: model.description, config } },
      model,
      home: { semanticModel: name, aggTimeDimension: properties.agg_time_dimension },
      metrics: metrics.filter(isPlainObject).map((metric, i) => ({
        ...entry,
        path: [...entry.path, 'metrics', i],
        properties: { ...metric, name: String(metric['name']) } as NamedProperties,
      })),
    };
  });
}

/** What the semantic model of a model has, with every key dbt's manifest gives it. */
export function modelSemanticProperties(
  model: Pick<Node, 'name' | 'columns'>,
  written: ModelProperties,
  meta: JsonFields,
  describe: DescribeText,
): JsonFields {
  const columns = Object.values(model.columns);
  const derived = isPlainObject(written.derived_semantics) ? written.derived_semantics : {};
  const common = (fields: Fields) => element(fields, meta, describe);
  return {
    model: `ref('${model.name}')`,
    label: null,
    defaults: { agg_time_dimension: (written.agg_time_dimension ?? null) as Json },
    entities: [
      ...columns.flatMap((column) => entityOfColumn(column, common)),
      ...(each(derived['entities'], (entity) => ({
        ...common(entity),
        type: word(entity['type']),
        role: null,
        expr: exprOf(entity),
      })) as readonly Json[]),
    ],
    measures: [],
    dimensions: [
      ...columns.flatMap((column) => dimensionOfColumn(column, common)),
      ...(each(derived['dimensions'], (dimension) => ({
        ...common(dimension),
        ...dimensionFields(dimension, dimension['granularity']),
        expr: exprOf(dimension),
      })) as readonly Json[]),
    ],
    metadata: null,
    primary_entity: (written.primary_entity ?? null) as Json,
  };
}

type Column = Node['columns'][string];
type Common = (fields: Fields) => Record<string, Json>;

function entityOfColumn({ name, description, meta, entity }: Column, common: Common): Json[] {
  if (entity === null || entity === undefined) return [];
  if (!isPlainObject(entity))
    return [
      {
        ...common({ name, description, config: { meta } }),
        type: word(entity),
        role: null,
        expr: null,
      },
    ];
  const given = entity as JsonFields;
  const own = given['name'] ?? name;
  const config = isPlainObject(given['config']) ? given['config'] : {};
  return [
    {
      ...common({
        ...given,
        name: own,
        description: given['description'] ?? description,
        config: { meta: config['meta'] ?? meta },
      }),
      type: word(given['type']),
      role: null,
      expr: own === name ? null : name,
    },
  ];
}

function dimensionOfColumn(column: Column, common: Common): Json[] {
  const { name, description, meta, dimension, granularity } = column;
  if (dimension === null || dimension === undefined) return [];
  if (!isPlainObject(dimension))
    return [
      {
        ...common({ name, description, config: { meta } }),
        ...dimensionFields({ type: dimension }, null),
        expr: null,
      },
    ];
  const given = dimension as JsonFields;
  const own = given['name'] ?? name;
  const config = isPlainObject(given['config']) ? given['config'] : {};
  const merged = { ...meta, ...((config['meta'] ?? {}) as JsonFields) };
  return [
    {
      ...common({
        ...given,
        name: own,
        description: given['description'] ?? description,
        config: { meta: merged },
      }),
      ...dimensionFields(given, granularity),
      expr: own === name ? null : name,
    },
  ];
}

function dimensionFields(fields: Fields, granularity: unknown): Record<string, Json> {
  const validity = fields['validity_params'];
  return {
    type: word(fields['type']),
    is_partition: (fields['is_partition'] ?? false) as Json,
    type_params:
      granularity === undefined || granularity === null
        ? null
        : {
            time_granularity: word(granularity),
            validity_params: isPlainObject(validity)
              ? {
                  is_start: (validity['is_start'] ?? false) as Json,
                  is_end: (validity['is_end'] ?? false) as Json,
                }
              : null,
          },
    metadata: null,
    datatype: null,
  };
}

function exprOf({ expr }: Fields): Json {
  return expr === undefined || expr === null ? null : exprText(expr);
}
