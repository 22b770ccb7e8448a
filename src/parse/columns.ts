import type { Json } from '../contracts/json.ts';
import type { ColumnInfo } from '../contracts/node.ts';
import { fromJs, toStr } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { mappingKey } from '../util/mapping-key.ts';
import type { Description } from './describe.ts';
import type { ColumnProperties } from './properties-schema.ts';

const none: readonly string[] = [];
const noMeta: Readonly<Record<string, Json>> = {};
/** What most columns have: there are more of them than of anything else. */
const noConfig: Readonly<Record<string, Json>> = { meta: noMeta, tags: none };
const noConstraints: readonly Json[] = [];

/** Columns of a property file as contract values, keyed by name. */
export function columnInfos(
  columns: readonly ColumnProperties[] | null | undefined,
  describe: (text: unknown) => Description,
): Readonly<Record<string, ColumnInfo>> {
  const result: Record<string, ColumnInfo> = {};
  for (const column of columns ?? []) {
    const meta = metaOf(column);
    const tags = columnTags(column);
    const description = describe(column.description);
    // Of two entries of one name the last counts, as in dbt.
    Object.defineProperty(result, mappingKey(column.name), {
      enumerable: true,
      configurable: true,
      value: {
        name: column.name,
        description: description.text,
        dataType: column.data_type ?? null,
        meta,
        tags,
        quote: column.quote ?? null,
        constraints: column.constraints?.map(fullConstraint) ?? noConstraints,
        config: meta === noMeta && tags === none ? noConfig : { meta, tags: tags as Json },
        granularity: typeof column.granularity === 'string' ? column.granularity : null,
        dimension: dimensionOf(column),
        entity: semanticPart(column, column.entity),
        docBlocks: description.docBlocks,
        ...(column.extra === undefined ? {} : { extra: column.extra as Record<string, Json> }),
      } satisfies ColumnInfo,
    });
  }
  return result;
}

/** The dimension or entity that a column is: a word as it is, a mapping with all its keys. */
function semanticPart({ name, description }: ColumnProperties, written: unknown): Json {
  if (!isPlainObject(written)) return (written ?? null) as Json;
  const given = written as Readonly<Record<string, Json>>;
  return {
    name: given['name'] || name,
    type: given['type'] ?? null,
    description: given['description'] || String(description ?? ''),
    label: given['label'] ?? null,
    config: given['config'] || {},
  };
}

function dimensionOf(column: ColumnProperties): Json {
  const part = semanticPart(column, column.dimension);
  if (!isPlainObject(part)) return part;
  const given = column.dimension as Readonly<Record<string, Json>>;
  const validity = given['validity_params'];
  return {
    ...(part as Record<string, Json>),
    is_partition: given['is_partition'] ?? false,
    validity_params: isPlainObject(validity)
      ? { is_start: validity['is_start'] ?? false, is_end: validity['is_end'] ?? false }
      : null,
  } as Json;
}

function metaOf({ meta, config }: ColumnProperties): Readonly<Record<string, Json>> {
  const inner = (config as Record<string, Json> | null | undefined)?.['meta'];
  if (meta === undefined && inner === undefined) return noMeta;
  return {
    ...((meta ?? {}) as Record<string, Json>),
    ...((inner ?? {}) as Record<string, Json>),
  };
}

/** Tags of a column, from the property and from its `config:`, without repeats. */
export function columnTags(column: { tags?: unknown; config?: unknown }): readonly string[] {
  const { tags } = (column.config ?? none) as { tags?: unknown };
  if (column.tags === undefined && tags === undefined) return none;
  return [...new Set([...tagList(column.tags), ...tagList(tags)])];
}

/** A constraint of a model, which names its columns. */
export function modelConstraint(written: unknown): Json {
  return { columns: [], ...(fullConstraint(written) as Record<string, Json>) };
}

/** A constraint with all the keys dbt's manifest gives it (dbt-common `contracts/constraints.py`). */
export function fullConstraint(written: unknown): Json {
  const given = (written ?? {}) as Record<string, Json>;
  return {
    type: given['type'] ?? null,
    name: given['name'] ?? null,
    expression: given['expression'] ?? null,
    warn_unenforced: given['warn_unenforced'] ?? true,
    warn_unsupported: given['warn_unsupported'] ?? true,
    to: given['to'] ?? null,
    to_columns: given['to_columns'] ?? [],
    ...('columns' in given ? { columns: given['columns']! } : {}),
  };
}

/** `tags:` may be one text or a list; what is no text in it is one as Python writes it. */
export function tagList(tags: unknown): readonly string[] {
  if (typeof tags === 'string') return [tags];
  return Array.isArray(tags) && tags.length > 0 ? tags.map(pythonText) : none;
}

/** A value as Python's `str` writes it: `None`, `True`, `['a']`. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : toStr(fromJs(value));
}
