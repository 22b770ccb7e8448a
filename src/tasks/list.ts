import type { Json } from '../contracts/json.ts';
import type { Exposure, Node, SourceNode } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { buildDag } from '../graph/dag.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromManifest } from './select-nodes.ts';

export type ListOutput = 'selector' | 'name' | 'path' | 'json';

/** Keys of `--output json` when `--output-keys` names none; dbt's list. */
const defaultKeys =
  'alias name package_name depends_on tags config resource_type source_name original_file_path unique_id'.split(
    ' ',
  );

/** One line for each selected node, parents before children. */
export function listNodes(
  parsed: ParsedProject,
  request: SelectionRequest & { readonly output: ListOutput; readonly keys: readonly string[] },
): { readonly lines: readonly string[]; readonly warnings: readonly string[] } {
  const { manifest } = parsed;
  const { ids, warnings } = selectFromManifest(manifest, request);
  const lines = sortedIds(parsed)
    .filter((id) => ids.has(id))
    .map((id) => line(nodeOf(parsed, id), request.output, request.keys));
  return { lines, warnings };
}

type Listed = Node | SourceNode | Exposure;

function nodeOf(parsed: ParsedProject, id: UniqueId): Listed {
  const { manifest } = parsed;
  return (manifest.nodes.get(id) ?? manifest.sources.get(id) ?? manifest.exposures.get(id))!;
}

function sortedIds(parsed: ParsedProject): readonly UniqueId[] {
  const { manifest } = parsed;
  const parents = new Map<string, readonly string[]>();
  for (const source of manifest.sources.values()) parents.set(source.uniqueId, []);
  for (const node of [...manifest.nodes.values(), ...manifest.exposures.values()]) {
    parents.set(node.uniqueId, node.dependsOn.nodes);
  }
  return buildDag(parents).sorted as readonly UniqueId[];
}

function line(node: Listed, output: ListOutput, keys: readonly string[]): string {
  switch (output) {
    case 'name':
      return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name;
    case 'path':
      return node.originalFilePath;
    case 'json':
      return JSON.stringify(jsonLine(node, keys.length > 0 ? keys : defaultKeys));
    default:
      return selectorLine(node);
  }
}

/** What selects the node again: `source:shop.landing.orders`, `exposure:…`, or the fqn. */
function selectorLine(node: Listed): string {
  if (node.resourceType === 'source')
    return `source:${node.packageName}.${node.sourceName}.${node.name}`;
  if (node.resourceType === 'exposure') return `exposure:${node.packageName}.${node.name}`;
  return node.fqn.join('.');
}

function jsonLine(node: Listed, keys: readonly string[]): Record<string, Json> {
  const all: Record<string, Json> = {
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: node.originalFilePath,
    unique_id: node.uniqueId,
    path: node.path,
    fqn: node.fqn,
    tags: node.tags,
    config: node.config,
    meta: node.meta,
    description: node.description,
  };
  if (node.resourceType === 'source') {
    Object.assign(all, {
      source_name: node.sourceName,
      database: node.database,
      schema: node.schema,
    });
  } else {
    all['depends_on'] = { macros: node.dependsOn.macros, nodes: node.dependsOn.nodes };
    if (node.resourceType !== 'exposure') {
      Object.assign(all, { alias: node.alias, database: node.database, schema: node.schema });
    }
  }
  return Object.fromEntries(keys.filter((key) => key in all).map((key) => [key, all[key]!]));
}
