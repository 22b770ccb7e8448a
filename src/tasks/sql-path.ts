import { parse } from 'node:path';
import type { Node } from '../contracts/node.ts';

/**
 * Where the SQL of a node is below `target/compiled` and `target/run`, as the parts of a path:
 * `<package>/<path>`. Snapshots have a folder of the name of their file, which may hold several; the
 * batches of a microbatch model one of its name: `daily/daily_2024-01-31.sql` (core
 * `contracts/graph/nodes.py`).
 */
export function sqlPath(node: Node, batch?: string): readonly string[] {
  const generic =
    node.testMetadata !== null || ['unit_test', 'operation'].includes(node.resourceType);
  const path = generic ? [node.originalFilePath, node.path] : [node.originalFilePath];
  if (node.resourceType === 'snapshot') path.push(`${node.name}.sql`);
  if (batch !== undefined) {
    const { dir, name, ext } = parse(node.originalFilePath);
    path.splice(0, 1, dir, name, `${name}_${batch}${ext}`);
  }
  return [node.packageName, ...path];
}
