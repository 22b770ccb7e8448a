import type { Group, Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Diagnostics } from '../diagnostics.ts';
import { locateGroup } from './locate-group.ts';

/** A node must be of a group that is there (core `parser/manifest.py`, `check_valid_group_config`). */
export function checkGroups(
  nodes: Iterable<Node>,
  groups: readonly Group[],
  projects: ReadonlyMap<string, Project>,
  diagnostics: Diagnostics,
): void {
  const names = new Set(groups.map(({ name }) => name));
  for (const node of nodes) {
    const { group, name, resourceType } = node;
    if (group === null || names.has(group) || resourceType === 'test') continue;
    const near = suggest(group, [...names]);
    const hint = near === undefined ? 'Groups stand under `groups:`.' : `Did you mean "${near}"?`;
    const problem = `must be the name of a group, not ${group}`;
    const location = locateGroup(node, group, projects);
    diagnostics.add(
      tsdbtError(
        'invalid-value',
        { key: 'group', where: `${resourceType} "${name}"`, problem },
        { location, hint },
      ),
    );
  }
}
