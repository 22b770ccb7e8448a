import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { NameIndex } from '../resolve.ts';

/**
 * Ids of nodes of the user's own project that a node of a package comes to by a name alone, because it is
 * looked for there first. None where a flag has the package come first.
 */
export function rootDependencies(
  node: Pick<Node, 'refs' | 'packageName'>,
  index: NameIndex,
  { name: root, flags }: Pick<Project, 'name' | 'flags'>,
): readonly string[] {
  if (node.packageName === root) return [];
  if (flags['require_ref_searches_node_package_before_root'] === true) return [];
  return node.refs.flatMap((call) => {
    const found = call.package === root ? undefined : index.ref(call, node.packageName);
    return found?.packageName === root ? [found.uniqueId] : [];
  });
}

/** Warns of nodes of packages that depend on nodes of the user's project: cycles come of it. */
export function warnOfRootDependencies(
  nodes: Iterable<Node>,
  index: NameIndex,
  root: Project,
  diagnostics: Diagnostics,
): void {
  for (const node of nodes)
    for (const id of rootDependencies(node, index, root))
      diagnostics.warn(
        'PackageNodeDependsOnRootProjectNode',
        `${node.uniqueId} of the package "${node.packageName}" depends on ${id} of the project itself. With \`flags: {require_ref_searches_node_package_before_root: true}\` the package's own node comes first.`,
      );
}
