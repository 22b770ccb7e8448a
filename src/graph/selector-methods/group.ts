import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** Semantic models and saved queries have groups that dbt does not look at. */
function groupable(resourceType: string): boolean {
  return resourceType !== 'semantic_model' && resourceType !== 'saved_query';
}

/** `group:finance`: nodes of this group. */
export const group: SelectorMethod = {
  name: 'group',
  matches: (node, value) =>
    node.group !== undefined && groupable(node.resourceType) && fnmatch(node.group, value),
};
