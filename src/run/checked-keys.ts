import type { Connection } from '../adapters/adapter.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  latestRows,
  mergeKeyCheck,
  nullsMatch,
} from '../materializations/incremental/merge-key.ts';
import { checkMergeKey } from './check-merge-key.ts';
import type { RunContext } from './run-context.ts';

export interface CheckedKeys {
  /** The query that the macro gets. */
  readonly compiledCode: string;
  readonly notices: readonly string[];
}

/**
 * The merge keys of a node that runs through a macro. The macro stages its batch where it likes, so
 * the query itself is looked at, which runs it once more: only where policies are configured or the
 * project is a strict one. Not with pre-hooks, since the query may need what they do.
 */
export async function withCheckedKeys(
  node: Node,
  compiledCode: string,
  { manifest, dialect }: RunContext,
  connection: Connection,
): Promise<CheckedKeys> {
  const { config } = node;
  const keyed = config['materialized'] === 'incremental' || node.resourceType === 'snapshot';
  const strictKeys = manifest.project.file === 'project.yml';
  const asked = [config['on_null_key'], config['on_duplicate_key']].some(
    (value) => value !== undefined && value !== null,
  );
  if (!keyed || !(asked || strictKeys)) return { compiledCode, notices: [] };
  const input = { nodeId: node.uniqueId, config, strictKeys, dialect };
  if (nullsMatch(input))
    throw tsdbtError(
      'invalid-value',
      {
        key: 'on_null_key',
        where: node.uniqueId,
        problem: "can't be match here: a macro of the project compares the keys",
      },
      { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
    );
  const latest = latestRows(input, compiledCode);
  const check = mergeKeyCheck(input, `(\n${latest}\n) batch`);
  if (check === undefined) return { compiledCode: latest, notices: [] };
  const hooks = config['pre-hook'];
  if (Array.isArray(hooks) ? hooks.length > 0 : Boolean(hooks)) {
    const text = 'its merge keys are not checked: it runs through a macro and has pre-hooks';
    return { compiledCode: latest, notices: [text] };
  }
  return {
    compiledCode: latest,
    notices: await checkMergeKey(connection, node.uniqueId, check),
  };
}
