import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `test_name:unique`: tests made by this generic test. */
export const testName: SelectorMethod = {
  name: 'test_name',
  matches: (node, value) => node.testName !== undefined && fnmatch(node.testName, value),
};
