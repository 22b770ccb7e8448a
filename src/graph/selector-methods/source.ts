import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `source:landing`, `source:landing.orders`, `source:shop.landing.orders`; each part a glob. */
export const source: SelectorMethod = {
  name: 'source',
  check: (value) => {
    if (value.split('.').length > 3) {
      const problem = 'a source is named source, source.table or package.source.table';
      throw tsdbtError('selector-syntax', { selector: `source:${value}`, problem });
    }
  },
  matches: (node, value) => {
    if (node.resourceType !== 'source') return false;
    const parts = value.split('.');
    const names = [node.packageName, node.sourceName ?? '', node.name];
    if (parts.length === 1) return fnmatch(names[1]!, parts[0]!);
    const against = parts.length === 3 ? names : names.slice(1);
    return parts.every((part, i) => fnmatch(against[i]!, part));
  },
};
