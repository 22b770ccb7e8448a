import { hostFunction, PyDict, PyObject, type Value } from '../jinja/index.ts';

/** What the database said of a statement: prints as `OK`, as dbt-duckdb's responses do. */
export class AdapterResponse extends PyObject {
  readonly rowsAffected: number | null;
  readonly #message: string;
  readonly #code: string;

  constructor(rowsAffected: number | null, message = 'OK', code = message) {
    super();
    this.rowsAffected = rowsAffected;
    this.#message = message;
    this.#code = code;
  }

  override get pyTypeName(): string {
    return 'AdapterResponse';
  }

  override pyStr(): string {
    return this.#message;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'message':
        return this.#message;
      case 'code':
        return this.#code;
      case 'rows_affected':
        return this.rowsAffected;
      case 'query_id':
        return null;
      case 'to_dict':
        return hostFunction(name, () => {
          const value = new PyDict();
          value.set('_message', this.#message);
          if (this.rowsAffected !== null) value.set('rows_affected', this.rowsAffected);
          return value;
        });
      default:
        return undefined;
    }
  }
}
