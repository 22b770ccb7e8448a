import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';

type Target = Pick<Node, 'name' | 'resourceType' | 'packageName' | 'access' | 'group'>;

/** What reads models: a node, an exposure, a semantic model. */
type Reader = Pick<
  Node,
  'uniqueId' | 'name' | 'packageName' | 'group' | 'attachedNode' | 'dependsOn' | 'originalFilePath'
> & { readonly resourceType: string };

/**
 * `access: private` models are for their own group; `protected` ones for their own package when it
 * sets `restrict-access` (docs.getdbt.com/docs/mesh/govern/model-access).
 */
export function checkAccess(
  node: Reader,
  nodes: ReadonlyMap<UniqueId, Target>,
  projects: ReadonlyMap<string, Project>,
): void {
  for (const id of node.dependsOn.nodes) {
    const target = nodes.get(id);
    if (target === undefined || target.resourceType !== 'model') continue;
    const outside = target.packageName !== node.packageName;
    const restricted = outside && projects.get(target.packageName)?.restrictAccess === true;
    // A test of a model belongs to it.
    if (node.attachedNode === id) continue;
    if (target.access === 'private') {
      if (target.group !== null && target.group === node.group && !restricted) continue;
      throw refused(node, target, 'private');
    }
    if (target.access === 'protected' && restricted) throw refused(node, target, 'protected');
  }
}

function refused(node: Reader, target: Target, access: 'private' | 'protected') {
  return tsdbtError(
    'ref-access',
    {
      node: `${node.resourceType} "${node.name}"`,
      target: target.name,
      access,
      group: target.group,
    },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}
