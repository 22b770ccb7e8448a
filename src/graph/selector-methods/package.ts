import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `package:dbt_utils`; `package:this` is the root project. */
export const packageMethod: SelectorMethod = {
  name: 'package',
  matches: (node, value, _arguments, context) =>
    fnmatch(node.packageName, value === 'this' ? (context.rootPackage ?? value) : value),
};
