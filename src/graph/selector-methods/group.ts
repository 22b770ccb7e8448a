import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** These have groups that dbt does not look at. */
const ungroupable = new Set(['semantic_model', 'saved_query', 'function']);

/** `group:finance`: nodes of this group. */
export const group: SelectorMethod = {
  name: 'group',
  matches: (node, value) =>
    node.group !== undefined && !ungroupable.has(node.resourceType) && fnmatch(node.group, value),
};
