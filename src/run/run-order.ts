import type { Manifest } from '../contracts/manifest.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { buildDag } from '../graph/dag.ts';

/** Selected ids, parents first. */
export function runOrder(manifest: Manifest, selected: ReadonlySet<UniqueId>): readonly UniqueId[] {
  const graph = new Map(
    [...manifest.nodes.values()].map((node) => [node.uniqueId as string, node.dependsOn.nodes]),
  );
  return buildDag(graph)
    .sorted.map(asUniqueId)
    .filter((id) => selected.has(id));
}
