import type { Manifest } from '../../contracts/manifest.ts';
import type { Node } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';

/** When a node's content is published: after its own tests passed, after all of the run, or at once. */
export type AuditMode = 'node' | 'run' | 'none';

/** What `audit` of a node, the command line, or else the kind of project says. */
export function auditMode(
  node: Pick<Node, 'config'>,
  manifest: Manifest,
  asked: AuditMode | undefined,
): AuditMode {
  if (asked !== undefined) return asked;
  const written = node.config['audit'];
  if (written === 'none' || written === false) return 'none';
  if (written === 'run') return 'run';
  if (written === 'node' || written === true) return 'node';
  return manifest.project.file === 'project.yml' ? 'node' : 'none';
}

/**
 * The selected tests that can look at a node's new content before it is published: those whose other
 * parents are built before it, or are not built in this run. By node.
 */
export function auditedTests(
  manifest: Manifest,
  selected: ReadonlySet<UniqueId>,
  asked: AuditMode | undefined,
): ReadonlyMap<UniqueId, readonly UniqueId[]> {
  const tests = new Map<UniqueId, UniqueId[]>();
  const ancestors = new Map<UniqueId, ReadonlySet<UniqueId>>();
  const above = (id: UniqueId): ReadonlySet<UniqueId> => {
    let found = ancestors.get(id);
    if (found === undefined) {
      found = ancestorsOf(id, manifest);
      ancestors.set(id, found);
    }
    return found;
  };
  for (const id of selected) {
    const test = manifest.nodes.get(id);
    if (test?.resourceType !== 'test') continue;
    const built = test.dependsOn.nodes.filter((parent) => selected.has(parent));
    const last = built.find((node) =>
      built.every((other) => other === node || above(node).has(other)),
    );
    const node = last === undefined ? undefined : manifest.nodes.get(last);
    if (node === undefined || auditMode(node, manifest, asked) !== 'node') continue;
    tests.set(node.uniqueId, [...(tests.get(node.uniqueId) ?? []), id]);
  }
  return tests;
}

function ancestorsOf(id: UniqueId, manifest: Manifest): ReadonlySet<UniqueId> {
  const found = new Set<UniqueId>();
  const queue = [...(manifest.nodes.get(id)?.dependsOn.nodes ?? [])];
  for (const next of queue) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(manifest.nodes.get(next)?.dependsOn.nodes ?? []));
  }
  return found;
}
