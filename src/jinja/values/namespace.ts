import { PyObject, type Value } from './py-object.ts';
import { repr } from './repr.ts';

/** Jinja's `namespace()`: the one object whose attributes templates can set. */
export class Namespace extends PyObject {
  readonly #attributes = new Map<string, Value>();

  get pyTypeName(): string {
    return 'Namespace';
  }

  override get pyOwnerName(): string {
    return 'jinja2.utils.Namespace';
  }

  set(name: string, value: Value): void {
    this.#attributes.set(name, value);
  }

  override pyAttr(name: string): Value | undefined {
    return this.#attributes.get(name);
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#attributes.get(key) : undefined;
  }

  override pyRepr(): string {
    const parts = [...this.#attributes].map(([name, value]) => `${repr(name)}: ${repr(value)}`);
    return `<Namespace {${parts.join(', ')}}>`;
  }
}
