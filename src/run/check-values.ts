import type { Connection } from '../adapters/adapter.ts';
import type { ValueCheck } from '../contracts/plan.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

/** Fails when values would change, or gives the warnings about it, as the check says. */
export async function checkValues(
  connection: Connection,
  nodeId: string,
  check: ValueCheck,
): Promise<readonly string[]> {
  const { rows } = await connection.query(check.countSql);
  const row = rows[0] ?? [];
  const changed = check.columns.flatMap(({ name, from, to }, at) => {
    const count = Number(row[at * 2] ?? 0);
    const text = `${count} value(s) of the column "${name}", which is ${from} in the ${check.of === 'batch' ? 'query' : 'table'} and ${to} in the ${check.of === 'batch' ? 'table' : 'query'}, such as ${String(row[at * 2 + 1])}`;
    return count === 0 ? [] : text;
  });
  if (changed.length === 0) return [];
  if (check.onChange === 'error')
    throw tsdbtError(
      'values-would-change',
      { node: nodeId, changed, of: check.of, canWiden: check.canWiden },
      { nodeId },
    );
  return changed.map((text) => `changed by the cast to the new type: ${text}`);
}
