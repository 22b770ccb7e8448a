import { type Cte, cteName, injectCtes } from '../compile/inject-ctes.ts';
import type { Node } from '../contracts/node.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';

export interface CompiledEphemeral {
  readonly node: Node;
  readonly compiledCode: string;
  readonly extraCtes: readonly Cte[];
}

/**
 * The ephemeral models that stand in front of a compiled query, compiled too: each with those before it
 * that it reads itself, as a query of its own would have them.
 */
export function compiledEphemerals(
  ctes: readonly Cte[],
  nodes: ReadonlyMap<UniqueId, Node>,
): CompiledEphemeral[] {
  const byId = new Map(ctes.map((cte) => [cte.id, cte]));
  return ctes.flatMap((cte) => {
    const node = nodes.get(asUniqueId(cte.id));
    if (node?.resourceType !== 'model') return [];
    const read = new Set<string>();
    addRead(node, nodes, byId, read);
    const extraCtes = [...read].map((id) => byId.get(id)!);
    const head = ` ${cteName(node.alias)} as (\n`;
    const query = cte.sql.slice(head.length, -'\n)'.length);
    return [{ node, compiledCode: injectCtes(query, extraCtes), extraCtes }];
  });
}

/** What an ephemeral model reads of the others comes before it. */
function addRead(
  node: Node,
  nodes: ReadonlyMap<UniqueId, Node>,
  byId: ReadonlyMap<string, Cte>,
  read: Set<string>,
): void {
  for (const id of node.dependsOn.nodes) {
    const input = nodes.get(id);
    if (input === undefined || !byId.has(id) || read.has(id)) continue;
    addRead(input, nodes, byId, read);
    read.add(id);
  }
}
