import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  isUndefined,
  PyDict,
  PyObject,
  plainKey,
  toJs,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { keyText, mappingKey } from '../util/mapping-key.ts';

/** Settings with two names; in one call only one of them can count. */
const twoNames = [
  ['pre-hook', 'pre_hook'],
  ['post-hook', 'post_hook'],
] as const;

/**
 * `config` as templates see it: called to configure the node, asked with `get` and `require`.
 * `onConfig` receives the arguments of each call while the node is parsed; at run time calls do
 * nothing, since the configuration is settled by then. Without `read`, as while parsing, questions
 * have an empty answer: what will be configured is not known yet (core `context/providers.py`).
 */
export class ConfigObject extends PyObject {
  readonly #read: (() => Readonly<Record<string, Json>>) | undefined;
  readonly #onConfig: (given: Readonly<Record<string, Json>>) => void;
  readonly #node: string;
  readonly #warn: (name: string, text: string) => void;

  constructor(
    node: string,
    read: (() => Readonly<Record<string, Json>>) | undefined,
    onConfig: (given: Readonly<Record<string, Json>>) => void,
    warn: (name: string, text: string) => void = () => undefined,
  ) {
    super();
    this.#warn = warn;
    this.#node = node;
    this.#read = read;
    this.#onConfig = onConfig;
  }

  override get pyTypeName(): string {
    return 'config';
  }

  override pyCall(args: Value[], kwargs: ReadonlyMap<string, Value>): Value {
    const [first] = args;
    const given: Record<string, Json> = {};
    if (first instanceof PyDict) Object.assign(given, toJs(first));
    // What does not exist is an empty text.
    for (const [name, value] of kwargs)
      given[mappingKey(name)] = isUndefined(value) ? '' : (toJs(value) as Json);
    for (const [first, second] of twoNames) {
      if (first in given && second in given)
        throw tsdbtError('keys-exclusive', { first, second, file: 'one call of config()' });
    }
    this.#onConfig(given);
    return '';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'get':
        return this.#question(name, (args, kwargs, config) => {
          this.#tellOfMeta(args, kwargs, config);
          return this.#get(args, kwargs, config);
        });
      case 'require':
        return this.#question(name, (args, kwargs, config) => {
          this.#tellOfMeta(args, kwargs, config);
          return this.#require(args, kwargs, config);
        });
      case 'meta_get':
        return this.#question(name, (args, kwargs, config) =>
          this.#get(args, kwargs, metaOf(config)),
        );
      case 'meta_require':
        return this.#question(name, (args, kwargs, config) =>
          this.#require(args, kwargs, metaOf(config)),
        );
      case 'model':
        return fromJs({ config: this.#read?.() ?? {} });
      case 'set':
        return hostFunction('set', ([key, value]) => {
          this.#onConfig({ [mappingKey(toStr(key ?? null))]: toJs(value ?? null) as Json });
          return '';
        });
      case 'persist_relation_docs':
        return this.#question(name, (_a, _k, config) => persistsDocs(config, 'relation'));
      case 'persist_column_docs':
        return this.#question(name, (_a, _k, config) => persistsDocs(config, 'columns'));
      default:
        return undefined;
    }
  }

  #get(
    args: Value[],
    kwargs: ReadonlyMap<string, Value>,
    from: Readonly<Record<string, Json>>,
  ): Value {
    const key = plainKey(args[0] ?? kwargs.get('name') ?? null);
    const found = Object.hasOwn(from, key) ? from[key] : undefined;
    // A setting that has no value yet is there all the same: dbt gives none, not the default.
    if (found === undefined) return args[1] ?? kwargs.get('default') ?? null;
    return fromJs(found);
  }

  /** What stands below `meta` is not found by its bare name, and this may be a surprise. */
  #tellOfMeta(
    args: Value[],
    kwargs: ReadonlyMap<string, Value>,
    config: Readonly<Record<string, Json>>,
  ): void {
    const property = plainKey(args[0] ?? kwargs.get('name') ?? null);
    const key = keyText(property);
    if (Object.hasOwn(config, property) || !Object.hasOwn(metaOf(config), property)) return;
    const text = `${this.#node}: config.get('${key}') does not find "${key}" below \`meta\`; config.meta_get('${key}') does.`;
    this.#warn('GetMetaKeyWarning', text);
  }

  #require(
    args: Value[],
    kwargs: ReadonlyMap<string, Value>,
    from: Readonly<Record<string, Json>>,
  ): Value {
    const key = plainKey(args[0] ?? kwargs.get('name') ?? null);
    if (!Object.hasOwn(from, key)) {
      const message = `${this.#node} must configure "${keyText(key)}"`;
      throw tsdbtError('compiler-error', { message });
    }
    return fromJs(from[key]);
  }

  /** A function that reads the configuration; while there is none it gives an empty text. */
  #question(
    name: string,
    answer: (
      args: Value[],
      kwargs: ReadonlyMap<string, Value>,
      config: Readonly<Record<string, Json>>,
    ) => Value,
  ): Value {
    return hostFunction(name, (args, kwargs) =>
      this.#read === undefined ? '' : answer(args, kwargs, this.#read()),
    );
  }
}

function metaOf(config: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const { meta } = config;
  return typeof meta === 'object' && meta !== null && !Array.isArray(meta)
    ? (meta as Record<string, Json>)
    : {};
}

function persistsDocs(config: Readonly<Record<string, Json>>, part: string): boolean {
  const { persist_docs: docs } = config;
  return typeof docs === 'object' && docs !== null && (docs as Record<string, Json>)[part] === true;
}
