import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro } from '../contracts/node.ts';
import type { DispatchRule, Project, Target } from '../contracts/project.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import {
  bindMacro,
  hostFunction,
  type MacroBlock,
  PyDict,
  PyObject,
  type Scope,
  type Value,
} from '../jinja/index.ts';
import { AdapterObject } from './adapter-object.ts';
import { baseMembers, targetValue, VarFunction } from './base-members.ts';
import { columnClass } from './column-object.ts';
import { ContextObject } from './context-object.ts';
import { exceptionsObject } from './exceptions-object.ts';
import type { Invocation } from './invocation.ts';
import { isBuiltin, type MacroIndex } from './macro-index.ts';
import { relationClass } from './relation-object.ts';
import { type QueryResults, runtimeMember } from './runtime-members.ts';
import type { TemplateDatabase } from './template-database.ts';

/** What is the same for every node of a run. */
export interface TemplateHost {
  readonly invocation: Invocation;
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly macros: MacroIndex;
  readonly dispatch: readonly DispatchRule[];
  readonly projectName: string;
  /** The project and its packages. */
  readonly projects: readonly Project[];
  /** Names of the packages the project uses. */
  readonly dependencies: ReadonlySet<string>;
  /** A variable that is not set is none while parsing, not an error. */
  readonly lenientVars: boolean;
  /** Ids that this invocation works on, for `selected_resources`; set once they are known. */
  selectedResources?: readonly string[];
  readonly varsFor: (packageName: string) => ReadonlyMap<string, Json>;
}

export interface NodeScopeOptions {
  /** The package whose macros unqualified names mean. */
  readonly packageName: string;
  /** File of the template, for what `render()` renders in its name. */
  readonly file?: string | undefined;
  /** `ref source config this model …`: what depends on the node. Shadows all but macros. */
  readonly members: ReadonlyMap<string, Value>;
  /** Absent while parsing; `execute` is false then. */
  readonly database?: TemplateDatabase | undefined;
  /** Values that macros are replaced by, under their names or `package.name`. */
  readonly overrides?: ReadonlyMap<string, Value> | undefined;
  readonly onMacro?: ((id: UniqueId) => void) | undefined;
  /** Macros of other packages that bare names lead to where nothing else has them. */
  readonly alsoKnown?: ((name: string) => Macro<MacroBlock> | undefined) | undefined;
  /** Members that cost something to make: asked for on first use. */
  readonly lazy?: ((name: string) => Value | undefined) | undefined;
}

const sharedByHost = new WeakMap<TemplateHost, Map<string, Map<string, Value>>>();

/**
 * The names a node's template can use. Macros come first, as in dbt: a project may replace `ref`
 * by a macro of that name and reach the original through `builtins`.
 *
 * Macros see the same names; only what the template itself calls is told to `onMacro`, since a
 * node depends on the macros it calls, and those on the ones they call.
 */
export function nodeScope(host: TemplateHost, options: NodeScopeOptions): Scope {
  const { macros } = host;
  const shared = sharedMembers(host, options.packageName, options.database !== undefined);
  const results: QueryResults = new Map();
  const added = new PyDict();
  const scopeWith = (onMacro: ((id: UniqueId) => void) | undefined): Scope => {
    const bound = new Map<string, Value>();
    const own = new Map<string, Value>();
    const use = (macro: Macro<MacroBlock> | undefined): Value | undefined => {
      if (macro === undefined) return undefined;
      const { uniqueId, name: displayName } = macro;
      let value = bound.get(uniqueId);
      if (value === undefined) {
        const onCall = onMacro === undefined ? undefined : () => onMacro(uniqueId);
        value = bindMacro(macro.block, inner, { displayName, onCall });
        bound.set(uniqueId, value);
      }
      return value;
    };
    const bind = (packageName: string | undefined, name: string): Value | undefined =>
      options.overrides?.get(packageName === undefined ? name : `${packageName}.${name}`) ??
      use(
        packageName === undefined
          ? macros.find(name, options.packageName)
          : macros.inPackage(packageName, name),
      );
    const lazily = (name: string): Value | undefined => {
      switch (name) {
        case 'adapter':
          return new AdapterObject({
            dialect: host.dialect,
            rootPackage: host.projectName,
            dependencies: host.dependencies,
            dispatch: host.dispatch,
            bind,
            bindAnywhere: (macro) => {
              for (const name of macros.packages()) {
                const found = macros.inPackage(name, macro);
                if (found !== undefined) return use(found);
              }
              return undefined;
            },
            overrides: (macro) => {
              const found = macros.find(macro, options.packageName);
              return found !== undefined && !isBuiltin(found.packageName);
            },
            database: options.database,
            credentials: host.target.shown,
            warn: (message) => warnOnce(host, message),
            say: host.invocation.say,
          });
        case 'builtins':
          return builtins(scope, options.members);
        case 'context':
          return new ContextObject(scope, added, () => [
            ...[...options.members.keys(), ...shared.keys()],
            ...[...macros.names(options.packageName), ...macros.packages()],
          ]);
        default:
          return runtimeMember(name, scope, results, host, options.file);
      }
    };
    const scope: Scope = {
      lookup: (name) => {
        const macro = options.overrides?.get(name) ?? use(macros.find(name, options.packageName));
        if (macro !== undefined) return macro;
        // A member may be None, which `??` would take for one that is not there.
        if (options.members.has(name)) return options.members.get(name);
        const member = own.get(name) ?? shared.get(name);
        if (member instanceof VarFunction && !own.has(name)) {
          const ours = member.within(scope);
          own.set(name, ours);
          return ours;
        }
        if (member !== undefined) return member;
        const made =
          options.lazy?.(name) ??
          lazily(name) ??
          (macros.hasPackage(name) ? new PackageNamespace(name, bind) : undefined) ??
          use(options.alsoKnown?.(name));
        if (made !== undefined) own.set(name, made);
        return made;
      },
    };
    return scope;
  };
  const inner = scopeWith(undefined);
  return options.onMacro === undefined ? inner : scopeWith(options.onMacro);
}

const warned = new WeakMap<TemplateHost, Set<string>>();

/** Says a warning the first time it comes up in an invocation. */
function warnOnce(host: TemplateHost, message: string): void {
  const before = warned.get(host) ?? new Set<string>();
  warned.set(host, before);
  if (before.has(message)) return;
  before.add(message);
  host.invocation.say(message, 'warning');
}

/** `dbt_utils.…`: the macros of one package. */
class PackageNamespace extends PyObject {
  readonly #name: string;
  readonly #bind: (packageName: string | undefined, name: string) => Value | undefined;

  constructor(
    name: string,
    bind: (packageName: string | undefined, name: string) => Value | undefined,
  ) {
    super();
    this.#name = name;
    this.#bind = bind;
  }

  override get pyTypeName(): string {
    return 'Namespace';
  }

  override pyAttr(name: string): Value | undefined {
    return this.#bind(this.#name, name) ?? (name === 'get' ? this.#get : undefined);
  }

  /** dbt's namespaces are dictionaries. */
  readonly #get = hostFunction(
    'get',
    ([key, otherwise]) => this.pyItem(key ?? null) ?? otherwise ?? null,
  );

  /** Macros with a leading underscore too, which attributes never lead to. */
  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#bind(this.#name, key) : undefined;
  }
}

function sharedMembers(
  host: TemplateHost,
  packageName: string,
  execute: boolean,
): Map<string, Value> {
  let byPackage = sharedByHost.get(host);
  if (byPackage === undefined) {
    byPackage = new Map();
    sharedByHost.set(host, byPackage);
  }
  const key = `${packageName} ${execute}`;
  let shared = byPackage.get(key);
  if (shared === undefined) {
    shared = baseMembers(host.invocation, {
      vars: host.varsFor(packageName),
      owner: `A template of ${packageName}`,
      // dbt asks for variables only when a node is compiled; our own projects are checked early.
      missingVarIsNone: !execute && host.lenientVars,
    });
    shared.set('execute', execute);
    shared.set('target', targetValue(host.target));
    shared.set('env', targetValue(host.target));
    shared.set('project_name', host.projectName);
    shared.set('exceptions', exceptionsObject(host.invocation));
    const api = new PyDict();
    api.set('Relation', relationClass(host.dialect));
    api.set('Column', columnClass(host.dialect));
    shared.set('api', api);
    byPackage.set(key, shared);
  }
  return shared;
}

/** What a project that defines a macro of such a name still reaches the original through. */
function builtins(scope: Scope, members: ReadonlyMap<string, Value>): Value {
  const value = new PyDict();
  for (const name of ['ref', 'source', 'config', 'metric']) {
    const member = members.get(name);
    if (member !== undefined) value.set(name, member);
  }
  for (const name of [
    'var',
    'env_var',
    'return',
    'log',
    'tojson',
    'fromjson',
    'toyaml',
    'fromyaml',
  ]) {
    const member = scope.lookup(name);
    if (member !== undefined) value.set(name, member);
  }
  return value;
}
