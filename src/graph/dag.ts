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
    throw tsdbtError('dependency-cycle', { path: circle(parents, children, sorted) });
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

/**
 * A circle, beginning with the smallest of its ids, which stands at the end once more. Every id that is
 * not `sorted` has a parent that isn't either, so going up from one of them ends on a circle; the
 * shortest one through that place is shown.
 */
function circle(
  parents: ReadonlyMap<string, readonly string[]>,
  children: ReadonlyMap<string, readonly string[]>,
  sorted: readonly string[],
): string[] {
  const done = new Set(sorted);
  const isLeft = (id: string) => !done.has(id);
  const seen = new Set<string>();
  let start = [...parents.keys()].find(isLeft)!;
  while (!seen.has(start)) {
    seen.add(start);
    start = parents.get(start)!.find(isLeft)!;
  }
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const next of children.get(id)!) {
      if (!isLeft(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
    if (cameFrom.has(start)) break;
  }
  const path = [cameFrom.get(start)!];
  while (path[0] !== start) path.unshift(cameFrom.get(path[0]!)!);
  const first = path.reduce((least, id, at) => (id < path[least]! ? at : least), 0);
  return [...path.slice(first), ...path.slice(0, first), path[first]!];
}
