import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Exposure } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { checkEnabled } from './checks/check-enabled.ts';
import { tagList } from './columns.ts';
import { describing } from './describe.ts';
import { layeredConfig, writtenConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import type { ExposureProperties } from './properties-schema.ts';
import { renderForFacts } from './render-node.ts';

/** Exposures: their `depends_on` texts are `ref(…)` and `source(…)` calls. */
export function parseExposures(context: ParseContext): Exposure[] {
  const exposures: Exposure[] = [];
  for (const { properties, file, yaml, path } of context.properties.exposures) {
    const { name: packageName } = context.project;
    const id = uniqueId('exposure', packageName, properties.name);
    const folders = file.subPath.split('/').slice(0, -1);
    const fqn = [packageName, ...folders, properties.name];
    const written = (properties.config ?? {}) as NodeConfig;
    const base = layeredConfig(context, 'exposures', fqn, written, []);
    checkExposure(context, properties, base, yaml.locate([...path, 'name']));
    // The project's `meta` and `tags` count without their plus, too.
    const { meta: ofProject, tags: tagsOfProject } = context.project.configs.exposures;
    const given = [properties.tags, base['tags'], tagsOfProject as Json | undefined];
    const tags = [...new Set(given.flatMap(tagList))].sort();
    const meta = {
      ...(isPlainObject(ofProject) ? (ofProject as Record<string, Json>) : {}),
      ...(properties.meta as Record<string, Json>),
      ...(base['meta'] as Record<string, Json>),
    };
    const config = { ...base, tags, meta };
    const where = `exposure "${properties.name}"`;
    context.diagnostics.collect(() => checkEnabled(config, where, yaml.locate(path)));
    const code = (properties.depends_on ?? []).map((call) => `{{ ${call} }}`).join('\n');
    const { line } = yaml.locate([...path, 'depends_on']);
    const facts = renderForFacts(context, {
      uniqueId: id,
      resourceType: 'exposure',
      name: properties.name,
      fqn,
      packageName,
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
      packageName,
      fqn,
      path: file.subPath,
      originalFilePath: file.path,
      type: properties.type,
      label: properties.label ?? null,
      owner: properties.owner as Record<string, Json>,
      url: properties.url ?? null,
      maturity: properties.maturity ?? null,
      description: describing(context, file.path, config)(properties.description).text,
      meta,
      tags,
      config,
      unrenderedConfig: writtenConfig(context, 'exposures', fqn, written, {}),
      refs: facts.refs,
      sources: facts.sources,
      metrics: facts.metrics,
      dependsOn: { nodes: [], macros: [] },
    });
  }
  return exposures;
}

/** What dbt refuses or warns of in an exposure. */
function checkExposure(
  { diagnostics }: ParseContext,
  { name, owner }: ExposureProperties,
  { tags = [], meta = {} }: NodeConfig,
  location: SourceLocation,
): void {
  const where = `exposure "${name}"`;
  const refuse = (key: string, problem: string) =>
    diagnostics.add(tsdbtError('invalid-value', { key, where, problem }, { location }));
  if ((owner['name'] ?? owner['email'] ?? null) === null)
    refuse('owner', 'must have a name or an email');
  if (typeof tags !== 'string' && !Array.isArray(tags))
    refuse('tags', `must be a list, not ${JSON.stringify(tags)}`);
  if (!isPlainObject(meta)) refuse('meta', `must be a mapping, not ${JSON.stringify(meta)}`);
  if (!/^[\p{L}\p{N}_-]+$/u.test(name))
    diagnostics.warn(
      'ExposureNameDeprecation',
      `The exposure "${name}" should have letters, digits, _ and - in its name, and nothing else.`,
    );
}
