import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { LargeInteger } from '../util/large-integer.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText, mappingKey } from '../util/mapping-key.ts';
import { WholeFloat } from '../util/whole-float.ts';
import { contractChange, isContractLost } from './contract-changes.ts';

type Fields = Readonly<Record<string, Json>>;

/** A `manifest.json` as read: nothing about it is trusted. */
export type ManifestJson = Fields;

const sections =
  'nodes sources exposures metrics semantic_models unit_tests saved_queries functions'.split(' ');

/** Configurations that are compared as names of the relation, or not at all. */
const notCompared = new Set(['alias', 'schema', 'database', 'tags', 'group']);

/** Configurations that change what a data test says. */
const testModifiers =
  'severity where limit fail_calc warn_if error_if store_failures store_failures_as sql_header'.split(
    ' ',
  );

/**
 * Compares the resources of two manifests as `state:` does (core `graph/selector_methods.py`,
 * `contracts/graph/nodes.py`), dbt's oddities with it: a new source, exposure or metric is not
 * modified, and tests are compared by their configuration only. Built-in macros are left out, since
 * each tool has its own.
 */
export class StateComparison {
  private readonly before: ReadonlyMap<string, Fields>;
  private readonly after: ReadonlyMap<string, Fields>;
  private readonly macros: Readonly<Record<string, Fields>>;
  private readonly changedMacros: ReadonlySet<string>;
  private readonly warn: (text: string) => void;
  private readonly contracts = new Map<string, boolean>();
  private lostChecked = false;
  private readonly now: Date;

  constructor(old: ManifestJson, current: ManifestJson, now: Date, warn: (text: string) => void) {
    this.before = resources(old);
    this.after = resources(current);
    this.macros = fields(current['macros']) as Readonly<Record<string, Fields>>;
    this.changedMacros = changedMacros(fields(old['macros']), this.macros);
    this.warn = warn;
    this.now = now;
  }

  /** Does the resource pass a check of `state:`? Throws when a versioned model breaks its contract. */
  matches(check: string, id: string): boolean {
    const old = this.before.get(id);
    const now = this.after.get(id);
    if (now === undefined) return false;
    const type = String(now['resource_type']);
    const isNode = nodeTypes.has(type);
    switch (check) {
      case 'new':
        return old === undefined;
      case 'old':
        return old !== undefined;
      case 'modified':
        return this.isModified(old, now);
      case 'unmodified':
        return !this.isModified(old, now);
      case 'modified.body':
        return isNode && (old === undefined || !sameBody(old, now));
      case 'modified.configs':
        return type !== 'unit_test' && (old === undefined || !sameConfig(old, now));
      case 'modified.persisted_descriptions':
        return isNode && (old === undefined || !samePersistedDescription(old, now));
      case 'modified.relation':
        return (isNode || type === 'source') && (old === undefined || !sameRelation(old, now));
      case 'modified.macros':
        return this.hasChangedMacro(now, new Set());
      default:
        this.checkLostContracts();
        return isNode && (old === undefined || !this.sameContract(old, now));
    }
  }

  private isModified(old: Fields | undefined, now: Fields): boolean {
    this.checkLostContracts();
    const contract = old !== undefined && !this.sameContract(old, now);
    return contract || !sameContents(old, now) || this.hasChangedMacro(now, new Set());
  }

  private sameContract(old: Fields, now: Fields): boolean {
    if (now['resource_type'] !== 'model') return true;
    const id = String(now['unique_id']);
    const known = this.contracts.get(id);
    if (known !== undefined) return known;
    const change = contractChange(old, now);
    if (change.kind === 'breaking') this.report(now, change.changes);
    this.contracts.set(id, change.kind === 'same');
    return change.kind === 'same';
  }

  /** Models that are gone are selected by nothing, but a contract that went with them is told. */
  private checkLostContracts(): void {
    if (this.lostChecked) return;
    this.lostChecked = true;
    for (const [id, old] of this.before) {
      if (this.after.has(id) || old['resource_type'] !== 'model') continue;
      if (isContractLost(old, this.now)) this.report(old, ['it was removed, renamed or disabled']);
    }
  }

  private report(node: Fields, changes: readonly string[]): void {
    const params = { node: String(node['unique_id']), changes };
    if ((node['version'] ?? null) !== null) throw tsdbtError('contract-breaking-change', params);
    this.warn(`${params.node} breaks its contract: ${changes.join('; ')}`);
  }

  private hasChangedMacro(node: Fields, seen: Set<string>): boolean {
    const uses = fields(node['depends_on'])['macros'];
    if (!Array.isArray(uses)) return false;
    for (const id of uses as readonly string[]) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (this.changedMacros.has(id)) return true;
      const macro = this.macros[id];
      if (macro !== undefined && this.hasChangedMacro(macro, seen)) return true;
    }
    return false;
  }
}

const nodeTypes = new Set(['model', 'seed', 'snapshot', 'test', 'analysis', 'function']);

function sameContents(old: Fields | undefined, now: Fields): boolean {
  const type = String(now['resource_type']);
  if (old === undefined) return !nodeTypes.has(type) && type !== 'unit_test';
  const same = (...keys: readonly string[]) => keys.every((key) => sameField(old, now, key));
  switch (type) {
    case 'source':
      return (
        sameRelation(old, now) &&
        sameConfig(old, now) &&
        same('fqn', 'quoting', 'freshness', 'loaded_at_field', 'external')
      );
    case 'exposure':
      return (
        same('fqn', 'type', 'owner', 'maturity', 'url', 'description', 'label') &&
        sameSet(parentsOf(old), parentsOf(now)) &&
        sameConfig(old, now)
      );
    case 'metric':
      return same('type', 'description', 'label') && sameConfig(old, now);
    case 'semantic_model':
      return same(
        ...'model description defaults entities dimensions measures config primary_entity group'.split(
          ' ',
        ),
      );
    case 'saved_query':
      return same('query_params', 'description', 'label', 'config', 'group', 'exports', 'tags');
    case 'unit_test':
      return same('checksum');
    case 'test':
      if ('test_metadata' in now) return sameConfig(old, now) && same('fqn');
      break;
    case 'function':
      if (!same('arguments', 'returns') || !sameOverloads(old, now)) return false;
      break;
    case 'model':
      if (!same('latest_version', 'access', 'deprecation_date')) return false;
  }
  return (
    sameBody(old, now) &&
    sameConfig(old, now) &&
    samePersistedDescription(old, now) &&
    same('fqn') &&
    sameRelation(old, now)
  );
}

/** Overloads are the same whatever is said of them. */
function sameOverloads(old: Fields, now: Fields): boolean {
  const made = (node: Fields) =>
    (Array.isArray(node['overloads']) ? node['overloads'] : []).map((one: Json) =>
      ['defined_in', 'arguments', 'returns', 'raw_body'].map((key) => fields(one)[key] ?? null),
    );
  return isDeepStrictEqual(made(old), made(now));
}

function sameBody(old: Fields, now: Fields): boolean {
  return sameField(old, now, now['resource_type'] === 'seed' ? 'checksum' : 'raw_code');
}

function sameConfig(old: Fields, now: Fields): boolean {
  const type = String(now['resource_type']);
  if (type === 'semantic_model' || type === 'saved_query') return sameField(old, now, 'config');
  const [before, after] = [fields(old['unrendered_config']), fields(now['unrendered_config'])];
  if (type === 'test') return testModifiers.every((key) => sameField(before, after, key));
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const ignored = nodeTypes.has(type) ? notCompared : new Set(type === 'metric' ? ['group'] : []);
  return [...keys].every((key) => {
    if (ignored.has(key) || sameField(before, after, key)) return true;
    return sameField({ value: written(before[key]) }, { value: written(after[key]) }, 'value');
  });
}

/**
 * A configuration as it was written: dbt has lists of property files twice in its manifests, and
 * empty mappings where there is nothing.
 */
function written(value: Json | undefined): Json {
  if (Array.isArray(value)) return once(value as readonly Json[]);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).map(([key, inner]) => [key, written(inner)] as const);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function once(list: readonly Json[]): readonly Json[] {
  const half = list.length / 2;
  if (half === 0 || !Number.isInteger(half)) return list;
  const first = list.slice(0, half);
  return isDeepStrictEqual(first, list.slice(half)) ? once(first) : list;
}

function samePersistedDescription(old: Fields, now: Fields): boolean {
  const persist = fields(fields(now['config'])['persist_docs']);
  if (persist['relation'] === true && !sameField(old, now, 'description')) return false;
  if (persist['columns'] !== true) return true;
  const told = (node: Fields) =>
    Object.fromEntries(
      Object.entries(fields(node['columns'])).map(([name, column]) => [
        name,
        fields(column)['description'],
      ]),
    );
  return isDeepStrictEqual(told(old), told(now));
}

function sameRelation(old: Fields, now: Fields): boolean {
  if (now['resource_type'] === 'source') {
    const keys = ['unrendered_database', 'unrendered_schema', 'identifier'];
    return keys.every((key) => sameField(old, now, key));
  }
  const [before, after] = [fields(old['unrendered_config']), fields(now['unrendered_config'])];
  return ['database', 'schema', 'alias'].every((key) => sameField(before, after, key));
}

function sameField(a: Fields, b: Fields, key: string): boolean {
  const [old, now] = [a[key] ?? null, b[key] ?? null];
  // To Python `1.0` is equal to `1`.
  return isDeepStrictEqual(old, now) || isDeepStrictEqual(withNumbers(old), withNumbers(now));
}

/** The same with numbers in the places of floats, and texts as keys, as JSON has them. */
function withNumbers(value: unknown): unknown {
  if (value instanceof LargeInteger) return value.value;
  if (value instanceof WholeFloat)
    return Number.isSafeInteger(value.value) ? value.value : BigInt(value.value);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [mappingKey(keyText(key)), withNumbers(item)] as const,
  );
  return Object.fromEntries(entries);
}

function parentsOf(node: Fields): readonly Json[] {
  const nodes = fields(node['depends_on'])['nodes'];
  return Array.isArray(nodes) ? (nodes as readonly Json[]) : [];
}

function sameSet(a: readonly Json[], b: readonly Json[]): boolean {
  return isDeepStrictEqual(new Set(a), new Set(b));
}

/** Ids of macros whose text is new, changed or gone. */
function changedMacros(old: Fields, now: Readonly<Record<string, Fields>>): ReadonlySet<string> {
  const textOf = (macro: Json | undefined) => fields(macro)['macro_sql'] ?? null;
  const builtIn = (id: string) => /^macro\.dbt(_duckdb)?\./.test(id);
  const ids = new Set([...Object.keys(old), ...Object.keys(now)]);
  return new Set([...ids].filter((id) => !builtIn(id) && textOf(old[id]) !== textOf(now[id])));
}

function resources(manifest: Fields): ReadonlyMap<string, Fields> {
  return new Map(
    sections.flatMap((section) =>
      Object.entries(fields(manifest[section])).map(([id, node]) => [id, fields(node)] as const),
    ),
  );
}

function fields(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}
