import { hostFunction, PyDict, PyObject, PyTuple, type Scope, type Value } from '../jinja/index.ts';

/**
 * `context`: every name of the template as a dictionary, `context['my_macro'](…)`. What templates
 * put into it stays until the node is rendered, and shadows what is there under that name.
 */
export class ContextObject extends PyObject {
  readonly #scope: Scope;
  readonly #added: PyDict;
  readonly #names: () => Iterable<string>;

  /**
   * `added` is shared by all that render one node: its template, and the macros that it calls. `names` are
   * those that the scope knows.
   */
  constructor(scope: Scope, added: PyDict, names: () => Iterable<string>) {
    super();
    this.#scope = scope;
    this.#added = added;
    this.#names = names;
  }

  override get pyTypeName(): string {
    return 'dict';
  }

  override pyItem(key: Value): Value | undefined {
    const added = this.#added.get(key);
    if (added !== undefined) return added;
    return typeof key === 'string' ? this.#scope.lookup(key) : undefined;
  }

  override pyContains(key: Value): boolean {
    return this.pyItem(key) !== undefined;
  }

  #keys(): Value[] {
    return [...new Set([...this.#added.keys(), ...this.#names()])];
  }

  override pyIter(): Iterator<Value> {
    return this.#keys().values();
  }

  override pyLen(): number {
    return this.#keys().length;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'keys':
        return hostFunction(name, () => this.#keys());
      case 'values':
        return hostFunction(name, () => this.#keys().map((key) => this.pyItem(key) ?? null));
      case 'items':
        return hostFunction(name, () =>
          this.#keys().map((key) => new PyTuple([key, this.pyItem(key) ?? null])),
        );
      case 'get':
        return hostFunction(name, ([key = null, otherwise = null]) => {
          const value = this.pyItem(key);
          // One that is None is there.
          return value === undefined ? otherwise : value;
        });
      case 'update':
        return hostFunction(name, ([values], kwargs) => {
          if (values instanceof PyDict)
            for (const [key, value] of values.entries()) this.#added.set(key, value);
          for (const [key, value] of kwargs) this.#added.set(key, value);
          return null;
        });
      case 'setdefault':
        return hostFunction(name, ([key = null, otherwise = null]) => {
          const known = this.pyItem(key);
          if (known === undefined) this.#added.set(key, otherwise);
          return known === undefined ? otherwise : known;
        });
      case 'pop':
        return hostFunction(name, ([key = null, otherwise = null]) => {
          const value = this.pyItem(key);
          this.#added.delete(key);
          return value === undefined ? otherwise : value;
        });
      default:
        return this.pyItem(name);
    }
  }
}
