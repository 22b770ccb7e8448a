import type { Manifest } from '../contracts/manifest.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/**
 * What each selected id waits for. Between two selected nodes the order of the graph holds even when
 * the nodes between them are not selected. With `testsGate` (build) the children of a tested node
 * also wait for its tests, so that what fails a test is not built upon.
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
    for (const parent of manifest.nodes.get(id)?.dependsOn.nodes ?? []) {
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

function gateByTests(manifest: Manifest, waits: Map<UniqueId, Set<UniqueId>>): void {
  const isTest = (id: UniqueId) => manifest.nodes.get(id)?.resourceType === 'test';
  const children = new Map<UniqueId, UniqueId[]>();
  for (const [id, before] of waits) {
    if (isTest(id)) continue;
    for (const parent of before) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const tests = [...waits.keys()].filter(isTest);
  // Computed before any edge is added: the gates must not count as ancestry.
  const ancestors = ancestorsOf(waits);
  for (const test of tests) {
    const parents = [...waits.get(test)!];
    for (const parent of parents) {
      for (const child of children.get(parent) ?? []) {
        const above = ancestors(child);
        if (parents.every((p) => above.has(p))) waits.get(child)!.add(test);
      }
    }
  }
}

function ancestorsOf(
  waits: ReadonlyMap<UniqueId, ReadonlySet<UniqueId>>,
): (id: UniqueId) => ReadonlySet<UniqueId> {
  const before = new Map([...waits].map(([id, parents]) => [id, [...parents]]));
  const cache = new Map<UniqueId, ReadonlySet<UniqueId>>();
  return (id) => {
    let found = cache.get(id);
    if (found === undefined) {
      const all = new Set<UniqueId>();
      const queue = [...(before.get(id) ?? [])];
      for (const next of queue) {
        if (all.has(next)) continue;
        all.add(next);
        queue.push(...(before.get(next) ?? []));
      }
      cache.set(id, all);
      found = all;
    }
    return found;
  };
}
