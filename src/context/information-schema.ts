import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { hostFunction, PyObject, toStr, type Value } from '../jinja/index.ts';

/** `database.information_schema`, or one of its views (dbt-adapters `base/relation.py`). */
export class InformationSchema extends PyObject {
  readonly #dialect: SqlDialect;
  readonly #database: string;
  readonly #view: string | null;

  constructor(dialect: SqlDialect, database: string, view: string | null) {
    super();
    this.#dialect = dialect;
    this.#database = database;
    this.#view = view;
  }

  override get pyTypeName(): string {
    return 'InformationSchema';
  }

  override pyStr(): string {
    const database = this.#database === '' ? [] : [this.#dialect.quote(this.#database)];
    return [...database, 'INFORMATION_SCHEMA', ...(this.#view === null ? [] : [this.#view])].join(
      '.',
    );
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'database':
        return this.#database === '' ? null : this.#database;
      case 'information_schema_view':
        return this.#view;
      case 'render':
        return hostFunction(name, () => this.pyStr());
      case 'replace':
      case 'incorporate':
        return hostFunction(name, (_args, kwargs) => {
          const view = kwargs.get('information_schema_view') ?? this.#view;
          return new InformationSchema(
            this.#dialect,
            this.#database,
            view === null ? null : toStr(view),
          );
        });
      default:
        return undefined;
    }
  }
}
