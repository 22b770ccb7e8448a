import type { Manifest } from '../contracts/manifest.ts';
import {
  type Exposure,
  isUnitTest,
  type Node,
  type SourceNode,
  type UnitTest,
} from '../contracts/node.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { selectNodes, unmatchedSelectors } from '../graph/select.ts';
import type { IndirectSelection, SelectableGraph, SelectableNode } from '../graph/selectable.ts';

export interface SelectionRequest {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  readonly indirect?: IndirectSelection;
  /** Only these resource types are given back; all when absent. */
  readonly resourceTypes?: ReadonlySet<string>;
}

export interface SelectionResult {
  readonly ids: ReadonlySet<UniqueId>;
  readonly warnings: readonly string[];
}

/** The ids of the manifest that a selection picks, kept to some resource types. */
export function selectFromManifest(manifest: Manifest, request: SelectionRequest): SelectionResult {
  return selectFromGraph(selectableGraph(manifest), manifest.project.name, request);
}

/** The ids of a graph that a selection picks; `rootPackage` is what `package:this` means. */
export function selectFromGraph(
  graph: SelectableGraph,
  rootPackage: string,
  request: SelectionRequest,
): SelectionResult {
  const context = { rootPackage };
  const criteria = {
    select: request.select,
    exclude: request.exclude,
    ...(request.indirect === undefined ? {} : { indirect: request.indirect }),
  };
  const ids = new Set<UniqueId>();
  for (const id of selectNodes(graph, criteria, context)) {
    const type = graph.nodes.get(id)!.resourceType;
    if (request.resourceTypes === undefined || request.resourceTypes.has(type))
      ids.add(asUniqueId(id));
  }
  const warnings = [
    ...unmatchedSelectors(graph, request.select, context),
    ...unmatchedSelectors(graph, request.exclude, context),
  ].map((atom) => `The selector "${atom}" matches no node`);
  return { ids, warnings };
}

/** The manifest with the face that selectors know. */
export function selectableGraph(manifest: Manifest): SelectableGraph {
  const nodes = new Map<string, SelectableNode>();
  const parents = new Map<string, readonly string[]>();
  const children = new Map<string, string[]>();
  const all: (Node | SourceNode | Exposure | UnitTest)[] = [
    ...manifest.sources.values(),
    ...manifest.nodes.values(),
    ...manifest.exposures.values(),
    ...manifest.unitTests.values(),
  ];
  for (const node of all) {
    if (node.resourceType === 'operation') continue;
    nodes.set(node.uniqueId, selectable(node));
    parents.set(node.uniqueId, node.resourceType === 'source' ? [] : node.dependsOn.nodes);
    children.set(node.uniqueId, []);
  }
  for (const [id, above] of parents) for (const parent of above) children.get(parent)?.push(id);
  return {
    nodes,
    parents: (id) => parents.get(id) ?? [],
    children: (id) => children.get(id) ?? [],
  };
}

function selectable(node: Node | SourceNode | Exposure | UnitTest): SelectableNode {
  const common: SelectableNode = {
    uniqueId: node.uniqueId,
    name: node.name,
    resourceType: node.resourceType,
    packageName: node.packageName,
    fqn: node.fqn,
    tags: node.tags,
    path: node.originalFilePath,
    config: node.config,
  };
  if (node.resourceType === 'source') return { ...common, sourceName: node.sourceName };
  if (node.resourceType === 'exposure') return common;
  if (isUnitTest(node)) return { ...common, testType: 'unit', testName: node.name };
  return {
    ...common,
    ...(node.patchPath === null ? {} : { patchPath: node.patchPath }),
    ...(node.access === null ? {} : { access: node.access }),
    ...(node.group === null ? {} : { group: node.group }),
    ...(node.version === null
      ? {}
      : { version: node.version, latestVersion: node.latestVersion ?? undefined }),
    ...(node.resourceType === 'test'
      ? { testType: node.testMetadata === null ? 'singular' : 'generic' }
      : {}),
    ...(node.testMetadata === null ? {} : { testName: node.testMetadata.name }),
  };
}
