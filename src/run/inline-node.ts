import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import { operationNode } from '../parse/operation-node.ts';

/** A text that is not a file of the project as a node, so that it is rendered and run like one. */
export function inlineNode(
  manifest: Manifest,
  code: string,
  name = 'inline_query',
  file = '--inline',
): Node {
  const { project, target } = manifest;
  return operationNode({
    name,
    packageName: project.name,
    fqn: [project.name, name],
    path: file,
    originalFilePath: file,
    rawCode: code,
    target,
    config: { enabled: true, materialized: 'view' },
  });
}
