import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { DispatchRule } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  hostFunction,
  isTruthy,
  PyObject,
  PyTuple,
  type Suspension,
  suspend,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { ColumnObject } from './column-object.ts';
import { QueryTable } from './query-table.ts';
import { RelationObject } from './relation-object.ts';
import type { TemplateDatabase } from './template-database.ts';

export interface AdapterObjectOptions {
  readonly dialect: SqlDialect;
  readonly rootPackage: string;
  /** Names of the packages the project uses. */
  readonly dependencies: ReadonlySet<string>;
  readonly dispatch: readonly DispatchRule[];
  /** Gives the callable of a macro of a package, or of any that an unqualified name leads to. */
  readonly bind: (packageName: string | undefined, name: string) => Value | undefined;
  /** Undefined while parsing: every question then has an empty answer. */
  readonly database: TemplateDatabase | undefined;
}

/** `adapter`: dispatch, quoting, and questions to the database. */
export class AdapterObject extends PyObject {
  readonly #options: AdapterObjectOptions;

  constructor(options: AdapterObjectOptions) {
    super();
    this.#options = options;
  }

  override get pyTypeName(): string {
    return 'Adapter';
  }

  override pyAttr(name: string): Value | undefined {
    const { dialect, database } = this.#options;
    switch (name) {
      case 'dispatch':
        return hostFunction(name, (args, kwargs) => this.#dispatch(args, kwargs));
      case 'type':
        return hostFunction(name, () => dialect.name);
      case 'quote':
        return hostFunction(name, ([identifier]) => dialect.quote(toStr(identifier ?? null)));
      case 'quote_as_configured':
      case 'quote_seed_column':
        return hostFunction(name, ([identifier]) => dialect.quote(toStr(identifier ?? null)));
      case 'get_relation':
        return hostFunction(name, (args, kwargs) => this.#getRelation(args, kwargs));
      case 'load_relation':
        return hostFunction(name, ([relation]) => this.#known(relation));
      case 'get_columns_in_relation':
        return hostFunction(name, ([relation]) => {
          if (database === undefined || !(relation instanceof RelationObject)) return [];
          return suspend(
            database
              .columns(relation.relation)
              .then((columns) => columns.map((c) => new ColumnObject(c, dialect.quote(c.name)))),
          );
        });
      case 'execute':
        return hostFunction(name, ([sql], kwargs) => {
          if (database === undefined) return new PyTuple(['', null]);
          const fetch = kwargs.get('fetch');
          return suspend(
            database
              .query(toStr(sql ?? null))
              .then(
                (r) => new PyTuple(['OK', fetch && isTruthy(fetch) ? new QueryTable(r) : null]),
              ),
          );
        });
      case 'create_schema':
        return hostFunction(name, ([relation]) => {
          if (database === undefined || !(relation instanceof RelationObject)) return '';
          return suspend(
            database
              .createSchema(relation.relation.database, relation.relation.schema)
              .then(() => ''),
          );
        });
      case 'drop_relation':
        return hostFunction(name, ([relation]) => {
          if (database === undefined || !(relation instanceof RelationObject)) return '';
          const dropped = database
            .findRelation(relation.relation)
            .then((existing) => existing && database.dropRelation(existing));
          return suspend(dropped.then(() => ''));
        });
      case 'check_schema_exists':
        return hostFunction(name, () => true);
      case 'is_motherduck':
      case 'is_ducklake':
      case 'disable_transactions':
        return hostFunction(name, () => false);
      default:
        return undefined;
    }
  }

  #getRelation(args: Value[], kwargs: ReadonlyMap<string, Value>): Value | Suspension {
    const part = (at: number, name: string) => toStr(args[at] ?? kwargs.get(name) ?? null);
    return this.#known(
      new RelationObject(this.#options.dialect, {
        database: part(0, 'database'),
        schema: part(1, 'schema'),
        identifier: part(2, 'identifier'),
      }),
    );
  }

  #known(relation: Value | undefined): Value | Suspension {
    const { database, dialect } = this.#options;
    if (database === undefined || !(relation instanceof RelationObject)) return null;
    return suspend(
      database
        .findRelation(relation.relation)
        .then((found) =>
          found === undefined ? null : new RelationObject(dialect, found, found.type),
        ),
    );
  }

  /**
   * The macro `<adapter>__name` or `default__name`, in the packages of the search order
   * (docs.getdbt.com/reference/dbt-jinja-functions/dispatch).
   */
  #dispatch(args: Value[], kwargs: ReadonlyMap<string, Value>): Value {
    const name = toStr(args[0] ?? kwargs.get('macro_name') ?? null);
    const namespaceValue = args[1] ?? kwargs.get('macro_namespace') ?? null;
    const namespace = namespaceValue === null ? undefined : toStr(namespaceValue);
    const tried: string[] = [];
    for (const packageName of this.#searchOrder(namespace)) {
      for (const prefix of [this.#options.dialect.name, 'default']) {
        const full = `${prefix}__${name}`;
        const found = this.#options.bind(packageName, full);
        if (found !== undefined) return found;
        tried.push(packageName === undefined ? full : `${packageName}.${full}`);
      }
    }
    throw tsdbtError('dispatch-not-found', { name, tried });
  }

  /**
   * The packages a dispatch looks into (core `context/providers.py`, `_get_search_packages`);
   * undefined stands for wherever an unqualified name leads.
   */
  #searchOrder(namespace: string | undefined): readonly (string | undefined)[] {
    const { dispatch, rootPackage, dependencies } = this.#options;
    if (namespace === undefined) return [undefined];
    const rule = dispatch.find((d) => d.macroNamespace === namespace);
    if (rule !== undefined) return rule.searchOrder;
    return dependencies.has(namespace) ? [rootPackage, namespace] : [undefined];
  }
}
