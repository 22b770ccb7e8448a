import type { Node, SourceNode } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { isMicrobatch } from '../microbatch-config.ts';

/** Warns of microbatch models none of whose inputs has an `event_time`: each batch reads all of them. */
export function warnOfUnfilteredInputs(
  nodes: ReadonlyMap<UniqueId, Node>,
  sources: ReadonlyMap<UniqueId, SourceNode>,
  diagnostics: Diagnostics,
): void {
  for (const node of nodes.values()) {
    if (node.resourceType !== 'model' || !isMicrobatch(node)) continue;
    const isFiltered = node.dependsOn.nodes.some((id) => {
      const input = nodes.get(id) ?? sources.get(id);
      return Boolean(input?.config['event_time']);
    });
    if (isFiltered) continue;
    diagnostics.warn(
      'MicrobatchModelNoEventTimeInputs',
      `The microbatch model "${node.name}" has no input with an \`event_time\`: each batch reads all of its inputs.`,
    );
  }
}
