import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro } from '../contracts/node.ts';
import type { DispatchRule, Target } from '../contracts/project.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import {
  bindMacro,
  callMacro,
  fromJs,
  hostFunction,
  isTruthy,
  type MacroBlock,
  PyDict,
  PyObject,
  type Scope,
  type Suspension,
  suspend,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { AdapterObject } from './adapter-object.ts';
import { baseMembers, targetValue } from './base-members.ts';
import { exceptionsObject } from './exceptions-object.ts';
import type { Invocation } from './invocation.ts';
import type { MacroIndex } from './macro-index.ts';
import { QueryTable } from './query-table.ts';
import { relationClass } from './relation-object.ts';
import type { TemplateDatabase } from './template-database.ts';

/** What is the same for every node of a run. */
export interface TemplateHost {
  readonly invocation: Invocation;
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly macros: MacroIndex;
  readonly dispatch: readonly DispatchRule[];
  readonly projectName: string;
  readonly varsFor: (packageName: string) => ReadonlyMap<string, Json>;
}

export interface NodeScopeOptions {
  /** The package whose macros unqualified names mean. */
  readonly packageName: string;
  /** `ref source config this model …`: what depends on the node. Shadows all but macros. */
  readonly members: ReadonlyMap<string, Value>;
  /** Absent while parsing; `execute` is false then. */
  readonly database?: TemplateDatabase | undefined;
  readonly onMacro?: ((id: UniqueId) => void) | undefined;
  /** Members that cost something to make: asked for on first use. */
  readonly lazy?: ((name: string) => Value | undefined) | undefined;
}

const sharedByHost = new WeakMap<TemplateHost, Map<string, Map<string, Value>>>();

/**
 * The names a node's template can use. Macros come first, as in dbt: a project may replace `ref`
 * by a macro of that name and reach the original through `builtins`.
 */
export function nodeScope(host: TemplateHost, options: NodeScopeOptions): Scope {
  const { macros } = host;
  const bound = new Map<string, Value>();
  const shared = sharedMembers(host, options.packageName);
  const results = new Map<string, Value>();

  const bind = (packageName: string, name: string): Value | undefined => {
    const macro = macros.inPackage(packageName, name);
    return macro === undefined ? undefined : bindOnce(macro);
  };
  const bindOnce = (macro: Macro<MacroBlock>): Value => {
    options.onMacro?.(macro.uniqueId);
    let value = bound.get(macro.uniqueId);
    if (value === undefined) {
      value = bindMacro(macro.block, scope, { displayName: macro.name });
      bound.set(macro.uniqueId, value);
    }
    return value;
  };
  const own = new Map<string, Value>();
  const lazily = (name: string): Value | undefined => {
    switch (name) {
      case 'execute':
        return options.database !== undefined;
      case 'adapter':
        return new AdapterObject({
          dialect: host.dialect,
          macros,
          dispatch: host.dispatch,
          packageName: options.packageName,
          bind,
          database: options.database,
        });
      case 'statement':
        return statementFunction(options.database, results);
      case 'run_query':
        return runQueryFunction(options.database);
      case 'load_result':
        return hostFunction(name, ([key]) => results.get(toStr(key ?? null)) ?? null);
      case 'builtins':
        return builtins(options.members);
      default:
        return undefined;
    }
  };
  const scope: Scope = {
    lookup: (name) => {
      const macro = macros.find(name, options.packageName);
      if (macro !== undefined) return bindOnce(macro);
      const member = options.members.get(name) ?? own.get(name) ?? shared.get(name);
      if (member !== undefined) return member;
      const made =
        options.lazy?.(name) ??
        lazily(name) ??
        (macros.hasPackage(name) ? new PackageNamespace(name, bind) : undefined);
      if (made !== undefined) own.set(name, made);
      return made;
    },
  };
  return scope;
}

/** `dbt_utils.…`: the macros of one package. */
class PackageNamespace extends PyObject {
  readonly #name: string;
  readonly #bind: (packageName: string, name: string) => Value | undefined;

  constructor(name: string, bind: (packageName: string, name: string) => Value | undefined) {
    super();
    this.#name = name;
    this.#bind = bind;
  }

  override get pyTypeName(): string {
    return 'Namespace';
  }

  override pyAttr(name: string): Value | undefined {
    return this.#bind(this.#name, name);
  }
}

function sharedMembers(host: TemplateHost, packageName: string): Map<string, Value> {
  let byPackage = sharedByHost.get(host);
  if (byPackage === undefined) {
    byPackage = new Map();
    sharedByHost.set(host, byPackage);
  }
  let shared = byPackage.get(packageName);
  if (shared === undefined) {
    shared = baseMembers(host.invocation, {
      vars: host.varsFor(packageName),
      owner: `A template of ${packageName}`,
    });
    shared.set('target', targetValue(host.target));
    shared.set('env', targetValue(host.target));
    shared.set('project_name', host.projectName);
    shared.set('exceptions', exceptionsObject(host.invocation));
    const api = new PyDict();
    api.set('Relation', relationClass(host.dialect));
    shared.set('api', api);
    byPackage.set(packageName, shared);
  }
  return shared;
}

function builtins(members: ReadonlyMap<string, Value>): Value {
  const value = new PyDict();
  for (const name of ['ref', 'source', 'config']) {
    const member = members.get(name);
    if (member !== undefined) value.set(name, member);
  }
  return value;
}

/** `{% call statement('name', fetch_result=true) %}…{% endcall %}`: runs SQL, keeps its result. */
function statementFunction(
  database: TemplateDatabase | undefined,
  results: Map<string, Value>,
): Value {
  return hostFunction('statement', function* (args, kwargs): Generator<Suspension, Value> {
    const caller = kwargs.get('caller');
    if (database === undefined || caller === undefined) return '';
    const sql = toStr(yield* callMacro(caller, []));
    const name = args[0] ?? kwargs.get('name') ?? null;
    const fetch = isTruthy(args[1] ?? kwargs.get('fetch_result') ?? false);
    const table = yield* awaited(database.query(sql).then((result) => new QueryTable(result)));
    if (name !== null) {
      const kept = new PyDict();
      kept.set('table', fetch ? table : null);
      kept.set('data', fetch ? fromRows(table) : []);
      kept.set('response', 'OK');
      results.set(toStr(name), kept);
    }
    return '';
  });
}

function runQueryFunction(database: TemplateDatabase | undefined): Value {
  return hostFunction('run_query', ([sql]) => {
    if (database === undefined) return null;
    return suspend(database.query(toStr(sql ?? null)).then((result) => new QueryTable(result)));
  });
}

function* awaited(promise: Promise<Value>): Generator<Suspension, Value> {
  return (yield suspend(promise)) as unknown as Value;
}

function fromRows(table: Value): Value {
  return table instanceof QueryTable ? table.rows() : fromJs([]);
}
