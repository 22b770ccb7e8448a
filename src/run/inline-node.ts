import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';

/** A text that is not a file of the project as a node, so that it is rendered and run like one. */
export function inlineNode(
  manifest: Manifest,
  code: string,
  name = 'inline_query',
  file = '--inline',
): Node {
  const { project, target } = manifest;
  return {
    uniqueId: uniqueId('operation', project.name, name),
    resourceType: 'operation',
    name,
    packageName: project.name,
    fqn: [project.name, name],
    path: file,
    originalFilePath: file,
    rawCode: code,
    firstLine: 1,
    checksum: '',
    config: { enabled: true, materialized: 'view' },
    unrenderedConfig: {},
    database: target.database,
    schema: target.schema,
    alias: name,
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
