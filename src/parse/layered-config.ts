import { mergeConfig, type NodeConfig, treeConfigs } from '../config/node-config.ts';
import type { ConfigKind } from '../contracts/project.ts';
import { defaultConfigs, type ParseContext } from './parse-context.ts';

/**
 * A node's configuration from all its levels, later ones winning: defaults, the project's tree
 * along the fqn, the property file, the node's own `config()`; for a node of a package the root
 * project's tree comes last (core `context/context_config.py`).
 */
export function layeredConfig(
  context: ParseContext,
  kind: ConfigKind,
  fqn: readonly string[],
  fromProperties: NodeConfig,
  fromNode: readonly NodeConfig[],
): NodeConfig {
  const layers = [
    ...treeConfigs(context.project.configs[kind], fqn),
    fromProperties,
    ...fromNode,
    ...(context.project === context.root ? [] : treeConfigs(context.root.configs[kind], fqn)),
  ];
  return layers.reduce(mergeConfig, defaultConfigs[kind]);
}

/** What a node wrote itself, merged without the defaults: dbt's `unrendered_config`. */
export function writtenConfig(
  context: ParseContext,
  kind: ConfigKind,
  fqn: readonly string[],
  fromProperties: NodeConfig,
  fromNode: readonly NodeConfig[],
): NodeConfig {
  return [...treeConfigs(context.project.configs[kind], fqn), fromProperties, ...fromNode].reduce(
    mergeConfig,
    {},
  );
}
