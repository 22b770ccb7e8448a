import {
  canonicalKey,
  configMerger,
  type NodeConfig,
  treeConfigs,
  treeFolder,
} from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { ConfigKind, Project } from '../contracts/project.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { pythonText } from './columns.ts';
import { defaultConfigs } from './default-configs.ts';
import type { ParseContext } from './parse-context.ts';

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
  const isPackage = context.project !== context.root;
  const layers = [fromProperties, ...fromNode].filter(isGiven);
  const ofTree = treeKind(context, kind);
  if (isPackage) layers.push(...treeConfigs(context.root.configs[ofTree], fqn).filter(isGiven));
  const folder = folderConfig(context.project, kind, ofTree, fqn);
  // Most nodes of a folder say nothing of their own and share one object.
  return layers.length === 0
    ? folder.finished
    : finished(kind, layers.reduce(configMerger(kind), folder.merged));
}

/**
 * The tree of the project file that configures a kind: that of models for analyses, unless a flag says
 * otherwise (core `context/context_config.py`).
 */
function treeKind({ root }: ParseContext, kind: ConfigKind): ConfigKind {
  if (kind !== 'analyses' || root.file === 'project.yml') return kind;
  return root.flags['require_corrected_analysis_fqns'] === true ? kind : 'models';
}

/**
 * The configuration as the manifest has it and a run heeds it: null in a property file or a `config()` does
 * not take away what the project says, as in dbt, though names of relations are made of null.
 */
export function withProjectValues(
  context: ParseContext,
  kind: ConfigKind,
  fqn: readonly string[],
  config: NodeConfig,
): NodeConfig {
  const ofProject = layeredConfig(context, kind, fqn, {}, []);
  if (ofProject === config) return config;
  const lost = Object.entries(config).filter(
    ([key, value]) => value === null && (ofProject[key] ?? null) !== null,
  );
  if (lost.length === 0) return config;
  return { ...config, ...Object.fromEntries(lost.map(([key]) => [key, ofProject[key]!])) };
}

function isGiven(layer: NodeConfig): boolean {
  for (const _ in layer) return true;
  return false;
}

interface FolderConfig {
  /** Defaults with the project's tree laid over them. */
  readonly merged: NodeConfig;
  /** What a node has that says nothing of its own. */
  readonly finished: NodeConfig;
}

const folderConfigs = new WeakMap<Project, Map<string, FolderConfig>>();

/** The configuration that all nodes of a folder start from, made once. */
function folderConfig(
  project: Project,
  kind: ConfigKind,
  ofTree: ConfigKind,
  fqn: readonly string[],
): FolderConfig {
  let known = folderConfigs.get(project);
  if (known === undefined) {
    known = new Map();
    folderConfigs.set(project, known);
  }
  const tree = project.configs[ofTree];
  const key = `${kind}${treeFolder(tree, fqn)}`;
  let config = known.get(key);
  if (config === undefined) {
    const merged = treeConfigs(tree, fqn).reduce(configMerger(kind), defaultConfigs[kind]);
    config = { merged, finished: finished(kind, merged) };
    known.set(key, config);
  }
  return config;
}

/** What the calls say together where dbt lays one key after the other: texts become lists, but for the first. */
export function mergedKeys(configs: readonly NodeConfig[]): NodeConfig {
  return mergedCalls(
    configs.flatMap((call) => Object.entries(call).map(([key, value]) => ({ [key]: value }))),
  );
}

/** What several `config()` calls of a node say together, under the names of the keys. */
export function mergedCalls(configs: readonly NodeConfig[]): NodeConfig {
  const [first = {}, ...others] = configs.map((config) =>
    Object.fromEntries(Object.entries(config).map(([key, value]) => [canonicalKey(key), value])),
  );
  const merge = configMerger('models');
  return others.reduce((before, call) => {
    const merged = { ...merge(before, call) };
    // The plus of a privilege stays until the calls are laid over what else is configured.
    if (isPlainObject(call['grants']))
      merged['grants'] = isPlainObject(before['grants'])
        ? mergedGrants(before['grants'], call['grants'])
        : call['grants'];
    return merged;
  }, first);
}

function mergedGrants(before: Record<string, unknown>, call: Record<string, unknown>): Json {
  const result = { ...before };
  for (const [key, value] of Object.entries(call))
    result[key] = key.startsWith('+') ? [before[key] ?? [], value].flat() : [value].flat();
  return result as Json;
}

/**
 * What was written about a node, level over level without merging: dbt's `unrendered_config`. The
 * trees of project files stand in it as they were before their templates were rendered. Of
 * `lastCalls` the last value of each key stands, whatever else was said.
 */
export function writtenConfig(
  context: ParseContext,
  kind: ConfigKind,
  fqn: readonly string[],
  fromProperties: NodeConfig,
  fromNode: NodeConfig,
  lastCalls: readonly NodeConfig[] = [],
): NodeConfig {
  const { project, root } = context;
  const trees = ({ unrenderedConfigs }: Project) =>
    treeConfigs(unrenderedConfigs[treeKind(context, kind)], fqn);
  // Names stay as they are written: `post_hook` is not `post-hook` here.
  const layers = [...trees(project), fromProperties, fromNode];
  if (project !== root) layers.push(...trees(root));
  return Object.assign({}, ...layers, ...lastCalls) as NodeConfig;
}

/** Settings that are texts: of another value they are what Python's `str` makes of it. */
const ofAll = ['materialized', 'schema', 'alias', 'database', 'group'];
const ofRelations = [...ofAll, 'incremental_strategy', 'on_schema_change'];
const ofTests = [
  ...ofAll,
  ...['severity', 'where', 'warn_if', 'error_if', 'fail_calc', 'store_failures_as'],
];
const texts: Partial<Readonly<Record<ConfigKind, readonly string[]>>> = {
  models: ofRelations,
  seeds: ofRelations,
  snapshots: ofRelations,
  analyses: ofRelations,
  data_tests: ofTests,
};

function finished(kind: ConfigKind, config: NodeConfig): NodeConfig {
  const result: Record<string, Json> = { ...config };
  for (const key of texts[kind] ?? []) {
    const value = result[key] ?? null;
    if (value !== null && typeof value !== 'string') result[key] = pythonText(value);
  }
  for (const key of ['pre-hook', 'post-hook']) {
    if (Array.isArray(result[key])) result[key] = result[key].map(fullHook);
  }
  if (kind === 'data_tests' && result['limit'] !== null)
    result['limit'] = wholeNumber(result['limit']);
  // YAML reads `on` and `off` as true and false.
  const analysis = result['static_analysis'] ?? null;
  if (typeof analysis === 'boolean') result['static_analysis'] = analysis ? 'on' : 'off';
  if (kind === 'models') result['freshness'] = buildAfter(result['freshness'] ?? null);
  if (kind === 'sources') result['freshness'] = fullFreshness(result['freshness'] ?? null);
  const { contract } = result;
  if (isPlainObject(contract) && Object.keys(contract).length > 2) {
    const { enforced, alias_types } = contract as Record<string, Json>;
    result['contract'] = { enforced: enforced ?? false, alias_types: alias_types ?? true };
  }
  if ('store_failures_as' in result) Object.assign(result, settledFailures(result));
  return result;
}

/** As Python's `int` reads it: `'10'`, `1.5` and true are whole numbers. */
function wholeNumber(written: Json | undefined): Json {
  if (typeof written === 'boolean') return Number(written);
  if (typeof written === 'number') return Math.trunc(written);
  return typeof written === 'string' && /^\s*[+-]?\d+\s*$/.test(written)
    ? Number(written)
    : (written ?? null);
}

/** The freshness of a source with all of its rules; null switches it, or a rule, off. */
export function fullFreshness(written: Json): Json {
  if (!isPlainObject(written)) return written;
  const { warn_after, error_after, filter = null, ...others } = written as Record<string, Json>;
  return {
    ...others,
    warn_after: fullRule(warn_after),
    error_after: fullRule(error_after),
    filter,
  };
}

function fullRule(rule: Json | undefined): Json {
  if (rule === null) return null;
  const { count = null, period = null } = (rule ?? {}) as Record<string, Json>;
  return { count, period };
}

/** Of the freshness of a model there is `build_after` alone; `updates_on` is any. */
function buildAfter(written: Json): Json {
  if (!isPlainObject(written) || !isPlainObject(written['build_after'])) return null;
  const {
    count = null,
    period = null,
    updates_on,
  } = written['build_after'] as Record<string, Json>;
  return { build_after: { count, period, updates_on: updates_on ?? 'any' } };
}

/** A hook is a text, a text that is JSON, or a mapping (core `hooks.py`). */
function fullHook(written: Json): Json {
  let hook: unknown = written;
  if (typeof written === 'string') {
    try {
      hook = JSON.parse(written);
    } catch {
      hook = { sql: written };
    }
    if (!isPlainObject(hook)) hook = { sql: written };
  }
  const fields = hook as Record<string, Json>;
  return {
    sql: fields['sql'] ?? null,
    transaction: fields['transaction'] ?? true,
    index: fields['index'] ?? null,
  };
}

/** `store_failures_as` decides `store_failures` where it is given, else the other way round. */
function settledFailures(config: NodeConfig): NodeConfig {
  const as = config['store_failures_as'] ?? null;
  if (as !== null) return { store_failures: as !== 'ephemeral' };
  const stored = config['store_failures'] ?? null;
  return { store_failures_as: stored === null ? null : stored === true ? 'table' : 'ephemeral' };
}
