import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseExpectations } from '../ingest/index.ts';
import type { Diagnostics } from './diagnostics.ts';

/**
 * Landing sources are folders of files, so only a model with `materialized: landing` can read one,
 * and such a model reads exactly one. Expectations are checked here too: only landing models can
 * keep a row out.
 */
export function checkLandingNodes(manifest: Manifest, diagnostics: Diagnostics): void {
  for (const node of manifest.nodes.values()) {
    diagnostics.collect(() => checkNode(manifest, node));
  }
}

function checkNode(manifest: Manifest, node: Node): void {
  const location = { file: node.originalFilePath };
  const landings = node.dependsOn.nodes.flatMap((id) => {
    const source = manifest.sources.get(id);
    return source !== undefined && source.landing !== null ? [source] : [];
  });
  const isLanding = node.config['materialized'] === 'landing';
  const refuse = (problem: string) =>
    tsdbtError(
      'landing-model-invalid',
      { node: `${node.resourceType} "${node.name}"`, problem },
      { location, nodeId: node.uniqueId },
    );
  if (!isLanding && landings.length > 0 && node.resourceType !== 'test') {
    throw refuse(
      `reads the landing folder ${landings[0]!.sourceName}.${landings[0]!.name}, which only a model with materialized: landing can do`,
    );
  }
  // A source that is not found is an error of its own.
  const isFound = node.sources.length === 0 || node.dependsOn.nodes.length > 0;
  if (isLanding && isFound && landings.length !== 1) {
    throw refuse(
      `is materialized: landing, so it must read exactly one landing source, not ${landings.length}`,
    );
  }
  const expectations = node.config['expectations'];
  if (expectations === undefined) return;
  parseExpectations(expectations, node.name);
  if (!isLanding) {
    throw refuse(
      'has expectations, which only a model with materialized: landing can have; use data_tests here',
    );
  }
}
