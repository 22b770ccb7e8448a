import { hostFunction, PyDict, PyObject, repr, type Value } from '../jinja/index.ts';

/**
 * An object of dbt's that has fields and no keys: `.name`, and `.to_dict()` for what it is in
 * artifacts. It is no mapping; `['name']` works since templates fall back to attributes.
 */
export class RecordObject extends PyObject {
  readonly pyTypeName: string;
  readonly #fields: PyDict;
  readonly #members: ReadonlyMap<string, Value>;

  /** `members` are the fields that are more to templates than they are in an artifact. */
  constructor(typeName: string, fields: PyDict, members: ReadonlyMap<string, Value> = new Map()) {
    super();
    this.pyTypeName = typeName;
    this.#fields = fields;
    this.#members = members;
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'to_dict') return hostFunction(name, () => this.toDict());
    return this.#members.get(name) ?? this.#fields.get(name);
  }

  /** What it is in artifacts. */
  toDict(): PyDict {
    return new PyDict(this.#fields.entries());
  }

  override pyRepr(): string {
    const fields = [...this.#fields.keys()].map((name) => {
      return `${name}=${repr(this.pyAttr(name as string)!)}`;
    });
    return `${this.pyTypeName}(${fields.join(', ')})`;
  }
}

/** A node's configuration: a record whose values may also be asked for by key, `.get(key, default)`. */
export class ConfigRecord extends RecordObject {
  readonly #values: PyDict;

  constructor(typeName: string, values: PyDict) {
    super(typeName, values);
    this.#values = values;
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'get')
      return hostFunction(name, ([key = null, otherwise = null]) => {
        const value = this.#values.get(key);
        // One that is None is there.
        return value === undefined ? otherwise : value;
      });
    return super.pyAttr(name);
  }

  override pyItem(key: Value): Value | undefined {
    return this.#values.get(key);
  }

  override pyIter(): Iterator<Value> {
    return this.#values.keys();
  }

  override pyLen(): number {
    return this.#values.size;
  }

  override pyContains(key: Value): boolean {
    return this.#values.has(key);
  }
}
