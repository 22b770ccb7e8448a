import { fnmatch, hasWildcard } from '../fnmatch.ts';
import type { SelectableNode } from '../selectable.ts';
import type { SelectorMethod } from './method.ts';

/**
 * `fqn:` (the default): the exact name, or a dotted prefix of the fully qualified name with or
 * without the package. From the first part with a wildcard on, the rest is matched as a glob; a
 * wildcard without a dot also matches the name alone. Versions: `m`, `m.v2`, `m_v2`.
 */
export const fqn: SelectorMethod = {
  name: 'fqn',
  matches: (node, value) =>
    node.resourceType !== 'source' &&
    (matches(node, node.fqn, value) || matches(node, node.fqn.slice(1), value)),
};

function matches(node: SelectableNode, fqn: readonly string[], value: string): boolean {
  const wanted = value.split('.');
  const isVersioned = node.version !== undefined && node.resourceType === 'model';
  const name = fqn.at(isVersioned ? -2 : -1) ?? '';
  if (name === value) return true;
  if (isVersioned && fqn.slice(-2).join('_') === wanted.slice(-2).join('_')) return true;
  const parts = fqn.flatMap((segment) => segment.split('.'));
  if (parts.length < wanted.length) return false;
  for (const [i, part] of wanted.entries()) {
    if (hasWildcard(part)) {
      if (fnmatch(parts.slice(i).join('.'), wanted.slice(i).join('.'))) return true;
      return wanted.length === 1 && fnmatch(name, value);
    }
    if (parts[i] !== part) return false;
  }
  return true;
}
