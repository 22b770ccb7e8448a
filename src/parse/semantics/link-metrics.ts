import type { Manifest } from '../../contracts/manifest.ts';
import type { Node } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { locateCall } from '../resolve.ts';

/** A node that nobody but the link knows yet: it is completed in place, as copies of all would cost most. */
export type Unlinked = { -readonly [Key in keyof Node]: Node[Key] };

type Metrics = ReadonlyMap<string, UniqueId>;

/** Ids of the metrics that a node or an exposure asks for by name, as far as they are there. */
export function metricsOf(
  { metrics: calls = [] }: Pick<Node, 'metrics'>,
  metrics: Metrics,
): readonly UniqueId[] {
  return [...new Set(calls.flatMap((call) => metrics.get(call.at(-1)!) ?? []))];
}

/** Lets nodes depend on the metrics that they call `metric()` for; one that is not there is an error. */
export function linkMetrics(
  nodes: ReadonlyMap<UniqueId, Unlinked>,
  metrics: Metrics,
  disabled: Manifest['disabled'],
  diagnostics: Diagnostics,
): void {
  for (const node of nodes.values()) {
    if (node.metrics === undefined || node.metrics.length === 0) continue;
    const { macros, nodes: ids } = node.dependsOn;
    node.dependsOn = { nodes: [...ids, ...metricsOf(node, metrics)], macros };
    for (const call of node.metrics) {
      const name = call.at(-1)!;
      if (metrics.has(name)) continue;
      const isDisabled = [...disabled.values()].some(
        (one) => one.resourceType === 'metric' && one.name === name,
      );
      const near = isDisabled ? undefined : suggest(name, [...metrics.keys()]);
      const from = `${node.resourceType} "${node.name}"`;
      const location = locateCall(node, 'metric', name);
      diagnostics.add(
        tsdbtError(
          'semantics-not-found',
          { from, kind: 'metric', name, isDisabled, near },
          { location },
        ),
      );
    }
  }
}
