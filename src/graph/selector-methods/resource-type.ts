import type { SelectorMethod } from './method.ts';

/** `resource_type:model`. */
export const resourceType: SelectorMethod = {
  name: 'resource_type',
  matches: (node, value) => node.resourceType === value,
};
