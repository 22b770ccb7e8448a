import type { Json } from '../contracts/json.ts';
import type { ColumnInfo } from '../contracts/node.ts';
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
    Object.defineProperty(result, column.name, {
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
        dimension: (column.dimension ?? null) as Json,
        entity: (column.entity ?? null) as Json,
        docBlocks: description.docBlocks,
        ...(column.extra === undefined ? {} : { extra: column.extra as Record<string, Json> }),
      } satisfies ColumnInfo,
    });
  }
  return result;
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

/** `tags:` may be one text or a list. */
export function tagList(tags: unknown): readonly string[] {
  if (typeof tags === 'string') return [tags];
  return Array.isArray(tags) && tags.length > 0 ? tags.map(String) : none;
}
