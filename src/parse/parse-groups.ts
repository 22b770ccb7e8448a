import { configMerger, type NodeConfig, treeConfigs } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Group } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { ParseContext } from './parse-context.ts';

/** Groups with their owners. dbt configures them by the tree of models, whose hooks are not theirs. */
export function parseGroups(context: ParseContext): Group[] {
  const { project } = context;
  return context.properties.groups.map(({ properties, file, yaml, path }) => {
    const { owner } = properties;
    if ((owner['name'] ?? owner['email'] ?? null) === null) {
      const where = `group "${properties.name}"`;
      const facts = { key: 'owner', where, problem: 'must have a name or an email' };
      const location = yaml.locate([...path, 'owner']);
      context.diagnostics.add(tsdbtError('invalid-value', facts, { location }));
    }
    const folders = file.subPath.split('/').slice(0, -1);
    const levels = treeConfigs(project.configs.models, [project.name, ...folders, properties.name]);
    const layers = [...levels, (properties.config ?? {}) as NodeConfig];
    const {
      'pre-hook': _pre,
      'post-hook': _post,
      ...config
    } = layers.reduce(configMerger('groups'), { meta: {} });
    return {
      uniqueId: uniqueId('group', project.name, properties.name),
      resourceType: 'group',
      name: properties.name,
      packageName: project.name,
      path: file.subPath,
      originalFilePath: file.path,
      owner: owner as Record<string, Json>,
      description: typeof properties.description === 'string' ? properties.description : null,
      config,
    };
  });
}
