import type { Connection } from '../../adapters/adapter.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { TimeWindow } from '../../compile/input-filter.ts';
import type { Node } from '../../contracts/node.ts';
import type { BatchResults } from '../../contracts/result.ts';
import type { TsdbtError } from '../../errors/tsdbt-error.ts';
import {
  type MicrobatchConfig,
  microbatchConfig,
  refuseUniqueKey,
} from '../../parse/microbatch-config.ts';
import { mapSqlError } from '../map-sql-error.ts';
import type { NodeProgress, NodeRun, RunContext } from '../run-context.ts';
import { buildModel } from '../run-model.ts';
import { batchesOf, batchId, batchName } from './batches.ts';

/**
 * Runs a microbatch model: one batch after the other, each compiled with its inputs cut to its time
 * and written in a transaction of its own. A batch that fails does not undo the others: the model is
 * a partial success then, and a retry runs what failed. When the first fails the others are not tried.
 *
 * Batches run in order: one DuckDB writer uses every core already.
 */
export const runMicrobatch: NodeRun = async (node, context, connection, progress) => {
  const config = microbatchConfig(node);
  refuseUniqueKey(node);
  const batches = await batchesToRun(node, config, context);
  const successful: TimeWindow[] = [];
  const failed: TimeWindow[] = [];
  let firstError: TsdbtError | undefined;
  let rows = 0;
  for (const [i, batch] of batches.entries()) {
    const label = `Batch ${i + 1} of ${batches.length} (${batchName(batch, config.size)}) of ${node.name}`;
    if (i > 0 && successful.length === 0) {
      failed.push(batch);
      continue;
    }
    if (context.cancelled?.() === true) {
      failed.push(batch);
      continue;
    }
    let code: string | undefined;
    try {
      const place = { first: i === 0, last: i === batches.length - 1 };
      const name = batchName(batch, config.size);
      const done = await runBatch(node, batch, place, config, context, connection, {
        compiled: (compiled) => {
          code = compiled;
          progress.compiled(compiled, name);
        },
        executed: (statements) => progress.executed(statements, name),
      });
      rows += done.rowsAffected ?? 0;
      successful.push(batch);
      context.emit({ type: 'message', level: 'info', text: `${label}: OK` });
    } catch (error) {
      const mapped = mapSqlError(error, node, code);
      firstError ??= mapped;
      failed.push(batch);
      context.emit({ type: 'message', level: 'error', text: `${label}: ${mapped.message}` });
    }
  }
  if (successful.length === 0 && firstError !== undefined) throw firstError;
  const total = successful.length + failed.length;
  return {
    status: failed.length === 0 ? 'success' : 'partial success',
    message: failed.length === 0 ? 'SUCCESS' : `PARTIAL SUCCESS (${successful.length}/${total})`,
    rowsAffected: rows,
    compiledCode: null,
    relationName: context.dialect.relation(relationOf(node)),
    failures: 0,
    batchResults: {
      successful: [
        ...successful,
        ...(context.retriedBatches?.get(node.uniqueId)?.successful ?? []),
      ],
      failed,
    },
  };
};

async function batchesToRun(
  node: Node,
  config: MicrobatchConfig,
  context: RunContext,
): Promise<readonly TimeWindow[]> {
  const retried: BatchResults | undefined = context.retriedBatches?.get(node.uniqueId);
  if (retried !== undefined && retried.failed.length > 0) return retried.failed;
  const { filter, eventTime } = context.flags;
  const sample = filter?.sample;
  const existing = (await context.session.relations()).find(relationOf(node));
  const asked = node.config['full_refresh'] ?? context.flags.fullRefresh;
  return batchesOf({
    ...config,
    incremental: existing?.type === 'table' && asked !== true,
    now: context.now(),
    start: sample?.start ?? eventTime?.start,
    end: sample?.end ?? eventTime?.end,
  });
}

/** One batch. Pre-hooks run with the first, post-hooks with the last, as in dbt. */
async function runBatch(
  node: Node,
  batch: TimeWindow,
  { first, last }: { readonly first: boolean; readonly last: boolean },
  config: MicrobatchConfig,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
) {
  const hooks = {
    ...(first ? {} : { 'pre-hook': [] }),
    ...(last ? {} : { 'post-hook': [] }),
    // After the first batch the table stands, and the others add to it.
    ...(first ? {} : { full_refresh: false }),
  };
  const part: Node = { ...node, config: { ...node.config, ...hooks } };
  return await buildModel(part, context, connection, progress, {
    window: batch,
    id: batchId(batch, config.size),
  });
}
