import type { SelectorMethod } from './method.ts';

/** `access:public`: models with this access. */
export const access: SelectorMethod = {
  name: 'access',
  matches: (node, value) => node.resourceType === 'model' && node.access === value,
};
