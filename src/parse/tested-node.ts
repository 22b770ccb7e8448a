import type { Node, SourceNode } from '../contracts/node.ts';

/** What generic tests need to know of the node they are on. */
export type TestedNode = Pick<Node, 'resourceType' | 'uniqueId' | 'name' | 'version' | 'group'>;

/** Whether tests are on a source table. */
export function isSource(on: TestedNode | SourceNode): on is SourceNode {
  return on.resourceType === 'source';
}
