import { fromJs, PyObject, type Value } from '../jinja/index.ts';

/** Flags a template may ask for although no command sets them, at the values dbt has for them. */
const defaults: Readonly<Record<string, string | number | boolean | null>> = {
  CACHE_SELECTED_ONLY: false,
  DEBUG: false,
  DEFER: false,
  EMPTY: false,
  FAIL_FAST: false,
  FAVOR_STATE: false,
  FULL_REFRESH: false,
  INDIRECT_SELECTION: 'eager',
  INTROSPECT: true,
  INVOCATION_COMMAND: 'tsdbt',
  LOG_CACHE_EVENTS: false,
  LOG_FORMAT: 'default',
  PARTIAL_PARSE: true,
  POPULATE_CACHE: true,
  PRINT: true,
  PRINTER_WIDTH: 80,
  QUIET: false,
  SEND_ANONYMOUS_USAGE_STATS: false,
  STATIC_PARSER: true,
  STORE_FAILURES: false,
  USE_COLORS: true,
  USE_EXPERIMENTAL_PARSER: false,
  VERSION_CHECK: true,
  WARN_ERROR: null,
  WRITE_JSON: true,
};

/** `flags`: asked in upper or lower case, as in `flags.FULL_REFRESH`. */
export class FlagsObject extends PyObject {
  readonly #flags: Readonly<Record<string, string | number | boolean | null>>;

  constructor(flags: Readonly<Record<string, string | number | boolean | null>>) {
    super();
    this.#flags = flags;
  }

  override get pyTypeName(): string {
    return 'Namespace';
  }

  override pyAttr(name: string): Value | undefined {
    const key = name.toUpperCase();
    if (Object.hasOwn(this.#flags, key)) return fromJs(this.#flags[key]);
    return Object.hasOwn(defaults, key) ? fromJs(defaults[key]) : undefined;
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.pyAttr(key) : undefined;
  }
}
