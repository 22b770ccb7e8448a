import { relationOf } from '../../compile/compile-node.ts';
import type { Node } from '../../contracts/node.ts';
import type { Relation } from '../../contracts/relation.ts';
import { quarantineRelation } from '../../ingest/index.ts';
import { rejectedRelation } from '../audit/node-audit.ts';
import { pointerRelation } from '../latest-version-pointer.ts';

/** What a relation is to its node: the node itself, or something that stands beside it. */
export type RelationRole = 'relation' | 'quarantine' | 'rejected' | 'failures' | 'pointer';

export interface NodeRelation {
  readonly relation: Relation;
  readonly role: RelationRole;
  readonly node: Node;
}

/** Every relation that running a node may make; none for ephemeral models, unit tests, analyses. */
export function nodeRelations(node: Node): readonly NodeRelation[] {
  const kind = nodeKind(node);
  if (node.resourceType === 'test') return [{ relation: relationOf(node), role: 'failures', node }];
  if (!['model', 'seed', 'snapshot'].includes(node.resourceType) || kind === 'ephemeral') return [];
  const relation = relationOf(node);
  return [
    { relation, role: 'relation', node },
    { relation: rejectedRelation(node), role: 'rejected', node },
    ...(node.latestPointer === undefined
      ? []
      : [{ relation: pointerRelation(node, node.latestPointer), role: 'pointer' as const, node }]),
    ...(kind === 'landing'
      ? [{ relation: quarantineRelation(relation), role: 'quarantine' as const, node }]
      : []),
  ];
}

/** How a node is built: its materialization; `seed`, `snapshot` and `test` for these. */
export function nodeKind(node: Node): string {
  return node.resourceType === 'model' ? String(node.config['materialized']) : node.resourceType;
}
