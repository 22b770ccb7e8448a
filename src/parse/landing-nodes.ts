import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseExpectations } from '../ingest/index.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isLandingModel } from './kept-sources.ts';

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
  checkQuarantineRatio(manifest, node);
  const landings = node.dependsOn.nodes.flatMap((id) => {
    const source = manifest.sources.get(id);
    return source !== undefined && source.landing !== null ? [source] : [];
  });
  const isLanding = isLandingModel(node);
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

const ratioTest = 'macro.dbt.test_max_quarantine_ratio';

/** The built-in test reads the ledger, which has files of landing models only. */
function checkQuarantineRatio(manifest: Manifest, node: Node): void {
  const { testMetadata: test, attachedNode } = node;
  if (test?.name !== 'max_quarantine_ratio') return;
  if (!node.dependsOn.macros.some((id) => id === ratioTest)) return;
  const location = { file: node.originalFilePath, line: node.firstLine };
  const model = attachedNode === null ? undefined : manifest.nodes.get(attachedNode);
  if (model === undefined || !isLandingModel(model)) {
    const problem = 'is for models with materialized: landing';
    throw tsdbtError(
      'landing-model-invalid',
      { node: `test "${node.name}"`, problem },
      { location, nodeId: node.uniqueId },
    );
  }
  const refuse = (key: string, problem: string) =>
    tsdbtError(
      'invalid-value',
      { key, where: `test "max_quarantine_ratio" of ${model.name}`, problem },
      { location, nodeId: node.uniqueId },
    );
  const { ratio, per } = test.kwargs;
  if (typeof ratio === 'number' ? !(ratio >= 0 && ratio <= 1) : !isTemplate(ratio))
    throw refuse('ratio', 'must be a number from 0 to 1');
  if (per !== undefined && !isTemplate(per) && !['model', 'date', 'file'].includes(String(per)))
    throw refuse('per', 'must be model, date or file');
  if (node.config['where'])
    throw refuse('where', 'has no meaning here: the test reads the ledger, not the rows');
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && /\{[{%]/.test(value);
}
