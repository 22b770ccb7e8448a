import { knownValue } from './known-value.ts';
import type { SelectorMethod } from './method.ts';

/** `version:latest | prerelease | old | none`: models by their place among the versions. */
export const version: SelectorMethod = {
  name: 'version',
  check: (value) => knownValue('version', value, ['latest', 'prerelease', 'old', 'none']),
  matches: (node, value) => {
    if (node.resourceType !== 'model') return false;
    if (node.version === undefined) return value === 'none';
    if (node.version === node.latestVersion) return value === 'latest';
    const newer = isNewer(node.version, node.latestVersion);
    return value === (newer ? 'prerelease' : 'old');
  },
};

function isNewer(a: string | number, b: string | number | undefined): boolean {
  if (b === undefined) return false;
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? String(a) > String(b) : x > y;
}
