import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import { type Relation, relationKey } from '../contracts/relation.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { RunContext } from './run-context.ts';

/** Where the view stands that always leads to the latest version of a model. */
export function pointerRelation(node: Node, name: string): Relation {
  return { ...relationOf(node), identifier: name };
}

/**
 * The view beside the latest version of a model (docs.getdbt.com, `latest_version_pointer`), as a
 * node that is in no manifest: it is built like any view, without the hooks, the descriptions and the
 * contract of its model.
 */
export function pointerNode(node: Node, name: string, context: RunContext): Node {
  const { latestPointer: _, ...model } = node;
  const relation = pointerRelation(node, name);
  const taken = [...context.manifest.nodes.values()].find(
    (other) =>
      ['model', 'seed', 'snapshot'].includes(other.resourceType) &&
      relationKey(relationOf(other)) === relationKey(relation),
  );
  if (taken !== undefined)
    throw tsdbtError(
      'pointer-taken',
      { node: node.uniqueId, name, by: taken.uniqueId },
      { nodeId: node.uniqueId, location: { file: node.patchPath ?? node.originalFilePath } },
    );
  const { contract: _contract, ...config } = node.config;
  return {
    ...model,
    uniqueId: asUniqueId(`${node.uniqueId}__latest_version_pointer`),
    alias: name,
    rawCode: `select * from ${context.dialect.relation(relationOf(node))}`,
    config: { ...config, materialized: 'view', 'pre-hook': [], 'post-hook': [], persist_docs: {} },
  };
}

/** The view is no node of its own: nothing is noted of it as of one. */
export function pointerContext(context: RunContext): RunContext {
  return {
    ...context,
    builtStateSql: undefined,
    environment: (connection) => ({ ...context.environment(connection), onCompiled: undefined }),
  };
}
