import type { NodeConfig } from '../config/node-config.ts';
import type { YamlFile, YamlPath } from '../config/yaml-file.ts';
import type { Json } from '../contracts/json.ts';
import type { Freshness, SourceNode } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { landingColumnKeys, landingOf } from '../ingest/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { checkEnabled } from './checks/check-enabled.ts';
import { columnInfos, tagList } from './columns.ts';
import { describing } from './describe.ts';
import type { Diagnostics } from './diagnostics.ts';
import { fullFreshness, layeredConfig, writtenConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import type { Tested } from './parse-generic-tests.ts';
import type { SourceProperties, SourceTableProperties } from './properties-schema.ts';
import { type PropertyEntry, writtenEntry } from './property-files.ts';

export interface ParsedSource {
  readonly source: SourceNode;
  readonly tested: Tested;
}

/** Entries with `overrides: <package>`, by package and source; they change the package's source. */
export type SourceOverrides = ReadonlyMap<string, PropertyEntry<SourceProperties>>;

/** The overrides among some source entries. */
export function sourceOverrides(
  entries: Iterable<PropertyEntry<SourceProperties>>,
  diagnostics: Diagnostics,
): SourceOverrides {
  const overrides = new Map<string, PropertyEntry<SourceProperties>>();
  for (const entry of entries) {
    const { overrides: packageName, name } = entry.properties;
    if (packageName === undefined) continue;
    const key = `${packageName}.${name}`;
    diagnostics.warn(
      'SourceOverrideDeprecation',
      `${entry.file.path}: \`overrides\` of the source "${name}" is deprecated; disable the source of the package, and declare your own.`,
    );
    const first = overrides.get(key)?.file.path;
    overrides.set(key, entry);
    if (first === undefined) continue;
    const facts = { kind: 'override of the source', name: key, first, second: entry.file.path };
    const location = entry.yaml.locate([...entry.path, 'name']);
    diagnostics.add(tsdbtError('duplicate-resource', facts, { location }));
  }
  return overrides;
}

/** One source node for each table under `sources:`. Table properties win over those of the source. */
export function parseSources(context: ParseContext, overrides: SourceOverrides): ParsedSource[] {
  const parsed: ParsedSource[] = [];
  for (const written of context.properties.sources) {
    if (written.properties.overrides !== undefined) continue;
    const patch = overrides.get(`${context.project.name}.${written.properties.name}`);
    const entry = patch === undefined ? written : overridden(written, patch);
    for (const [i, table] of (entry.properties.tables ?? []).entries()) {
      const one = context.diagnostics.collect(() => parseTable(context, entry, table, i));
      if (one !== undefined) parsed.push(one);
      else context.diagnostics.noteBroken('source', entry.properties.name);
    }
  }
  return parsed;
}

/** What an override says replaces what it names, table by table (core `parser/sources.py`). */
function overridden(
  entry: PropertyEntry<SourceProperties>,
  patch: PropertyEntry<SourceProperties>,
): PropertyEntry<SourceProperties> {
  const { tables: patchTables, overrides: _overrides, ...fields } = patch.properties;
  const tables = (entry.properties.tables ?? []).map((table) => ({
    ...table,
    ...(patchTables ?? []).find((other) => other.name === table.name),
  }));
  return { ...entry, properties: { ...entry.properties, ...fields, tables } };
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
  const folders = file.subPath.split('/').slice(0, -1);
  const fqn = [project.name, ...folders, source.name, table.name];
  const written = writtenSourceConfig(source, table);
  const config = layeredConfig(context, 'sources', fqn, written, []);
  const describe = describing(context, file.path, config);
  const path = [...entry.path, 'tables', index];
  checkEnabled(config, `source "${source.name}.${table.name}"`, yaml.locate(path));
  const description = describe(table.description);
  const columns = columnInfos(table.columns, describe);
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
    description: description.text,
    docBlocks: description.docBlocks,
    sourceDescription: describe(source.description).text,
    // That of the table counts nowhere.
    loader: source.loader ?? '',
    columns,
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    sourceMeta: sourceMeta(source),
    tags: tagList(config['tags']),
    config: table.landing === undefined ? config : { ...config, landing: table.landing as Json },
    freshness: freshnessOf(config),
    loadedAtField: (config['loaded_at_field'] as string | null | undefined) ?? null,
    loadedAtQuery: (config['loaded_at_query'] as string | null | undefined) ?? null,
    landing: (table.landing as Readonly<Record<string, Json>> | undefined) ?? null,
    external: (table.external ?? null) as Json,
    quoting: { ...(source.quoting as object), ...(table.quoting as object) },
    unrenderedConfig: writtenConfig(context, 'sources', fqn, written, {}),
    unrenderedDatabase: writtenEntry(entry)?.database ?? null,
    unrenderedSchema: writtenEntry(entry)?.schema ?? null,
  };
  if (node.landing !== null) landingOf(node, (at) => yaml.locate([...path, ...at]));
  else if (project.file !== 'dbt_project.yml') refuseLandingKeys(node, yaml, path);
  checkLoadedAt(context, source, table, node, yaml.locate(path));
  const tests = table.data_tests ?? table.tests;
  const tested: Tested = {
    on: node,
    file,
    yaml,
    path,
    tests,
    columns: table.columns ?? [],
    key: `sources.${source.name}`,
    quoteColumns: node.quoting?.['column'] === true,
    tags: [...tagList(source.tags), ...tagList(table.tags)],
  };
  return { source: node, tested };
}

/** There is one way to tell how old a source is, and there is one if there is a rule for it. */
function checkLoadedAt(
  { diagnostics }: ParseContext,
  source: SourceProperties,
  table: SourceTableProperties,
  node: SourceNode,
  location: SourceLocation,
): void {
  const has = (key: LoadedAt, { config, ...of }: SourceProperties | SourceTableProperties) =>
    Boolean(of[key] || (config as NodeConfig | null | undefined)?.[key]);
  for (const [where, level] of [
    [`source "${source.name}"`, source],
    [`source "${source.name}.${table.name}"`, table],
  ] as const) {
    if (!has('loaded_at_field', level) || !has('loaded_at_query', level)) continue;
    const problem = 'stands beside loaded_at_query, and only one of them can be asked';
    throw tsdbtError('invalid-value', { key: 'loaded_at_field', where, problem }, { location });
  }
  const { freshness, loadedAtField, loadedAtQuery, landing } = node;
  if (freshness === null || landing !== null || (loadedAtField ?? loadedAtQuery)) return;
  const text = `The source "${source.name}.${table.name}" (${node.originalFilePath}) has a freshness rule, but neither loaded_at_field nor loaded_at_query: it can't be checked.`;
  diagnostics.warn('FreshnessConfigProblem', text);
}

/** Keys that say how files spell a column mean nothing at a table of the database. */
function refuseLandingKeys(
  { columns, sourceName, name }: SourceNode,
  yaml: YamlFile,
  path: YamlPath,
): void {
  for (const [index, column] of Object.values(columns).entries()) {
    const key = landingColumnKeys.find((known) => Object.hasOwn(column.extra ?? {}, known));
    if (key === undefined) continue;
    throw tsdbtError(
      'invalid-value',
      {
        key,
        where: `column "${column.name}" of the source "${sourceName}.${name}"`,
        problem: 'is for landing sources only',
      },
      { location: yaml.locate([...path, 'columns', index, key]) },
    );
  }
}

function sourceMeta(source: SourceProperties): Readonly<Record<string, Json>> {
  const config = (source.config ?? {}) as Record<string, unknown>;
  return { ...(source.meta as Record<string, Json>), ...mappingOf(config['meta']) };
}

/** What is no mapping counts for nothing here, as in dbt. */
function mappingOf(meta: unknown): Readonly<Record<string, Json>> {
  return isPlainObject(meta) ? (meta as Record<string, Json>) : {};
}

/**
 * What the property file says of a source table, as one level of configuration: the table's own
 * settings lie over those of the source (core `parser/sources.py`, `_generate_source_config`).
 */
function writtenSourceConfig(source: SourceProperties, table: SourceTableProperties): NodeConfig {
  const sourceConfig = (source.config ?? {}) as Record<string, Json>;
  const tableConfig = (table.config ?? {}) as Record<string, Json>;
  const tags = [
    ...tagList(source.tags),
    ...tagList(sourceConfig['tags']),
    ...tagList(table.tags),
    ...tagList(tableConfig['tags']),
  ];
  const meta = {
    ...sourceMeta(source),
    ...(table.meta as Record<string, Json>),
    ...mappingOf(tableConfig['meta']),
  };
  const { freshness: _source, ...fromSource } = sourceConfig;
  const { freshness: _table, ...fromTable } = tableConfig;
  const freshness = writtenFreshness(source, table);
  const given = (key: LoadedAt, of: Properties, config: NodeConfig) => of[key] || config[key];
  const isSaid = 'loaded_at_field' in table || Boolean(tableConfig['loaded_at_field']);
  // A field of the table stands in the place of a query of the source.
  const own = (key: LoadedAt): Json =>
    firstGiven(
      given(key, table, tableConfig),
      isSaid ? null : undefined,
      key in table || key in tableConfig ? null : undefined,
      given(key, source, sourceConfig),
    );
  return {
    ...fromSource,
    ...fromTable,
    ...(freshness === undefined ? {} : { freshness }),
    loaded_at_field: own('loaded_at_field'),
    loaded_at_query: own('loaded_at_query'),
    meta,
    tags: [...new Set(tags)].sort(),
  };
}

type LoadedAt = 'loaded_at_field' | 'loaded_at_query';
type Properties = Pick<SourceTableProperties, LoadedAt>;

function firstGiven(...values: readonly unknown[]): Json {
  for (const value of values) if (value !== undefined) return (value ?? null) as Json;
  return null;
}

interface WrittenRule {
  readonly count?: number | null | undefined;
  readonly period?: string | null | undefined;
}

interface WrittenFreshness {
  readonly warn_after?: WrittenRule | null | undefined;
  readonly error_after?: WrittenRule | null | undefined;
  readonly filter?: string | null | undefined;
}

/** Freshness of all levels laid over each other; null switches it off, undefined says nothing. */
function writtenFreshness(
  source: SourceProperties,
  table: SourceTableProperties,
): Json | undefined {
  const inConfig = (config: unknown) => (config as { freshness?: unknown } | null)?.freshness;
  const levels = [
    source.freshness,
    inConfig(source.config),
    table.freshness,
    inConfig(table.config),
  ] as (WrittenFreshness | null | undefined)[];
  let merged: WrittenFreshness | null | undefined;
  for (const level of levels) {
    if (level === undefined) continue;
    merged =
      level === null
        ? null
        : {
            warn_after: mergedRule(merged?.warn_after, level.warn_after),
            error_after: mergedRule(merged?.error_after, level.error_after),
            filter: level.filter ?? merged?.filter,
          };
  }
  if (merged === undefined || merged === null) return merged;
  return fullFreshness(merged as Json);
}

/** Null switches a rule off; what is not said of it stays. */
function mergedRule(below: WrittenFreshness['warn_after'], above: WrittenFreshness['warn_after']) {
  if (above === null || above === undefined) return above === null ? null : below;
  return { count: above.count ?? below?.count, period: above.period ?? below?.period };
}

function freshnessOf(config: NodeConfig): Freshness | null {
  const written = config['freshness'] as WrittenFreshness | null | undefined;
  if (written === null || written === undefined) return null;
  const rule = (t: WrittenRule | null | undefined) =>
    t?.count && t.period ? { count: t.count, period: t.period as 'minute' | 'hour' | 'day' } : null;
  const [warnAfter, errorAfter] = [rule(written.warn_after), rule(written.error_after)];
  if (warnAfter === null && errorAfter === null) return null;
  return { warnAfter, errorAfter, filter: written.filter ?? null };
}
