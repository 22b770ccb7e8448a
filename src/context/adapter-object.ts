import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, hostFunction, type Kwargs, PyObject, toStr, type Value } from '../jinja/index.ts';
import type { AdapterOptions } from './adapter-methods/method.ts';
import { adapterMethods } from './adapter-methods/registry.ts';
import { columnClass } from './column-object.ts';
import { isBuiltin } from './macro-index.ts';
import { relationClass } from './relation-object.ts';

/** `adapter`: dispatch, quoting, and questions to the database. */
export class AdapterObject extends PyObject {
  readonly #options: AdapterOptions;

  constructor(options: AdapterOptions) {
    super();
    this.#options = options;
  }

  override get pyTypeName(): string {
    return 'Adapter';
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'dispatch')
      return hostFunction(name, (args, kwargs) => this.#dispatch(args, kwargs));
    const { credentials, dialect } = this.#options;
    if (name === 'config') return fromJs({ credentials: { type: dialect.name, ...credentials } });
    if (name === 'Relation') return relationClass(dialect);
    if (name === 'Column') return columnClass(dialect);
    if (name === 'behavior') return fromJs({});
    const method = adapterMethods.get(name);
    if (method === undefined) return undefined;
    return hostFunction(name, (args, kwargs) => method(args, kwargs, this.#options));
  }

  /**
   * The macro `<adapter>__name` or `default__name`, in the packages of the search order
   * (docs.getdbt.com/reference/dbt-jinja-functions/dispatch).
   */
  #dispatch(args: Value[], kwargs: Kwargs): Value {
    const name = toStr(args[0] ?? kwargs.get('macro_name') ?? null);
    const namespaceValue = args[1] ?? kwargs.get('macro_namespace') ?? null;
    const namespace = namespaceValue === null ? undefined : toStr(namespaceValue);
    const tried: string[] = [];
    for (const packageName of searchOrder(this.#options, namespace)) {
      for (const prefix of [this.#options.dialect.name, 'default']) {
        const full = `${prefix}__${name}`;
        const found = this.#options.bind(packageName, full);
        if (found !== undefined) return found;
        tried.push(packageName === undefined ? full : `${packageName}.${full}`);
      }
    }
    // A test of a package finds the macros of its package so, whatever node it is on.
    if (namespace === undefined) {
      for (const prefix of [this.#options.dialect.name, 'default']) {
        const found = this.#options.bindAnywhere(`${prefix}__${name}`);
        if (found !== undefined) return found;
      }
    }
    throw tsdbtError('dispatch-not-found', { name, tried });
  }
}

/**
 * The packages a dispatch looks into (core `context/providers.py`, `_get_search_packages`);
 * undefined stands for wherever an unqualified name leads.
 */
export function searchOrder(
  {
    dispatch,
    rootPackage,
    dependencies,
  }: Pick<AdapterOptions, 'dispatch' | 'rootPackage' | 'dependencies'>,
  namespace: string | undefined,
): readonly (string | undefined)[] {
  if (namespace === undefined) return [undefined];
  const rule = dispatch.find((d) => d.macroNamespace === namespace);
  if (rule !== undefined) return rule.searchOrder;
  // To dbt the root project is one of its own dependencies.
  const isKnown = dependencies.has(namespace) || namespace === rootPackage || isBuiltin(namespace);
  return isKnown ? [rootPackage, namespace] : [undefined];
}
