import { fnmatch, hasWildcard } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/**
 * `fqn:` (the default): the exact name, or a dotted prefix of the fully qualified name with or
 * without the package. From the first part with a wildcard on, the rest is matched as a glob.
 */
export const fqn: SelectorMethod = {
  name: 'fqn',
  matches: (node, value) => {
    if (node.resourceType === 'source' || node.resourceType === 'exposure') return false;
    const leaf = node.fqn.at(-1);
    if (leaf === value) return true;
    if (node.version !== undefined) {
      const base = node.fqn.at(-2);
      if (base === value || `${base}_${leaf}` === value || `${base}.${leaf}` === value) return true;
    }
    return matchesFqn(node.fqn, value) || matchesFqn(node.fqn.slice(1), value);
  },
};

function matchesFqn(fqn: readonly string[], value: string): boolean {
  const parts = fqn.flatMap((segment) => segment.split('.'));
  const wanted = value.split('.');
  for (const [i, part] of wanted.entries()) {
    if (hasWildcard(part)) return fnmatch(parts.slice(i).join('.'), wanted.slice(i).join('.'));
    if (parts[i] !== part) return false;
  }
  return true;
}
