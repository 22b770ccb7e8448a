import type { JsonObject } from '../contracts/json.ts';
import { fromJs, PyDict, type Value } from '../jinja/index.ts';
import { ConfigRecord, RecordObject } from './record-object.ts';

/** dbt's classes of the kinds of nodes (core `contracts/graph/nodes.py`). */
const classes: Readonly<Record<string, string>> = {
  model: 'ModelNode',
  seed: 'SeedNode',
  snapshot: 'SnapshotNode',
  test: 'GenericTestNode',
  operation: 'HookNode',
  analysis: 'AnalysisNode',
  source: 'SourceDefinition',
  exposure: 'Exposure',
  saved_query: 'SavedQuery',
  unit_test: 'UnitTestNode',
};

const parts: Readonly<Record<string, string>> = {
  depends_on: 'DependsOn',
  checksum: 'FileHash',
  docs: 'Docs',
  contract: 'Contract',
  freshness: 'FreshnessThreshold',
};

/**
 * A node of a result: the object that dbt hands to on-run-end hooks, with the fields that the node
 * has in `manifest.json`. Its configuration, columns and dependencies are objects, too.
 */
export function nodeRecord(entry: JsonObject): RecordObject {
  const fields = fromJs(entry) as PyDict;
  const kind = String(entry['resource_type']);
  const className =
    kind === 'test' && !entry['test_metadata'] ? 'SingularTestNode' : (classes[kind] ?? 'Node');
  const members = new Map<string, Value>();
  for (const [name, typeName] of Object.entries(parts)) {
    const part = fields.get(name);
    if (part instanceof PyDict) members.set(name, new RecordObject(typeName, part));
  }
  const config = fields.get('config');
  if (config instanceof PyDict)
    members.set('config', new ConfigRecord(`${className.replace(/Node$/, '')}Config`, config));
  const columns = fields.get('columns');
  if (columns instanceof PyDict) members.set('columns', columnRecords(columns));
  return new RecordObject(className, fields, members);
}

function columnRecords(columns: PyDict): PyDict {
  const records = new PyDict();
  for (const [name, column] of columns.entries())
    records.set(name, column instanceof PyDict ? new RecordObject('ColumnInfo', column) : column);
  return records;
}
