import type { Connection } from '../adapters/adapter.ts';
import type { MergeKeyCheck } from '../contracts/plan.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { textTable } from '../util/text-table.ts';

/** Fails or warns as the policies say; gives the warnings. */
export async function checkMergeKey(
  connection: Connection,
  nodeId: string,
  check: MergeKeyCheck,
): Promise<readonly string[]> {
  const { rows } = await connection.query(check.countSql);
  const [nulls, duplicates] = (rows[0] ?? [0, 0]).map(Number) as [number, number];
  const details = { nodeId };
  const notices: string[] = [];
  if (nulls > 0 && check.onNull !== 'keep') {
    const sample = await connection.query(check.nullRowsSql);
    const params = {
      node: nodeId,
      keys: check.keys,
      count: String(nulls),
      rows: textTable(sample),
    };
    if (check.onNull === 'error') throw tsdbtError('merge-key-null', params, details);
    notices.push(
      `${nulls} row(s) have no value for the merge key (${check.keys.join(', ')}); each run adds them again`,
    );
  }
  if (duplicates > 0 && check.onDuplicate !== 'keep') {
    const sample = await connection.query(check.duplicateRowsSql);
    const params = {
      node: nodeId,
      keys: check.keys,
      count: String(duplicates),
      rows: textTable(sample),
    };
    if (check.onDuplicate === 'error') throw tsdbtError('merge-key-duplicate', params, details);
    notices.push(
      `${duplicates} row(s) repeat a merge key (${check.keys.join(', ')}) within the batch`,
    );
  }
  return notices;
}
