import { hostFunction, PyObject, type Scope, toStr, type Value } from '../jinja/index.ts';

/** `context`: every name of the template as a dictionary, `context['my_macro'](…)`. */
export class ContextObject extends PyObject {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super();
    this.#scope = scope;
  }

  override get pyTypeName(): string {
    return 'dict';
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#scope.lookup(key) : undefined;
  }

  override pyContains(key: Value): boolean {
    return this.pyItem(key) !== undefined;
  }

  override pyAttr(name: string): Value | undefined {
    if (name !== 'get') return this.#scope.lookup(name);
    return hostFunction('get', ([key, otherwise]) => {
      return this.#scope.lookup(toStr(key ?? null)) ?? otherwise ?? null;
    });
  }
}
