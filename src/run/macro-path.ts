import { searchOrder } from '../context/adapter-object.ts';
import { isBuiltin, type MacroIndex } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro, Node } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import { type MacroBlock, parseTemplate, type StaticCall, staticCalls } from '../jinja/index.ts';
import { readHook } from './node-hooks.ts';
import type { RunContext } from './run-context.ts';

/** A materialization that runs as the macro it is written in, and why it does. */
export interface MacroPath {
  readonly macro: Macro<MacroBlock>;
  readonly because: string;
  /** It could be planned, but for what the project or its configuration says. */
  readonly hasPlan: boolean;
}

/** Materializations that are planned; the others are macros only. */
const planned: ReadonlySet<string> = new Set([
  'table',
  'view',
  'incremental',
  'snapshot',
  'seed',
  'test',
]);

/** Settings that the plan knows nothing of and the macros carry out. */
const macroSettings: Readonly<Record<string, readonly string[]>> = {
  view: ['sql_header'],
  table: ['sql_header', 'indexes', 'partitioned_by', 'sorted_by'],
  snapshot: ['indexes'],
  seed: ['indexes'],
  incremental: [
    'sql_header',
    'indexes',
    'merge_clauses',
    'merge_update_condition',
    'merge_insert_condition',
    'merge_on_using_columns',
    'merge_update_set_expressions',
    'merge_returning_columns',
  ],
};

/** Methods of `adapter` that call the macro of the same name. */
const methodsByMacro: ReadonlySet<string> = new Set([
  'create_schema',
  'drop_schema',
  'drop_relation',
  'truncate_relation',
  'rename_relation',
  'get_columns_in_relation',
]);

/**
 * Whether a node runs through the macro of its materialization and not by a plan: when the macro is
 * not one of the planned built-in ones, when the project overrides a macro that it is made of, or
 * when the node is configured with what only the macros do. Plans are the fast path; this keeps what
 * a project writes in dbt's way in force.
 */
export function macroPath(
  node: Node,
  host: TemplateHost,
  { manifest, flags }: Pick<RunContext, 'manifest' | 'flags'>,
): MacroPath | undefined {
  const name = materializationOf(node);
  if (name === undefined) return undefined;
  const macro = materializationMacro(name, host, explicitOverrides(manifest.project));
  if (macro === undefined) return undefined;
  const hasPlan = planned.has(name) && isBuiltin(macro.packageName);
  const because = (text: string): MacroPath => ({ macro, because: text, hasPlan });
  if (!isBuiltin(macro.packageName))
    return because(`the materialization "${name}" is a macro of ${macro.packageName}`);
  if (node.resourceType === 'function') return because('functions are made by a macro');
  if (!planned.has(name)) return because(`the materialization "${name}" is a macro`);
  const setting = macroSettings[name]?.find((key) => isSet(node.config[key]));
  if (setting !== undefined) return because(`it is configured with ${setting}`);
  const refused = name === 'incremental' ? refusedMergeSetting(node.config) : undefined;
  if (refused !== undefined) return because(`it is configured with ${refused}`);
  if (hookAsks(node, host)) return because('its hooks ask the database');
  const overridden = overriddenMacro(node, rootsOf(node, name, macro, flags.storeFailures), host);
  return overridden === undefined
    ? undefined
    : because(`${overridden.packageName} overrides the macro ${overridden.name}`);
}

/** A setting of `merge` that can't be right: the macro says what is wrong with it. */
function refusedMergeSetting(config: Node['config']): string | undefined {
  const clauses = config['merge_clauses'] ?? null;
  if (clauses !== null) return 'merge_clauses';
  return ['merge_update_columns', 'merge_exclude_columns'].find(
    (key) => isSet(config[key]) && !Array.isArray(config[key]),
  );
}

/** Whether packages may not replace a built-in materialization on their own. */
export function explicitOverrides({ flags }: Project): boolean {
  return flags['require_explicit_package_overrides_for_builtin_materializations'] !== false;
}

function materializationOf(node: Node): string | undefined {
  if (node.resourceType === 'unit_test') return undefined;
  if (node.resourceType !== 'model' && node.resourceType !== 'function') return node.resourceType;
  const name = String(node.config['materialized']);
  return name === 'landing' ? undefined : name;
}

/**
 * The macro of a materialization: one for the adapter before one for all, then of the project before
 * a package's before a built-in one. A package may replace a built-in one only where the project's
 * flag allows it (core `contracts/graph/manifest.py`, `find_materialization_macro_by_name`).
 */
export function materializationMacro(
  name: string,
  { macros, dialect }: Pick<TemplateHost, 'macros' | 'dialect'>,
  explicitOverrides: boolean,
): Macro<MacroBlock> | undefined {
  const imported = [...macros.packages()].filter(
    (name) => name !== macros.rootPackage && !isBuiltin(name),
  );
  const named = [dialect.name, 'default'].map((kind) => `materialization_${name}_${kind}`);
  const builtin = named.some((full) => macros.inPackage('dbt', full) !== undefined);
  const packages = [macros.rootPackage, ...(builtin && explicitOverrides ? [] : imported), 'dbt'];
  for (const full of named) {
    for (const packageName of packages) {
      const found = macros.inPackage(packageName, full);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The macros that a node's materialization starts from. */
function rootsOf(
  node: Node,
  name: string,
  macro: Macro<MacroBlock>,
  storeFailures: boolean,
): readonly (Macro<MacroBlock> | string)[] {
  if (name === 'test') {
    const stores = isSet(node.config['store_failures']) || storeFailures;
    return stores ? [macro] : ['get_test_sql', 'get_limit_subquery_sql'];
  }
  if (name === 'incremental') {
    const strategy = String(node.config['incremental_strategy'] ?? 'default');
    return [macro, `get_incremental_${strategy.replaceAll('+', '_')}_sql`];
  }
  if (name === 'snapshot')
    return [macro, `snapshot_${String(node.config['strategy']).split('.').at(-1)}_strategy`];
  return [macro];
}

const closures = new WeakMap<MacroIndex, Map<string, Macro<MacroBlock> | null>>();

const overriding = new WeakMap<MacroIndex, Map<string, boolean>>();

/**
 * Whether a node of a package can meet a macro that stands for a built-in one: quickly said, so that
 * projects without overrides need not look at what the built-in macros call.
 */
function mayOverride(packageName: string, host: TemplateHost): boolean {
  const { macros } = host;
  const known = overriding.get(macros) ?? new Map<string, boolean>();
  overriding.set(macros, known);
  let found = known.get(packageName);
  if (found === undefined) {
    const near = new Set([packageName, macros.rootPackage]);
    for (const rule of host.dispatch) for (const name of rule.searchOrder) near.add(name);
    found = [...near].some(
      (name) =>
        !isBuiltin(name) &&
        [...macros.namesIn(name)].some((macro) => {
          const base = macro.replace(/^[a-z]+__/, '');
          return [macro, base].some((text) => macros.inPackage('dbt', text) !== undefined);
        }),
    );
    known.set(packageName, found);
  }
  return found;
}

/** The first macro, on the way from the roots, that is not the built-in one. */
function overriddenMacro(
  node: Node,
  roots: readonly (Macro<MacroBlock> | string)[],
  host: TemplateHost,
): Macro<MacroBlock> | undefined {
  if (!mayOverride(node.packageName, host)) {
    const named = roots.flatMap((root) =>
      typeof root === 'string' ? (host.macros.find(root, node.packageName) ?? []) : [],
    );
    return named.find((macro) => !isBuiltin(macro.packageName));
  }
  const known = closures.get(host.macros) ?? new Map<string, Macro<MacroBlock> | null>();
  closures.set(host.macros, known);
  const key = [
    node.packageName,
    ...roots.map((root) => (typeof root === 'string' ? root : root.uniqueId)),
  ].join('\n');
  let found = known.get(key);
  if (found === undefined) {
    found = search(node.packageName, roots, host) ?? null;
    known.set(key, found);
  }
  return found ?? undefined;
}

/** Reads what macros call, as names are looked up in a package. */
class CallReader {
  readonly #host: TemplateHost;
  readonly #packageName: string;

  constructor(host: TemplateHost, packageName: string) {
    this.#host = host;
    this.#packageName = packageName;
  }

  find(name: string): Macro<MacroBlock> | undefined {
    return this.#host.macros.find(name, this.#packageName);
  }

  /** The macros that these calls lead to. */
  called(calls: readonly StaticCall[]): readonly Macro<MacroBlock>[] {
    return calls.flatMap((call) => this.#one(call) ?? []);
  }

  /** The macros themselves and all that they call, in turn. */
  *all(start: readonly Macro<MacroBlock>[]): Generator<Macro<MacroBlock>, void> {
    const seen = new Set<Macro<MacroBlock>>();
    const queue = [...start];
    for (const macro of queue) {
      if (seen.has(macro)) continue;
      seen.add(macro);
      yield macro;
      queue.push(...this.called(staticCalls(macro.block.body, macro.block.text)));
    }
  }

  #one({ name, args }: StaticCall): Macro<MacroBlock> | undefined {
    const { macros } = this.#host;
    if (name === 'adapter.dispatch' && typeof args[0] === 'string')
      return this.#dispatched(args[0], typeof args[1] === 'string' ? args[1] : undefined);
    const [first, second, ...rest] = name.split('.');
    if (rest.length > 0) return undefined;
    if (second === undefined) return this.find(first!);
    if (first === 'adapter') return methodsByMacro.has(second) ? this.find(second) : undefined;
    return macros.hasPackage(first!) ? macros.inPackage(first!, second) : undefined;
  }

  #dispatched(name: string, namespace: string | undefined): Macro<MacroBlock> | undefined {
    const { macros, dialect, dispatch, projectName, dependencies } = this.#host;
    const order = searchOrder({ dispatch, rootPackage: projectName, dependencies }, namespace);
    for (const packageName of order) {
      for (const prefix of [dialect.name, 'default']) {
        const full = `${prefix}__${name}`;
        const found =
          packageName === undefined ? this.find(full) : macros.inPackage(packageName, full);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

function search(
  packageName: string,
  roots: readonly (Macro<MacroBlock> | string)[],
  host: TemplateHost,
): Macro<MacroBlock> | undefined {
  const reader = new CallReader(host, packageName);
  const start = roots.flatMap((root) =>
    typeof root === 'string' ? (reader.find(root) ?? []) : root,
  );
  for (const macro of reader.all(start)) if (!isBuiltin(macro.packageName)) return macro;
  return undefined;
}

/** Macros of the project and of packages that a node can meet on its way through a macro. */
export function macrosOnPath(
  node: Node,
  { macro }: MacroPath,
  host: TemplateHost,
  storeFailures: boolean,
): readonly Macro<MacroBlock>[] {
  const name = materializationOf(node) ?? '';
  const reader = new CallReader(host, node.packageName);
  const roots = [macro, ...rootsOf(node, name, macro, storeFailures)];
  const start = roots.flatMap((root) =>
    typeof root === 'string' ? (reader.find(root) ?? []) : root,
  );
  return [...reader.all(start)].filter((found) => !isBuiltin(found.packageName));
}

/** Calls by which a template asks the database, or changes it. */
const asking = /^(run_query|statement|adapter\.(?!dispatch$|quote|type$).*)$/;

/**
 * Whether rendering a hook asks the database, or does there what it is meant to do: then it must not
 * be rendered before it is its turn, as plans do.
 */
function hookAsks(node: Node, host: TemplateHost): boolean {
  const hooks = ['pre-hook', 'post-hook'].flatMap((key) => {
    const written = node.config[key];
    return (Array.isArray(written) ? written : written ? [written] : []) as readonly Json[];
  });
  return hooks.some((hook) => {
    const { sql } = readHook(hook);
    if (!/\{[{%]/.test(sql)) return false;
    const { body, text } = parseTemplate(sql, { file: node.originalFilePath });
    const calls = staticCalls(body, text);
    if (calls.some(({ name }) => asking.test(name))) return true;
    const reader = new CallReader(host, node.packageName);
    for (const macro of reader.all(reader.called(calls))) {
      if (asking.test(macro.name)) return true;
      if (staticCalls(macro.block.body, macro.block.text).some(({ name }) => asking.test(name)))
        return true;
    }
    return false;
  });
}

function isSet(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
