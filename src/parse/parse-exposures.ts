import { mergeConfig, type NodeConfig, treeConfigs } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Exposure } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { tagList } from './columns.ts';
import { defaultConfigs, type ParseContext } from './parse-context.ts';
import { renderForFacts } from './render-node.ts';

/** Exposures: their `depends_on` texts are `ref(…)` and `source(…)` calls. */
export function parseExposures(context: ParseContext): Exposure[] {
  const exposures: Exposure[] = [];
  for (const { properties, file, yaml, path } of context.properties.exposures) {
    const id = uniqueId('exposure', context.project.name, properties.name);
    const folders = file.subPath.split('/').slice(0, -1);
    const fqn = [context.project.name, ...folders, properties.name];
    const config = [
      ...treeConfigs(context.project.configs.exposures, fqn),
      { tags: tagList(properties.tags) as Json, meta: (properties.meta ?? {}) as Json },
      (properties.config ?? {}) as NodeConfig,
    ].reduce(mergeConfig, defaultConfigs.exposures);
    const code = (properties.depends_on ?? []).map((call) => `{{ ${call} }}`).join('\n');
    const { line } = yaml.locate([...path, 'depends_on']);
    const facts = renderForFacts(context, {
      uniqueId: id,
      packageName: context.project.name,
      code,
      file: file.path,
      ...(line === undefined ? {} : { firstLine: line }),
      configSoFar: () => config,
    });
    if (facts.error !== undefined) context.diagnostics.add(facts.error);
    exposures.push({
      uniqueId: id,
      resourceType: 'exposure',
      name: properties.name,
      packageName: context.project.name,
      fqn,
      path: file.subPath,
      originalFilePath: file.path,
      type: properties.type,
      label: properties.label ?? null,
      owner: properties.owner as Record<string, Json>,
      url: properties.url ?? null,
      maturity: properties.maturity ?? null,
      description: context.describe(properties.description, file.path),
      meta: (config['meta'] ?? {}) as Record<string, Json>,
      tags: tagList(config['tags']),
      config,
      refs: facts.refs,
      sources: facts.sources,
      dependsOn: { nodes: [], macros: [] },
    });
  }
  return exposures;
}
