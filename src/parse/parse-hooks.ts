import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { readText } from '../util/read-text.ts';
import { tagList } from './columns.ts';
import { defaultConfigs } from './default-configs.ts';
import { hookFacts, withHooks } from './hook-facts.ts';
import { layeredConfig, writtenConfig } from './layered-config.ts';
import { operationNode } from './operation-node.ts';
import type { ParseContext } from './parse-context.ts';
import { relationName } from './relation-name.ts';
import { renderForFacts } from './render-node.ts';
import { textChecksum } from './source-file.ts';

/**
 * The `on-run-start` and `on-run-end` hooks of a package as nodes, tagged with the moment they run at
 * (core `parser/hooks.py`).
 */
export function parseHooks(context: ParseContext): Node[] {
  const { onRunStart, onRunEnd, root, file } = context.project;
  const hooks = [
    ...onRunStart.map((code, index) => ({ when: 'on-run-start', index, code }) as const),
    ...onRunEnd.map((code, index) => ({ when: 'on-run-end', index, code }) as const),
  ];
  if (hooks.length === 0) return [];
  const checksum = textChecksum(readText(join(root, file)));
  return hooks.map((hook) => ({ ...hookNode(context, hook), checksum }));
}

interface Hook {
  readonly when: 'on-run-start' | 'on-run-end';
  readonly index: number;
  readonly code: string;
}

/** What the project says of all models counts for hooks, too, but for defaults that only models have. */
function hookConfig(
  context: ParseContext,
  fqn: readonly string[],
  written: NodeConfig,
): NodeConfig {
  const config = layeredConfig(context, 'models', fqn, {}, []);
  const ofModels = Object.keys(defaultConfigs.models).filter(
    (key) => !(key in defaultConfigs.analyses || key in written),
  );
  return Object.fromEntries(Object.entries(config).filter(([key]) => !ofModels.includes(key)));
}

function hookNode(context: ParseContext, { when, index, code }: Hook): Node {
  const { project } = context;
  const name = `${project.name}-${when}-${index}`;
  const id = uniqueId('operation', project.name, name);
  const fqn = [project.name, 'hooks', name];
  const written = writtenConfig(context, 'models', fqn, {}, {});
  const config = hookConfig(context, fqn, written);
  const about = {
    uniqueId: id,
    resourceType: 'operation',
    name,
    fqn,
    packageName: project.name,
    file: project.file,
  } as const;
  const own = renderForFacts(context, { ...about, code, configSoFar: () => config });
  // The hooks of its folder's configuration count as its own, though they never run with it.
  const facts = withHooks(own, hookFacts(context, config, about));
  if (facts.error !== undefined) context.diagnostics.add(facts.error);
  const { database, schema, alias } = relationName(context, {
    name,
    packageName: project.name,
    version: null,
    config,
    fqn,
    resourceType: 'operation',
    path: project.file,
  });
  return {
    ...operationNode({
      name,
      packageName: project.name,
      fqn,
      path: `hooks/${name}.sql`,
      originalFilePath: project.file,
      rawCode: code,
      target: { database, schema },
      config,
    }),
    alias,
    unrenderedConfig: written,
    meta: (config['meta'] ?? {}) as Readonly<Record<string, Json>>,
    group: (config['group'] ?? null) as string | null,
    tags: [...new Set([when, ...tagList(config['tags'])])],
    refs: facts.refs,
    sources: facts.sources,
    ...(facts.functions.length === 0 ? {} : { functions: facts.functions }),
    dependsOn: { nodes: [], macros: facts.macros },
  };
}
