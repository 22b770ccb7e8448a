import type { Json } from '../contracts/json.ts';
import type { Column, ExistingRelation, RelationComments } from '../contracts/relation.ts';
import { mappingKey } from '../util/mapping-key.ts';
import { artifactMetadata, type MetadataSource } from './metadata.ts';

export interface CatalogEntry {
  readonly uniqueId: string;
  readonly resourceType: 'source' | 'node';
  readonly relation: ExistingRelation;
  readonly columns: readonly Column[];
  readonly rowCount: number | null;
  readonly comments: RelationComments | undefined;
}

/** `catalog.json`, schema v1: what stands in the database, with its columns and types. */
export function catalogArtifact(
  entries: readonly CatalogEntry[],
  metadata: MetadataSource,
): Record<string, Json> {
  const of = (type: CatalogEntry['resourceType']) =>
    Object.fromEntries(
      entries.filter((e) => e.resourceType === type).map((e) => [e.uniqueId, catalogEntry(e)]),
    );
  return {
    metadata: artifactMetadata('catalog', 'v1', metadata) as unknown as Json,
    nodes: of('node'),
    sources: of('source'),
    errors: null,
  };
}

function catalogEntry(entry: CatalogEntry): Json {
  const columns: Record<string, Json> = {};
  for (const [i, column] of entry.columns.entries()) {
    Object.defineProperty(columns, mappingKey(column.name), {
      enumerable: true,
      value: {
        type: column.type,
        index: i + 1,
        name: column.name,
        comment: entry.comments?.columns.get(column.name) ?? null,
      },
    });
  }
  const stats: Record<string, Json> = {
    has_stats: {
      id: 'has_stats',
      label: 'Has Stats?',
      value: entry.rowCount !== null,
      include: false,
      description: 'Indicates whether there are statistics for this table',
    },
  };
  if (entry.rowCount !== null) {
    stats['num_rows'] = {
      id: 'num_rows',
      label: 'Row Count',
      value: entry.rowCount,
      include: true,
      description: 'Rows in the table',
    };
  }
  return {
    metadata: {
      type: entry.relation.type === 'view' ? 'VIEW' : 'BASE TABLE',
      schema: entry.relation.schema,
      name: entry.relation.identifier,
      database: entry.relation.database,
      comment: entry.comments?.comment ?? null,
      owner: null,
    },
    columns,
    stats,
    unique_id: entry.uniqueId,
  };
}
