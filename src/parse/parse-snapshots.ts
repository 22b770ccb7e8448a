import type { Node } from '../contracts/node.ts';
import { extractBlocks } from '../jinja/index.ts';
import type { ParseContext } from './parse-context.ts';
import { type NodeKind, parseNode } from './parse-nodes.ts';
import { type SourceFile, textChecksum } from './source-file.ts';

const kind: NodeKind = {
  resourceType: 'snapshot',
  config: 'snapshots',
  section: 'snapshots',
};

/**
 * Snapshots: `{% snapshot name %}` blocks of `.sql` files, whose fqn holds the file's name too, and
 * property file entries with a `relation:`, which select all of it (core `parser/snapshots.py`).
 */
export function parseSnapshots(context: ParseContext, files: readonly SourceFile[]): Node[] {
  const nodes: Node[] = [];
  for (const file of files) {
    context.diagnostics.collect(() => {
      for (const block of extractBlocks(file.contents, { file: file.path })) {
        if (block.kind !== 'snapshot') continue;
        const folders = file.subPath.replace(/\.[^./]+$/, '').split('/');
        const node = parseNode(context, kind, {
          name: block.name,
          path: file.subPath,
          fqn: [context.project.name, ...folders, block.name],
          file,
          code: block.contents,
          firstLine: block.contentsLine,
          checksum: textChecksum(file.contents),
          version: undefined,
        });
        if (node !== undefined) nodes.push(node);
      }
    });
  }
  for (const { properties, file, yaml, path } of context.properties.snapshots) {
    if (properties.relation === undefined) continue;
    const folders = file.subPath.split('/').slice(0, -1);
    const node = parseNode(context, kind, {
      name: properties.name,
      path: `${properties.name}.sql`,
      fqn: [context.project.name, ...folders, properties.name],
      file,
      code: `select * from {{ ${properties.relation} }}`,
      firstLine: yaml.locate([...path, 'relation']).line ?? 1,
      checksum: textChecksum(file.contents),
      version: undefined,
    });
    if (node !== undefined) nodes.push(node);
  }
  return nodes;
}
