import { alg, Graph } from '@dagrejs/graphlib';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** A directed graph of unique ids; edges go from a parent to its children. */
export interface Dag {
  readonly ids: readonly string[];
  parents(id: string): readonly string[];
  children(id: string): readonly string[];
  /** All ids, parents before children; ids that are free of each other come in the order given. */
  readonly sorted: readonly string[];
}

/**
 * Builds the graph from ids and their parents; parents that are not among the ids are left out.
 * A circle is an error that shows its path.
 */
export function buildDag(nodes: ReadonlyMap<string, readonly string[]>): Dag {
  const parents = new Map<string, readonly string[]>();
  const children = new Map<string, string[]>();
  for (const id of nodes.keys()) children.set(id, []);
  for (const [id, above] of nodes) {
    const known = knownParents(above, nodes);
    parents.set(id, known);
    for (const parent of known) children.get(parent)!.push(id);
  }
  const sorted = sortByDepth(parents, children);
  if (sorted.length < nodes.size) {
    throw tsdbtError('dependency-cycle', { path: circle(parents, children) });
  }
  return {
    ids: [...nodes.keys()],
    parents: (id) => parents.get(id) ?? [],
    children: (id) => children.get(id) ?? [],
    sorted,
  };
}

/** The parents that are among the nodes, each once; the list as given where that is so already. */
function knownParents(
  above: readonly string[],
  nodes: ReadonlyMap<string, unknown>,
): readonly string[] {
  if (above.length < 2) return above.length === 0 || nodes.has(above[0]!) ? above : [];
  return [...new Set(above)].filter((parent) => nodes.has(parent));
}

/** Kahn's algorithm; what is missing in the result lies on or behind a circle. */
function sortByDepth(
  parents: ReadonlyMap<string, readonly string[]>,
  children: ReadonlyMap<string, readonly string[]>,
): string[] {
  const waiting = new Map<string, number>();
  const sorted: string[] = [];
  for (const [id, { length }] of parents) {
    if (length === 0) sorted.push(id);
    else if (length > 1) waiting.set(id, length);
  }
  for (let i = 0; i < sorted.length; i++) {
    for (const child of children.get(sorted[i]!)!) {
      // What is not waiting has this one parent.
      const left = (waiting.get(child) ?? 1) - 1;
      if (left === 0) sorted.push(child);
      else waiting.set(child, left);
    }
  }
  return sorted;
}

/** One shortest circle, first id repeated at the end. */
function circle(
  parents: ReadonlyMap<string, readonly string[]>,
  children: ReadonlyMap<string, readonly string[]>,
): string[] {
  const graph = new Graph({ directed: true });
  for (const id of parents.keys()) graph.setNode(id);
  for (const [id, above] of parents) for (const parent of above) graph.setEdge(parent, id);
  const component = alg.tarjan(graph).find((ids) => ids.length > 1);
  if (component === undefined) {
    const self = [...children].find(([id, next]) => next.includes(id))!;
    return [self[0], self[0]];
  }
  const inside = new Set(component);
  const start = [...component].sort()[0]!;
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const next of children.get(id)!) {
      if (next === start) {
        const path = [start];
        for (let at: string | undefined = id; at !== undefined; at = cameFrom.get(at))
          path.unshift(at);
        return path;
      }
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return [start];
}
