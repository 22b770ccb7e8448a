import { knownValue } from './known-value.ts';
import type { SelectorMethod } from './method.ts';

/** `test_type:generic | singular | data | unit`; `data` is both of the first, `schema` is `generic`. */
export const testType: SelectorMethod = {
  name: 'test_type',
  check: (value) =>
    knownValue('test_type', value, ['generic', 'singular', 'data', 'unit', 'schema']),
  matches: (node, value) => {
    if (node.testType === undefined) return false;
    if (value === 'data') return node.testType !== 'unit';
    return node.testType === (value === 'schema' ? 'generic' : value);
  },
};
