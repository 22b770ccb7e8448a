import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../config/find-project.ts';
import type { Json } from '../contracts/json.ts';
import type { Warning } from '../contracts/warning.ts';
import type { SelectableGraph, SelectableNode } from '../graph/selectable.ts';
import { jsonText } from '../util/exact-json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { NodeIndex } from './node-index.ts';
import type { ParsedProject } from './open-project.ts';
import {
  type SelectionRequest,
  selectableGraph,
  selectFromGraph,
  selectFromProject,
} from './select-nodes.ts';
import { projectManifest } from './write-artifacts.ts';

export type ListOutput = 'selector' | 'name' | 'path' | 'json';

type Entry = Readonly<Record<string, Json>>;

/** Resource types that are listed when none are named; analyses are not (core `task/list.py`). */
export const listedTypes =
  'model snapshot seed test source exposure metric saved_query semantic_model unit_test function'.split(
    ' ',
  );

/** Keys of `--output json` when `--output-keys` names none. */
const defaultKeys = new Set(
  'alias name package_name depends_on direct_parents tags config resource_type source_name original_file_path unique_id'.split(
    ' ',
  ),
);

export interface ListedNodes {
  readonly lines: readonly string[];
  readonly warnings: readonly Warning[];
}

type Format = Exclude<ListOutput, 'json'>;

/** True when a selection asks for more than an index of the nodes knows. */
export function needsProject(projectDir: string, request: SelectionRequest): boolean {
  const { selector, state } = request;
  if (selector !== undefined || state !== undefined) return true;
  return existsSync(join(findProject(projectDir).root, 'selectors.yml'));
}

/** One line for each selected node, sorted by unique id, as dbt lists them. */
export function listNodes(
  index: Pick<NodeIndex, 'graph' | 'rootPackage'>,
  request: SelectionRequest & { readonly output: Format },
): ListedNodes {
  const { ids, warnings } = selectFromGraph(index.graph, index.rootPackage, request);
  return { lines: linesOf(index.graph, ids, request.output), warnings };
}

/** As {@link listNodes}, of a selection that may use selectors.yml and an earlier state. */
export function listProject(
  parsed: ParsedProject,
  request: SelectionRequest & { readonly output: Format },
): ListedNodes {
  const { ids, warnings } = selectFromProject(parsed, request);
  return { lines: linesOf(selectableGraph(parsed.manifest), ids, request.output), warnings };
}

/** As {@link listProject}, each node as JSON; keys may lead into it: `config.materialized`. */
export function listNodesAsJson(
  parsed: ParsedProject,
  request: SelectionRequest & { readonly keys: readonly string[] },
): ListedNodes {
  const { ids, warnings } = selectFromProject(parsed, request);
  const entries = entriesOf(projectManifest(parsed, new Map()));
  const lines = [...ids].sort().map((id) => jsonText(jsonLine(entries.get(id)!, request.keys)));
  return { lines, warnings };
}

function linesOf(
  graph: SelectableGraph,
  ids: ReadonlySet<string>,
  output: Format,
): readonly string[] {
  return [...ids].sort().map((id) => line(graph.nodes.get(id)!, output));
}

function entriesOf(manifest: Readonly<Record<string, Json>>): ReadonlyMap<string, Entry> {
  const sections =
    'nodes sources exposures metrics semantic_models saved_queries unit_tests functions'.split(' ');
  return new Map(
    sections.flatMap((section) => Object.entries(manifest[section] as Record<string, Entry>)),
  );
}

function line(node: SelectableNode, output: Format): string {
  switch (output) {
    case 'name':
      return nameOf(node);
    case 'path':
      return node.path;
    case 'selector':
      return selectorOf(node);
  }
}

function nameOf(node: SelectableNode): string {
  if (node.resourceType === 'source') return `${node.sourceName}.${node.name}`;
  if (node.resourceType !== 'model' || node.version === undefined) return node.name;
  return `${node.name}.v${node.version}`;
}

/** What selects the node again: `source:shop.landing.orders`, `exposure:…`, or the fqn. */
function selectorOf(node: SelectableNode): string {
  const { packageName, resourceType, version } = node;
  switch (resourceType) {
    case 'source':
      return `source:${packageName}.${node.sourceName}.${node.name}`;
    case 'exposure':
    case 'metric':
    case 'saved_query':
    case 'semantic_model':
      return `${resourceType}:${packageName}.${node.name}`;
    case 'unit_test':
      return `unit_test:${packageName}.${node.name}${version === undefined ? '' : `_v${version}`}`;
    default:
      return node.fqn.join('.');
  }
}

function jsonLine(entry: Entry, keys: readonly string[]): Record<string, Json> {
  const all: Entry =
    entry['resource_type'] === 'model'
      ? { ...entry, direct_parents: nested(entry, ['depends_on', 'nodes']) ?? [] }
      : entry;
  if (keys.length === 0)
    return Object.fromEntries(Object.entries(all).filter(([key]) => defaultKeys.has(key)));
  const result: Record<string, Json> = {};
  for (const key of keys) {
    const value = key.includes('.') ? (nested(all, key.split('.')) ?? undefined) : all[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function nested(entry: Entry, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, step) => (isPlainObject(at) ? (at[step] as Json | undefined) : undefined),
    entry as Json,
  );
}
