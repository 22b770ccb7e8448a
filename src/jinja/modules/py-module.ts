import { PyObject, type Value } from '../values/py-object.ts';

/** A Python module: a fixed set of names. */
export class PyModule extends PyObject {
  readonly #name: string;
  readonly #members: Readonly<Record<string, Value>>;

  constructor(name: string, members: Readonly<Record<string, Value>>) {
    super();
    this.#name = name;
    this.#members = members;
  }

  get pyTypeName(): string {
    return 'module';
  }

  override pyAttr(name: string): Value | undefined {
    return this.#members[name];
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' && !key.startsWith('_') ? this.#members[key] : undefined;
  }

  override pyRepr(): string {
    return `<module '${this.#name}'>`;
  }
}
