import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `group:finance`: nodes of this group. */
export const group: SelectorMethod = {
  name: 'group',
  matches: (node, value) => node.group !== undefined && fnmatch(node.group, value),
};
