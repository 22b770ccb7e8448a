import type { Manifest } from '../contracts/manifest.ts';
import { unitTestNodes } from './unit-test/unit-test-nodes.ts';

/** The manifest with all that is run among its nodes: its functions and unit tests, too. */
export function withRunNodes<M extends Manifest>(manifest: M): M {
  if (manifest.unitTests.size === 0 && manifest.functions.size === 0) return manifest;
  const nodes = new Map(manifest.nodes);
  for (const one of manifest.functions.values()) nodes.set(one.uniqueId, one);
  for (const test of unitTestNodes(manifest)) nodes.set(test.uniqueId, test);
  return { ...manifest, nodes };
}
