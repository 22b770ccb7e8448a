import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { Target } from '../contracts/project.ts';
import { uniqueId } from '../contracts/unique-id.ts';

export interface OperationParts
  extends Pick<Node, 'name' | 'packageName' | 'fqn' | 'path' | 'originalFilePath' | 'rawCode'> {
  readonly target: Pick<Target, 'database' | 'schema'>;
  readonly config: Readonly<Record<string, Json>>;
}

/** A text that is no file of a project as a node, so that it is rendered and run like one. */
export function operationNode({ target, ...parts }: OperationParts): Node {
  return {
    ...parts,
    uniqueId: uniqueId('operation', parts.packageName, parts.name),
    resourceType: 'operation',
    firstLine: 1,
    checksum: '',
    unrenderedConfig: {},
    database: target.database,
    schema: target.schema,
    alias: parts.name,
    description: '',
    columns: {},
    meta: {},
    tags: [],
    refs: [],
    sources: [],
    dependsOn: { nodes: [], macros: [] },
    patchPath: null,
    access: null,
    group: null,
    version: null,
    latestVersion: null,
    testMetadata: null,
    columnName: null,
    attachedNode: null,
  };
}
