import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `tag:nightly`: one of the node's tags matches the glob. */
export const tag: SelectorMethod = {
  name: 'tag',
  matches: (node, value) => node.tags.some((tagged) => fnmatch(tagged, value)),
};
