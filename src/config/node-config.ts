import type { Json } from '../contracts/json.ts';
import type { ConfigKind, ConfigTree } from '../contracts/project.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { entryNamed } from '../util/mapping-key.ts';

/** The configuration of a node: dbt's names, JSON values. */
export type NodeConfig = Readonly<Record<string, Json>>;

/** How the fields of a kind of node merge; those that are named nowhere are replaced. */
interface MergeRules {
  readonly appended: ReadonlySet<string>;
  readonly updated: ReadonlySet<string>;
  /** Whether `grants` merges role by role. */
  readonly mergesGrants: boolean;
}

const ofRelations: MergeRules = {
  appended: new Set(['tags', 'pre-hook', 'post-hook', 'packages']),
  updated: new Set([
    'meta',
    'quoting',
    'column_types',
    'docs',
    'contract',
    'latest_version_pointer',
  ]),
  mergesGrants: true,
};
const none: ReadonlySet<string> = new Set();
const ofTests = { appended: new Set(['tags']), updated: new Set(['meta']), mergesGrants: false };
const ofOthers = { appended: none, updated: new Set(['meta']), mergesGrants: false };

/** Tags of sources and exposures, and `meta` of exposures, are replaced by each level that has some. */
const rulesOfKinds: Partial<Readonly<Record<MergedKind, MergeRules>>> = {
  data_tests: ofTests,
  unit_tests: ofTests,
  saved_queries: ofTests,
  sources: ofOthers,
  metrics: ofOthers,
  semantic_models: ofOthers,
  groups: ofOthers,
  exposures: { appended: none, updated: none, mergesGrants: false },
};

type MergedKind = ConfigKind | 'groups';

/** Columns that a snapshot may rename; those that are not named are null. */
const snapshotColumns: NodeConfig = {
  dbt_valid_to: null,
  dbt_valid_from: null,
  dbt_scd_id: null,
  dbt_updated_at: null,
  dbt_is_deleted: null,
};

/**
 * What lays one level of configuration over another. How a field merges is dbt's rule for the kind of
 * node (core `artifacts/resources/v1`): lists of tags and hooks are appended, dictionaries such as
 * `meta` are updated key by key, `grants` updates or, for keys with a plus, extends; all others are
 * replaced.
 */
export function configMerger(
  kind: MergedKind,
): (base: NodeConfig, layer: Readonly<Record<string, unknown>>) => NodeConfig {
  const rules = rulesOfKinds[kind] ?? ofRelations;
  return (base, layer) => merged(base, layer, rules);
}

function merged(
  base: NodeConfig,
  layer: Readonly<Record<string, unknown>>,
  { appended, updated, mergesGrants }: MergeRules,
): NodeConfig {
  const result: Record<string, Json> = { ...base };
  for (const [written, given] of Object.entries(layer)) {
    if (given === undefined) continue;
    const key = canonicalKey(written);
    // A short form of dbt's.
    const isSwitch = key === 'latest_version_pointer' && typeof given === 'boolean';
    const value = isSwitch ? { enabled: given } : given;
    const before = result[key];
    if (appended.has(key)) result[key] = [...asList(before), ...asList(value as Json)];
    else if (updated.has(key) && isPlainObject(value)) {
      result[key] = { ...(isPlainObject(before) ? before : {}), ...value } as Json;
    } else if (mergesGrants && key === 'grants' && isPlainObject(value)) {
      result[key] = mergeGrants(isPlainObject(before) ? before : {}, value);
    } else if (key === 'snapshot_meta_column_names' && isPlainObject(value)) {
      result[key] = { ...snapshotColumns, ...value } as Json;
    } else result[key] = value as Json;
  }
  return result;
}

/**
 * The levels of a project's configuration tree that apply to a node, root first. A key is a
 * configuration when it starts with `+` or its value is not a mapping; other mappings are folders.
 */
export function treeConfigs(tree: ConfigTree, fqn: readonly string[]): readonly NodeConfig[] {
  let levels = levelsOfTrees.get(tree);
  if (levels === undefined) {
    levels = new Map();
    levelsOfTrees.set(tree, levels);
  }
  const folder = treeFolder(tree, fqn);
  let found = levels.get(folder);
  if (found === undefined) {
    found = levelsAlong(tree, fqn);
    levels.set(folder, found);
  }
  return found;
}

const levelsOfTrees = new WeakMap<ConfigTree, Map<string, readonly NodeConfig[]>>();

/** The deepest folder of the tree on the way to a node: nodes of one folder have the same levels. */
export function treeFolder(tree: ConfigTree, fqn: readonly string[]): string {
  let at: Readonly<Record<string, unknown>> = tree;
  let folder = '';
  for (const step of fqn) {
    const next = entryNamed(at, step);
    if (!isPlainObject(next)) break;
    at = next;
    folder += `/${step}`;
  }
  return folder;
}

function levelsAlong(tree: ConfigTree, fqn: readonly string[]): readonly NodeConfig[] {
  const levels: NodeConfig[] = [];
  let at: unknown = tree;
  for (let i = 0; isPlainObject(at); i++) {
    const level: Record<string, Json> = {};
    for (const [key, value] of Object.entries(at)) {
      if (key.startsWith('+')) level[key.slice(1).trim()] = value as Json;
      else if (!isPlainObject(value)) level[key] = value as Json;
    }
    levels.push(level);
    const next = fqn[i];
    at = next === undefined ? undefined : entryNamed(at, next);
  }
  return levels;
}

/** The one spelling of a key that may be written in two ways. */
export function canonicalKey(key: string): string {
  if (key === 'pre_hook') return 'pre-hook';
  if (key === 'post_hook') return 'post-hook';
  return key;
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function mergeGrants(before: Record<string, unknown>, layer: Record<string, unknown>): Json {
  const result: Record<string, Json> = { ...(before as Record<string, Json>) };
  for (const [key, value] of Object.entries(layer)) {
    if (key.startsWith('+')) {
      const name = key.slice(1);
      result[name] = [...asList(result[name]), ...asList(value as Json)];
    } else result[key] = asList(value as Json);
  }
  return result;
}
