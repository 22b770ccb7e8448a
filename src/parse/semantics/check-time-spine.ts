import type { Json } from '../../contracts/json.ts';
import type { ColumnInfo, Node, SemanticNode } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { propertyNamed } from '../../util/mapping-key.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { ParseContext } from '../parse-context.ts';
import type { ModelProperties } from '../properties-schema.ts';
import type { PropertyEntry } from '../property-files.ts';
import type { Places } from './check-semantics.ts';
import { granularities } from './metric-properties.ts';

type Columns = Readonly<Record<string, ColumnInfo>>;

/** A time spine with the key that dbt's manifest always gives it; its columns must be there. */
export function timeSpine(
  { diagnostics }: ParseContext,
  entry: PropertyEntry<ModelProperties> | undefined,
  columns: Columns,
): Json {
  const written = entry?.properties.time_spine;
  if (!isPlainObject(written)) return null;
  const given = written as Record<string, Json>;
  const custom = given['custom_granularities'] ?? [];
  const problem = problemOf(String(given['standard_granularity_column']), custom, columns);
  if (problem !== undefined) {
    const { properties, yaml, path } = entry!;
    const location = yaml.locate([...path, 'time_spine']);
    diagnostics.add(
      tsdbtError('time-spine-invalid', { model: properties.name, problem }, { location }),
    );
  }
  return { ...given, custom_granularities: custom };
}

function problemOf(standard: string, custom: Json, columns: Columns): string | undefined {
  const column = columnNamed(columns, standard);
  if (column === undefined) return `has the column "${standard}", which the model does not list`;
  if ((column.granularity ?? null) === null)
    return `has the column "${standard}", which has no \`granularity\``;
  for (const one of Array.isArray(custom) ? custom.filter(isPlainObject) : []) {
    const name = String(one['column_name'] ?? one['name']);
    if (columnNamed(columns, name) === undefined)
      return `has the granularity "${String(one['name'])}" in the column "${name}", which the model does not list`;
  }
  return undefined;
}

function columnNamed(columns: Columns, name: string): ColumnInfo | undefined {
  const key = propertyNamed(columns, name);
  return key === undefined ? undefined : columns[key];
}

/** The model that was a project's time spine before any could be one. */
export const legacyTimeSpine = 'metricflow_time_spine';

/** Semantic models need a time spine of days or less (core `contracts/graph/semantic_manifest.py`). */
export function requireTimeSpine(
  semantics: readonly SemanticNode[],
  nodes: ReadonlyMap<UniqueId, Node>,
  places: Places,
  diagnostics: Diagnostics,
): void {
  const first = semantics.find(({ resourceType }) => resourceType === 'semantic_model');
  if (first === undefined) return;
  for (const node of nodes.values()) if (node.name === legacyTimeSpine || isFine(node)) return;
  const location = places.get(first.uniqueId) ?? { file: first.originalFilePath };
  diagnostics.add(tsdbtError('time-spine-missing', {}, { location }));
}

function isFine({ timeSpine: spine, columns }: Node): boolean {
  if (!isPlainObject(spine)) return false;
  const column = columnNamed(columns, String(spine['standard_granularity_column']));
  const at = granularities.indexOf(String(column?.granularity));
  return at >= 0 && at <= granularities.indexOf('day');
}
