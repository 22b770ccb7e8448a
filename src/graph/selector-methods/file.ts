import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `file:my_model.sql`: the name of the node's file, with or without its ending. */
export const file: SelectorMethod = {
  name: 'file',
  matches: (node, value) => {
    const name = node.path.split('/').at(-1) ?? '';
    return fnmatch(name, value) || fnmatch(name.replace(/\.[^.]+$/, ''), value);
  },
};
