import type { Manifest } from '../contracts/manifest.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/**
 * What each selected id waits for. Between two selected nodes the order of the graph holds even when
 * the nodes between them are not selected. With `testsGate` (build) the children of a tested node or
 * source also wait for its tests, so that what fails a test is not built upon.
 */
export function runEdges(
  manifest: Manifest,
  selected: ReadonlySet<UniqueId>,
  testsGate: boolean,
): ReadonlyMap<UniqueId, ReadonlySet<UniqueId>> {
  const nearest = new Map<UniqueId, ReadonlySet<UniqueId>>();
  /** Selected ancestors of a node with only unselected nodes in between. */
  const selectedParents = (id: UniqueId): ReadonlySet<UniqueId> => {
    const known = nearest.get(id);
    if (known !== undefined) return known;
    const found = new Set<UniqueId>();
    nearest.set(id, found);
    // Through metrics and semantic models, too: a model may ask for a metric.
    const node = manifest.nodes.get(id) ?? manifest.semantics.get(id);
    for (const parent of node?.dependsOn.nodes ?? []) {
      if (selected.has(parent)) found.add(parent);
      else for (const above of selectedParents(parent)) found.add(above);
    }
    return found;
  };
  const waits = new Map<UniqueId, Set<UniqueId>>();
  for (const id of selected) waits.set(id, new Set(selectedParents(id)));
  if (testsGate) {
    gateByTests(manifest, waits);
    gateByUnitTests(manifest, waits);
  }
  return waits;
}

/** A model waits for its unit tests: what breaks one is not built. */
function gateByUnitTests(manifest: Manifest, waits: Map<UniqueId, Set<UniqueId>>): void {
  for (const id of waits.keys()) {
    const [model] = manifest.unitTests.get(id)?.dependsOn.nodes ?? [];
    if (model !== undefined) waits.get(model)?.add(id);
  }
}

/**
 * What is below all that a test reads waits for it: below one node for most tests, for a test of
 * relationships below both (core `compilation.py`, `add_test_edges`). What a test reads need not be
 * selected, and may be a source. Only the nearest nodes get an edge; the others wait for those.
 */
function gateByTests(manifest: Manifest, waits: Map<UniqueId, Set<UniqueId>>): void {
  const children = childrenOf(manifest);
  const ancestors = ancestorsOf(manifest);
  const gated = (read: readonly UniqueId[]): UniqueId[] => {
    const found: UniqueId[] = [];
    const queue = [...read.slice(0, 1)];
    const seen = new Set(queue);
    for (const at of queue) {
      for (const child of children.get(at) ?? []) {
        if (seen.has(child)) continue;
        seen.add(child);
        const isBelowAll = read.length === 1 || read.every((id) => ancestors(child).has(id));
        if (isBelowAll && waits.has(child)) found.push(child);
        else queue.push(child);
      }
    }
    return found;
  };
  const belowOne = new Map<UniqueId, readonly UniqueId[]>();
  for (const id of waits.keys()) {
    const test = manifest.nodes.get(id);
    if (test?.resourceType !== 'test') continue;
    const read = [...new Set(test.dependsOn.nodes)];
    const [only] = read;
    if (only === undefined) continue;
    const nodes = read.length > 1 ? gated(read) : (belowOne.get(only) ?? gated(read));
    if (read.length === 1) belowOne.set(only, nodes);
    for (const node of nodes) waits.get(node)!.add(id);
  }
}

/** What reads each node or source, tests left out. */
function childrenOf(manifest: Manifest): ReadonlyMap<UniqueId, readonly UniqueId[]> {
  const children = new Map<UniqueId, UniqueId[]>();
  for (const { uniqueId, resourceType, dependsOn } of manifest.nodes.values()) {
    if (resourceType === 'test') continue;
    for (const parent of dependsOn.nodes) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [uniqueId]);
      else known.push(uniqueId);
    }
  }
  return children;
}

function ancestorsOf(manifest: Manifest): (id: UniqueId) => ReadonlySet<UniqueId> {
  const cache = new Map<UniqueId, ReadonlySet<UniqueId>>();
  return (id) => {
    let found = cache.get(id);
    if (found === undefined) {
      const all = new Set(manifest.nodes.get(id)?.dependsOn.nodes ?? []);
      for (const next of all)
        for (const above of manifest.nodes.get(next)?.dependsOn.nodes ?? []) all.add(above);
      cache.set(id, all);
      found = all;
    }
    return found;
  };
}
