import { manifestNode, manifestSource } from '../artifacts/manifest-node.ts';
import { AdapterResponse } from '../context/adapter-response.ts';
import { ResultObject } from '../context/result-object.ts';
import type { NodeResult } from '../contracts/result.ts';
import { fromJs, PyTuple, type Value } from '../jinja/index.ts';
import type { RunContext } from './run-context.ts';

/** Nodes whose schemas on-run-end hooks are told. */
const building: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot']);

/**
 * `results`, `schemas` and `database_schemas` of on-run-end hooks: what became of each node, and the
 * schemas of what was built (core `task/run.py`, `after_run`).
 */
export function runEndMembers(
  finished: readonly NodeResult[],
  { manifest, dialect }: RunContext,
): ReadonlyMap<string, Value> {
  const results: Value[] = [];
  const schemas = new Map<string, readonly [database: string, schema: string]>();
  for (const result of finished) {
    const source = manifest.sources.get(result.nodeId);
    if (source !== undefined) {
      const value = fromJs(manifestSource(source, dialect.relation(source), 0));
      results.push(new ResultObject(result, value, new AdapterResponse(null)));
      continue;
    }
    const node = manifest.nodes.get(result.nodeId);
    if (node === undefined) continue;
    const { database, schema, alias: identifier, resourceType, config } = node;
    const builds = building.has(resourceType) && config['materialized'] !== 'ephemeral';
    if (builds && ['success', 'partial success'].includes(result.status))
      schemas.set(`${database}\0${schema}`, [database, schema]);
    const name = builds ? dialect.relation({ database, schema, identifier }) : null;
    const compiled =
      result.compiledCode === null
        ? undefined
        : { compiledCode: result.compiledCode, compiledPath: null, extraCtes: [], macros: [] };
    results.push(
      new ResultObject(
        result,
        fromJs(manifestNode(node, name, compiled, 0)),
        new AdapterResponse(result.rowsAffected),
      ),
    );
  }
  const pairs = [...schemas.values()];
  const names = [...new Set(pairs.map(([, schema]) => schema))];
  return new Map<string, Value>([
    ['results', results],
    ['schemas', names],
    ['database_schemas', pairs.map((pair) => new PyTuple([...pair]))],
  ]);
}
