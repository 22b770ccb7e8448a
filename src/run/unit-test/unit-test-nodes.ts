import { dirname } from 'node:path';
import type { Manifest } from '../../contracts/manifest.ts';
import type { Node, UnitTest } from '../../contracts/node.ts';

/**
 * The unit tests of a manifest as nodes, so that they are ordered and run like others. A unit test reads
 * what its model reads, hence stands before it.
 */
export function* unitTestNodes(manifest: Manifest): Generator<Node> {
  for (const test of manifest.unitTests.values()) yield asNode(test, manifest);
}

/** The model that a unit test is on; undefined for tests of a macro. */
export function testedModel(test: UnitTest, manifest: Manifest): Node | undefined {
  const [id] = test.dependsOn.nodes;
  return id === undefined ? undefined : manifest.nodes.get(id);
}

function asNode(test: UnitTest, manifest: Manifest): Node {
  const model = testedModel(test, manifest);
  const { target } = manifest;
  return {
    uniqueId: test.uniqueId,
    resourceType: 'unit_test',
    name: test.name,
    packageName: test.packageName,
    fqn: test.fqn,
    // Beside the file that describes it (core `parser/search.py`, `get_pseudo_test_path`).
    path: `${dirname(test.originalFilePath)}/${test.name}.sql`,
    originalFilePath: test.originalFilePath,
    rawCode: model?.rawCode ?? '',
    firstLine: test.line,
    checksum: test.checksum,
    config: { ...test.config, materialized: 'unit' },
    unrenderedConfig: {},
    database: model?.database ?? target.database,
    schema: model?.schema ?? target.schema,
    alias: test.name,
    description: test.description,
    columns: {},
    meta: test.meta,
    tags: test.tags,
    refs: [],
    sources: [],
    dependsOn: { nodes: model?.dependsOn.nodes ?? [], macros: [] },
    patchPath: null,
    access: null,
    group: null,
    version: test.version,
    latestVersion: null,
    testMetadata: null,
    columnName: null,
    attachedNode: null,
  };
}
