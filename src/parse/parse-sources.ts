import { mergeConfig, type NodeConfig, treeConfigs } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Freshness, SourceNode } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import { parseLandingConfig } from '../ingest/index.ts';
import { columnInfos, tagList } from './columns.ts';
import { defaultConfigs, type ParseContext } from './parse-context.ts';
import type { Tested } from './parse-generic-tests.ts';
import type { SourceProperties, SourceTableProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';

export interface ParsedSource {
  readonly source: SourceNode;
  readonly tested: Tested;
}

/** One source node for each table under `sources:`. Table properties win over those of the source. */
export function parseSources(context: ParseContext): ParsedSource[] {
  const parsed: ParsedSource[] = [];
  for (const entry of context.properties.sources) {
    for (const [i, table] of (entry.properties.tables ?? []).entries()) {
      const one = context.diagnostics.collect(() => parseTable(context, entry, table, i));
      if (one !== undefined) parsed.push(one);
    }
  }
  return parsed;
}

function parseTable(
  context: ParseContext,
  entry: PropertyEntry<SourceProperties>,
  table: SourceTableProperties,
  index: number,
): ParsedSource {
  const { project, target } = context;
  const source = entry.properties;
  const { file, yaml } = entry;
  const describe = (text: unknown) => context.describe(text, file.path);
  const folders = file.subPath.split('/').slice(0, -1);
  const fqn = [project.name, ...folders, source.name, table.name];
  const config = [
    ...treeConfigs(project.configs.sources, fqn),
    { tags: tagList(source.tags) as Json, meta: (source.meta ?? {}) as Json },
    (source.config ?? {}) as NodeConfig,
    { tags: tagList(table.tags) as Json, meta: (table.meta ?? {}) as Json },
    (table.config ?? {}) as NodeConfig,
  ].reduce(mergeConfig, defaultConfigs.sources);
  const path = [...entry.path, 'tables', index];
  const node: SourceNode = {
    uniqueId: uniqueId('source', project.name, source.name, table.name),
    resourceType: 'source',
    sourceName: source.name,
    name: table.name,
    packageName: project.name,
    fqn,
    path: file.path,
    originalFilePath: file.path,
    database: source.database ?? target.database,
    schema: source.schema ?? source.name,
    identifier: table.identifier ?? table.name,
    description: describe(table.description),
    sourceDescription: describe(source.description),
    loader: table.loader ?? source.loader ?? '',
    columns: columnInfos(table.columns, describe),
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    sourceMeta: (source.meta ?? {}) as Record<string, Json>,
    tags: tagList(config['tags']),
    config: table.landing === undefined ? config : { ...config, landing: table.landing as Json },
    freshness: freshnessOf(source, table),
    loadedAtField: table.loaded_at_field ?? source.loaded_at_field ?? null,
    landing: (table.landing as Readonly<Record<string, Json>> | undefined) ?? null,
  };
  if (node.landing !== null) {
    const columns = (table.columns ?? []).map((c) => ({
      name: c.name,
      ...(c.data_type ? { dataType: c.data_type } : {}),
    }));
    try {
      parseLandingConfig(node.landing, columns, node.uniqueId);
    } catch (error) {
      throw toTsdbtError(error, {
        location: yaml.locate([...path, 'landing']),
        nodeId: node.uniqueId,
      });
    }
  }
  const tests = table.data_tests ?? table.tests;
  return {
    source: node,
    tested: { on: node, file, yaml, path, tests, columns: table.columns ?? [] },
  };
}

type WrittenFreshness = SourceTableProperties['freshness'];

function freshnessOf(source: SourceProperties, table: SourceTableProperties): Freshness | null {
  if (table.freshness === null) return null;
  const merged = { ...(source.freshness ?? {}), ...(table.freshness ?? {}) };
  const config = { ...(source.config ?? {}), ...(table.config ?? {}) }[
    'freshness'
  ] as WrittenFreshness;
  const written = { ...merged, ...(config ?? {}) };
  const rule = (
    t: { count?: number | null | undefined; period?: string | null | undefined } | null | undefined,
  ) =>
    t?.count && t.period ? { count: t.count, period: t.period as 'minute' | 'hour' | 'day' } : null;
  const [warnAfter, errorAfter] = [rule(written.warn_after), rule(written.error_after)];
  if (warnAfter === null && errorAfter === null) return null;
  return { warnAfter, errorAfter, filter: written.filter ?? null };
}
