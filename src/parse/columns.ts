import type { Json } from '../contracts/json.ts';
import type { ColumnInfo } from '../contracts/node.ts';
import type { ColumnProperties } from './properties-schema.ts';

/** Columns of a property file as contract values, keyed by name. */
export function columnInfos(
  columns: readonly ColumnProperties[] | null | undefined,
  describe: (text: unknown) => string,
): Readonly<Record<string, ColumnInfo>> {
  const result: Record<string, ColumnInfo> = {};
  for (const column of columns ?? []) {
    const config = (column.config ?? {}) as Record<string, Json>;
    Object.defineProperty(result, column.name, {
      enumerable: true,
      value: {
        name: column.name,
        description: describe(column.description),
        dataType: column.data_type ?? null,
        meta: {
          ...((column.meta ?? {}) as Record<string, Json>),
          ...((config['meta'] ?? {}) as Record<string, Json>),
        },
        tags: [...tagList(column.tags), ...tagList(config['tags'])],
        quote: column.quote ?? null,
        constraints: (column.constraints ?? []) as Json[],
      } satisfies ColumnInfo,
    });
  }
  return result;
}

/** `tags:` may be one text or a list. */
export function tagList(tags: unknown): readonly string[] {
  if (typeof tags === 'string') return [tags];
  return Array.isArray(tags) ? tags.map(String) : [];
}
