import { entriesText, familyMaps } from '../artifacts/manifest-v12.ts';
import type { Node } from '../contracts/node.ts';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { buildDag } from '../graph/dag.ts';
import type { SelectableGraph, SelectableNode } from '../graph/selectable.ts';
import { keptJson } from '../util/exact-json.ts';
import type { NodeIndex } from './node-index.ts';
import type { NamedNode, ParseNames } from './parse-names.ts';
import { graphOf, selectable } from './select-nodes.ts';

/** Nodes that stand where those at the places before `to` stood, in order. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly nodes: readonly Node[];
}

/** An edited node as it was and is. */
export interface Pair {
  readonly known: NamedNode;
  readonly before: Node;
  readonly now: Node;
}

export interface IndexAfterEdits {
  /** The index, when it is another now. */
  readonly index: NodeIndex | undefined;
  /** The names, when they are others now. */
  readonly names: ParseNames | undefined;
  /** Whether what depends on what is another now. */
  readonly hasOtherFamilies: boolean;
}

/** What follows from the blocks for the index and the names. */
export function indexAfter(
  blocks: readonly Block[],
  pairs: readonly Pair[],
  kept: {
    readonly names: ParseNames;
    readonly index: () => NodeIndex;
    readonly firstNode: number;
  },
): IndexAfterEdits | undefined {
  const isMoved = blocks.some(({ from, to, nodes }) => nodes.length !== to - from);
  const isRenamed = pairs.some(({ known, now }) => known.patchPath !== now.patchPath);
  const names = isMoved || isRenamed ? namesAfter(blocks, pairs, kept.names) : undefined;
  const hasTests = blocks.some(({ nodes }) => nodes[0]?.testMetadata !== null);
  const hasOtherParents = pairs.some(
    ({ before, now }) => !isSame(before.dependsOn.nodes, now.dependsOn.nodes),
  );
  const isOther = pairs.some(({ before, now }) => !isSame(selectable(before), selectable(now)));
  if (!isOther && !hasOtherParents && !hasTests)
    return { index: undefined, names, hasOtherFamilies: false };
  const index = indexWith(kept.index(), blocks, kept.firstNode);
  if (hasOtherParents && hasCircle(index.graph)) return undefined;
  return { index, names, hasOtherFamilies: hasOtherParents || hasTests };
}

function namesAfter(
  blocks: readonly Block[],
  pairs: readonly Pair[],
  names: ParseNames,
): ParseNames {
  const patches = new Map(pairs.map(({ known, now }) => [known, now.patchPath]));
  const nodes = names.nodes.map((node) => {
    let { place } = node;
    for (const { from, to, nodes: now } of blocks)
      if (from < node.place) place += now.length - (to - from);
    const patchPath = patches.has(node) ? patches.get(node)! : node.patchPath;
    return { ...node, place, patchPath };
  });
  return { ...names, nodes };
}

/** The index with the nodes of the blocks in their places. */
function indexWith(
  { rootPackage, graph }: NodeIndex,
  blocks: readonly Block[],
  firstNode: number,
): NodeIndex {
  const parents = new Map<string, readonly string[]>();
  const faces = new Map<string, SelectableNode>();
  const old = [...graph.nodes];
  let at = 0;
  const keepUntil = (end: number) => {
    for (; at < end; at++) {
      const [id, face] = old[at]!;
      faces.set(id, face);
      parents.set(id, graph.parents(id));
    }
  };
  for (const { from, to, nodes } of blocks) {
    keepUntil(firstNode + from);
    for (const node of nodes) {
      faces.set(node.uniqueId, selectable(node));
      parents.set(node.uniqueId, node.dependsOn.nodes);
    }
    at = firstNode + to;
  }
  keepUntil(old.length);
  return { rootPackage, graph: graphOf(faces, parents) };
}

function hasCircle(graph: SelectableGraph): boolean {
  try {
    buildDag(new Map([...graph.nodes.keys()].map((id) => [id, graph.parents(id)])));
    return false;
  } catch (error) {
    if (isTsdbtError(error, 'dependency-cycle')) return true;
    throw error;
  }
}

/**
 * The family maps of the manifest as their text, from the comma before them on; `inert` are the nodes
 * that are listed and not in the graph.
 */
export function* familyText(graph: SelectableGraph, inert: Inert): Generator<string> {
  const { parents, children } = familyMaps(inManifestOrder(graph, inert));
  yield ',"parent_map":';
  yield* entriesText(parents);
  yield ',"child_map":';
  yield* entriesText(children);
}

type Inert = Iterable<readonly [id: string, node: Pick<Node, 'dependsOn'>]>;

/** As in the manifest, unit tests come behind the others, and nodes that are only listed come last. */
function* inManifestOrder(
  graph: SelectableGraph,
  inert: Inert,
): Generator<readonly [string, readonly string[]]> {
  for (const isLast of [false, true]) {
    for (const { uniqueId, resourceType } of graph.nodes.values()) {
      if ((resourceType === 'unit_test') === isLast) yield [uniqueId, graph.parents(uniqueId)];
    }
  }
  for (const [id, { dependsOn }] of inert) yield [id, dependsOn.nodes];
}

/** Whether two values are the same as JSON. */
export function isSame(a: unknown, b: unknown): boolean {
  return keptJson(a) === keptJson(b);
}
