import type { Manifest } from '../contracts/manifest.ts';
import type { NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { simpleResult } from './simple-result.ts';

/**
 * Results of exposures and saved queries that a build selects: nothing is to be done for them, but
 * dbt says so of each, or that it was skipped because of what it is made of.
 */
export function noOpResults(
  manifest: Manifest,
  selected: Iterable<UniqueId>,
  results: readonly NodeResult[],
  now: Date,
): readonly NodeResult[] {
  const bad = new Set<UniqueId>();
  for (const { nodeId, status } of results) {
    if (['error', 'skipped', 'partial success'].includes(status)) bad.add(nodeId);
    else if (status === 'fail')
      for (const parent of manifest.nodes.get(nodeId)?.dependsOn.nodes ?? []) bad.add(parent);
  }
  const why = (id: UniqueId, seen: Set<UniqueId>): UniqueId | undefined => {
    if (bad.has(id)) return id;
    if (seen.has(id)) return undefined;
    seen.add(id);
    const above = manifest.exposures.get(id) ?? manifest.semantics.get(id);
    for (const parent of above?.dependsOn.nodes ?? []) {
      const found = why(parent, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return [...selected].map((nodeId) => {
    const because = why(nodeId, new Set()) ?? null;
    return simpleResult(
      nodeId,
      now,
      now,
      because === null
        ? { status: 'no-op', message: 'NO-OP', failures: 0 }
        : { status: 'skipped', skippedBecause: because },
    );
  });
}
