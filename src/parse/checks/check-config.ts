import type { Node } from '../../contracts/node.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { snapshotConfig } from '../../materializations/snapshot/snapshot-config.ts';
import { isMicrobatch, microbatchConfig } from '../microbatch-config.ts';

/**
 * Checks the configurations that dbt checks when it parses: a project whose snapshots and microbatch
 * models can't run is refused as a whole (core `parser/manifest.py`).
 */
export function checkConfig(node: Node): void {
  if (node.resourceType === 'seed') checkSeed(node);
  else if (node.resourceType === 'snapshot') checkSnapshot(node);
  else if (node.resourceType === 'model' && isMicrobatch(node)) microbatchConfig(node);
}

/** The hooks of a seed can name other nodes, but would not wait for them. */
function checkSeed({ uniqueId, refs, sources, originalFilePath }: Node): void {
  if (refs.length + sources.length === 0) return;
  throw tsdbtError(
    'invalid-value',
    {
      key: 'pre-hook or post-hook',
      where: uniqueId,
      problem: 'must not use ref() or source(): a seed depends on nothing',
    },
    {
      nodeId: uniqueId,
      location: { file: originalFilePath },
      hint: 'Put the statement into a hook of a model, or write the name of the relation.',
    },
  );
}

function checkSnapshot({ uniqueId, config, originalFilePath }: Node): void {
  const { strategy, unique_key: key, check_cols: checkColumns } = config;
  const invalid = (problem: string) =>
    tsdbtError(
      'snapshot-invalid',
      { node: uniqueId, problem },
      { nodeId: uniqueId, location: { file: originalFilePath } },
    );
  const isOwn = typeof strategy === 'string' && strategy !== 'timestamp' && strategy !== 'check';
  if (isOwn) {
    // What a strategy of the project's own needs is known to its macro.
    if (key === undefined || key === null || key === '')
      throw invalid('a snapshot needs a unique_key');
    return;
  }
  snapshotConfig(uniqueId, config, { file: originalFilePath });
  const compared = Array.isArray(checkColumns) ? checkColumns.length > 0 : Boolean(checkColumns);
  if (strategy === 'timestamp' && compared)
    throw invalid('check_cols are for the strategy check, not for timestamp');
}
