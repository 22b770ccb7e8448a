import { defaultOf, shownToTemplates } from '../config/flags/flag-record.ts';
import type { Json } from '../contracts/json.ts';
import { fromJs, PyObject, type Value } from '../jinja/index.ts';

/** `flags`: the flags of the invocation, as in `flags.FULL_REFRESH`; others are undefined, as in dbt. */
export class FlagsObject extends PyObject {
  readonly #flags: Readonly<Record<string, Json>>;

  constructor(flags: Readonly<Record<string, Json>>) {
    super();
    this.#flags = flags;
  }

  override get pyTypeName(): string {
    return 'Namespace';
  }

  override pyAttr(name: string): Value | undefined {
    if (Object.hasOwn(this.#flags, name)) return fromJs(this.#flags[name]);
    const lower = name.toLowerCase();
    return name !== lower && shownToTemplates.has(lower) ? fromJs(defaultOf(lower)) : undefined;
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.pyAttr(key) : undefined;
  }
}
