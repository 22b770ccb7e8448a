import type { Json } from '../contracts/json.ts';
import type { Exposure, Node, SourceNode } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { SelectableNode } from '../graph/selectable.ts';
import { type NodeIndex, nodeIndex } from './node-index.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromGraph } from './select-nodes.ts';

export type ListOutput = 'selector' | 'name' | 'path' | 'json';

/** Keys of `--output json` when `--output-keys` names none; dbt's list. */
const defaultKeys =
  'alias name package_name depends_on tags config resource_type source_name original_file_path unique_id'.split(
    ' ',
  );

/** One line for each selected node, parents before children. */
export function listNodes(
  index: NodeIndex,
  request: SelectionRequest & { readonly output: Exclude<ListOutput, 'json'> },
): ListedNodes {
  const { ids, warnings } = selectFromGraph(index.graph, index.rootPackage, request);
  const lines = index.sorted.flatMap((id) =>
    ids.has(id as UniqueId) ? [line(index.graph.nodes.get(id)!, request.output)] : [],
  );
  return { lines, warnings };
}

/** As {@link listNodes}, each node as JSON with some of its keys. */
export function listNodesAsJson(
  { manifest }: ParsedProject,
  request: SelectionRequest & { readonly keys: readonly string[] },
): ListedNodes {
  const { graph, rootPackage, sorted } = nodeIndex(manifest);
  const { ids, warnings } = selectFromGraph(graph, rootPackage, request);
  const keys = request.keys.length > 0 ? request.keys : defaultKeys;
  const lines = (sorted as readonly UniqueId[])
    .filter((id) => ids.has(id))
    .map((id) => manifest.nodes.get(id) ?? manifest.sources.get(id) ?? manifest.exposures.get(id)!)
    .map((node) => JSON.stringify(jsonLine(node, keys)));
  return { lines, warnings };
}

export interface ListedNodes {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
}

type Listed = Node | SourceNode | Exposure;

function line(node: SelectableNode, output: Exclude<ListOutput, 'json'>): string {
  switch (output) {
    case 'name':
      return node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name;
    case 'path':
      return node.path;
    default:
      return selectorLine(node);
  }
}

/** What selects the node again: `source:shop.landing.orders`, `exposure:…`, or the fqn. */
function selectorLine(node: SelectableNode): string {
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
