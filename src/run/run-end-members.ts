import {
  manifestExposure,
  manifestNode,
  manifestSemantic,
  manifestSource,
  manifestUnitTest,
} from '../artifacts/manifest-node.ts';
import { AdapterResponse } from '../context/adapter-response.ts';
import { nodeRecord } from '../context/node-record.ts';
import { ResultObject } from '../context/result-object.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { PyTuple, type Value } from '../jinja/index.ts';
import type { RunContext } from './run-context.ts';

/** Nodes whose schemas on-run-end hooks are told. */
const building: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot', 'function']);

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
    const entry = entryOf(result, { manifest, dialect });
    if (entry === undefined) continue;
    const response = new AdapterResponse(result.rowsAffected);
    results.push(new ResultObject(result, nodeRecord(entry), response));
    const node = manifest.nodes.get(result.nodeId);
    if (node === undefined || !isBuilt(node)) continue;
    const { database, schema } = node;
    if (['success', 'partial success'].includes(result.status))
      schemas.set(`${database}\0${schema}`, [database, schema]);
  }
  const pairs = [...schemas.values()];
  const names = [...new Set(pairs.map(([, schema]) => schema))];
  return new Map<string, Value>([
    ['results', results],
    ['schemas', names],
    ['database_schemas', pairs.map((pair) => new PyTuple([...pair]))],
  ]);
}

/** What a result is of, as `manifest.json` has it; nothing for hooks. */
function entryOf(
  { nodeId, compiledCode }: NodeResult,
  { manifest, dialect }: Pick<RunContext, 'manifest' | 'dialect'>,
): JsonObject | undefined {
  const node = manifest.nodes.get(nodeId);
  if (node !== undefined) {
    const { database, schema, alias: identifier } = node;
    const name = isBuilt(node) ? dialect.relation({ database, schema, identifier }) : null;
    const compiled =
      compiledCode === null
        ? undefined
        : { compiledCode, compiledPath: null, extraCtes: [], macros: [] };
    return manifestNode(node, name, compiled, 0);
  }
  const source = manifest.sources.get(nodeId);
  if (source !== undefined) return manifestSource(source, dialect.relation(source), 0);
  const test = manifest.unitTests.get(nodeId);
  if (test !== undefined) return manifestUnitTest(test, 0);
  const exposure = manifest.exposures.get(nodeId);
  if (exposure !== undefined) return manifestExposure(exposure, 0);
  const semantic = manifest.semantics.get(nodeId);
  return semantic === undefined ? undefined : manifestSemantic(semantic, 0);
}

function isBuilt({ resourceType, config }: Node): boolean {
  return building.has(resourceType) && config['materialized'] !== 'ephemeral';
}
