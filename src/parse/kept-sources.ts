import type { ColumnInfo, Node, SourceNode } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import { relationKey } from '../contracts/relation.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import {
  type KeptColumn,
  ledgerColumns,
  ledgerDescription,
  quarantineColumns,
  quarantineDescription,
  quarantineRelation,
  stateSchema,
} from '../ingest/index.ts';
import { keptSourceName, quarantineName } from './quarantine-name.ts';

/**
 * The tables that landing models keep beside their own, as sources: the quarantine of each and the
 * ledger of all. None where the project declares a source of that id, or of that relation, itself.
 *
 * @param nodes All enabled nodes.
 * @param declared All enabled sources of the property files.
 */
export function keptSources(
  nodes: readonly Node[],
  declared: readonly SourceNode[],
  root: Pick<Project, 'name' | 'file'>,
): readonly SourceNode[] {
  const models = nodes.filter(isLandingModel);
  const ids = new Set(declared.map((source) => source.uniqueId));
  const relations = new Set(declared.map(relationKey));
  const ledgers = new Map<string, SourceNode>();
  for (const { database } of models)
    if (!ledgers.has(database)) ledgers.set(database, ledger(database, ledgers.size, root));
  return [...models.map(quarantine), ...ledgers.values()].filter(
    (source) => !ids.has(source.uniqueId) && !relations.has(relationKey(source)),
  );
}

export function isLandingModel(node: Node): boolean {
  return node.resourceType === 'model' && node.config['materialized'] === 'landing';
}

function quarantine(node: Node): SourceNode {
  const { database, schema, alias, packageName, originalFilePath, path } = node;
  const { identifier } = quarantineRelation({ database, schema, identifier: alias });
  return keptSource(packageName, quarantineName(node), quarantineColumns, {
    fqn: [...node.fqn.slice(0, -1), keptSourceName, quarantineName(node)],
    path,
    originalFilePath,
    database,
    schema,
    identifier,
    description: `Quarantine of ${node.name}. ${quarantineDescription}`,
  });
}

/** Most projects have one database; the ledger of another one has its name in it. */
function ledger(database: string, index: number, root: Pick<Project, 'name' | 'file'>): SourceNode {
  const name = index === 0 ? 'landing_files' : `landing_files__${database}`;
  return keptSource(root.name, name, ledgerColumns, {
    fqn: [root.name, keptSourceName, name],
    path: root.file,
    originalFilePath: root.file,
    database,
    schema: stateSchema,
    identifier: 'landing_files',
    description: ledgerDescription,
  });
}

function keptSource(
  packageName: string,
  name: string,
  columns: readonly KeptColumn[],
  own: Pick<
    SourceNode,
    'fqn' | 'path' | 'originalFilePath' | 'database' | 'schema' | 'identifier' | 'description'
  >,
): SourceNode {
  return {
    uniqueId: uniqueId('source', packageName, keptSourceName, name),
    resourceType: 'source',
    sourceName: keptSourceName,
    name,
    packageName,
    sourceDescription: 'What tsdbt itself keeps about landing files.',
    loader: 'tsdbt',
    columns: Object.fromEntries(columns.map((column) => [column.name, columnInfo(column)])),
    meta: {},
    sourceMeta: {},
    tags: [],
    config: { enabled: true },
    freshness: null,
    loadedAtField: null,
    landing: null,
    ...own,
  };
}

function columnInfo({ name, type, description }: KeptColumn): ColumnInfo {
  return { name, description, dataType: type, meta: {}, tags: [], quote: null, constraints: [] };
}
