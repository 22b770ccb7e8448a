import { knownValue } from './known-value.ts';
import type { SelectorMethod } from './method.ts';

const resourceTypes =
  'model seed snapshot test unit_test source exposure metric semantic_model saved_query analysis function operation'.split(
    ' ',
  );

/** `resource_type:model`. */
export const resourceType: SelectorMethod = {
  name: 'resource_type',
  check: (value) => knownValue('resource_type', value, resourceTypes),
  matches: (node, value) => node.resourceType === value,
};
