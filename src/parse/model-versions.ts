import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { ColumnProperties, ModelProperties, VersionProperties } from './properties-schema.ts';
import { type PropertyEntry, writtenEntry } from './property-files.ts';

/** One version of a model, as its file is told about it. */
export interface ModelVersion {
  readonly version: string | number;
  readonly latest: string | number;
  readonly entry: PropertyEntry<ModelProperties>;
  readonly written: VersionProperties;
}

/**
 * The versions that property files declare, by the name of the model file each is defined in: what
 * `defined_in` says, else `name_v1`; the latest may also be in `name`
 * (core `parser/schemas.py`, `ModelPatchParser`).
 */
export function versionsByFile(
  entries: readonly PropertyEntry<ModelProperties>[],
  fileNames: ReadonlySet<string>,
): ReadonlyMap<string, ModelVersion> {
  const byFile = new Map<string, ModelVersion>();
  for (const entry of entries) {
    const { name, versions, latest_version: stated } = entry.properties;
    if (versions === undefined || versions === null || versions.length === 0) continue;
    const latest = stated ?? newest(versions.map((version) => version.v));
    for (const written of versions) {
      const version = written.v;
      const suffixed = written.defined_in ?? `${name}_v${version}`;
      const inPlain = !fileNames.has(suffixed) && String(version) === String(latest);
      byFile.set(inPlain ? name : suffixed, { version, latest, entry, written });
    }
  }
  return byFile;
}

/** Versions are compared as numbers where both are, else as text. */
function newest(versions: readonly (string | number)[]): string | number {
  return versions.reduce((best, version) => (isNewer(version, best) ? version : best));
}

function isNewer(a: string | number, b: string | number): boolean {
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? String(a) > String(b) : x > y;
}

/** The properties of one version: those of the model with what the version says laid over them. */
export function versionProperties({ entry, written }: ModelVersion): ModelProperties {
  const model = entry.properties;
  // An empty `data_tests:` says nothing; `[]` says that there are none.
  const tests = written.data_tests ?? written.tests ?? undefined;
  return {
    ...model,
    description: written.description || model.description,
    config: deepMerge(model.config ?? {}, written.config ?? {}) as ModelProperties['config'],
    docs: written.docs ?? model.docs,
    access: written.access ?? model.access,
    constraints: written.constraints ?? model.constraints,
    deprecation_date: written.deprecation_date,
    columns: versionColumns(model.columns ?? [], written),
    data_tests: tests === undefined ? (model.data_tests ?? model.tests) : tests,
    tests: undefined,
    versions: undefined,
  };
}

function versionColumns(
  base: readonly ColumnProperties[],
  written: VersionProperties,
): ColumnProperties[] {
  const own: ColumnProperties[] = [];
  let include: unknown = '*';
  let exclude: readonly unknown[] = [];
  for (const column of written.columns ?? []) {
    if (!isPlainObject(column)) continue;
    if ('include' in column || 'exclude' in column) {
      include = column['include'] ?? '*';
      exclude = Array.isArray(column['exclude']) ? column['exclude'] : [];
    } else own.push(column as ColumnProperties);
  }
  const takesAll = include === '*' || include === 'all';
  const takes = (name: string) =>
    (takesAll || (Array.isArray(include) && include.includes(name))) && !exclude.includes(name);
  const names = new Set(own.map((column) => column.name));
  return [...base.filter((c) => takes(c.name) && !names.has(c.name)), ...own];
}

/**
 * Configuration with another laid over it, as dbt merges what property files say: mappings key by key,
 * lists one after the other, those of `over` first (dbt-common `utils/dict.py`, `deep_merge`).
 */
function deepMerge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) return [...over, ...base];
  if (!isPlainObject(base) || !isPlainObject(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    result[key] = key in base ? deepMerge(base[key], value) : value;
  }
  return result;
}

/**
 * What dbt keeps as the unrendered configuration of a property file: the values, with the texts as they
 * stand in the file laid over them. Lists are in it twice, therefore (core `parser/base.py`,
 * `update_parsed_node_config`).
 */
export function unrenderedProperties(
  rendered: NodeConfig,
  entry: PropertyEntry<ModelProperties>,
  version: ModelVersion | undefined,
): NodeConfig {
  const file = writtenEntry(entry);
  const at = version && entry.properties.versions?.indexOf(version.written);
  const written = at === undefined ? file?.config : file?.versions?.[at]?.config;
  return deepMerge(rendered, written ?? {}) as NodeConfig;
}

/** Properties that may stand beside `config:` or in it, as configuration. */
export function propertyConfig(properties: ModelProperties | undefined): NodeConfig {
  if (properties === undefined) return {};
  const config: Record<string, Json> = { ...((properties.config ?? {}) as Record<string, Json>) };
  for (const key of ['meta', 'docs', 'access', 'group', 'contract', 'expectations'] as const) {
    const value = (properties as Record<string, unknown>)[key];
    if (value !== undefined && value !== null && config[key] === undefined) {
      config[key] = value as Json;
    }
  }
  return config;
}
