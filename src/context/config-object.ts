import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, hostFunction, PyDict, PyObject, toJs, toStr, type Value } from '../jinja/index.ts';

/**
 * `config` as templates see it: called to configure the node, asked with `get` and `require`.
 * `onConfig` receives the arguments of each call while the node is parsed; at run time calls do
 * nothing, since the configuration is settled by then.
 */
export class ConfigObject extends PyObject {
  readonly #read: () => Readonly<Record<string, Json>>;
  readonly #onConfig: (given: Readonly<Record<string, Json>>) => void;
  readonly #node: string;

  constructor(
    node: string,
    read: () => Readonly<Record<string, Json>>,
    onConfig: (given: Readonly<Record<string, Json>>) => void,
  ) {
    super();
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
    for (const [name, value] of kwargs) given[name] = toJs(value) as Json;
    this.#onConfig(given);
    return '';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'get':
        return hostFunction('get', (args, kwargs) => this.#get(args, kwargs, this.#read()));
      case 'require':
        return hostFunction('require', (args, kwargs) => this.#require(args, kwargs, this.#read()));
      case 'meta_get':
        return hostFunction('meta_get', (args, kwargs) => this.#get(args, kwargs, this.#meta()));
      case 'meta_require':
        return hostFunction('meta_require', (args, kwargs) =>
          this.#require(args, kwargs, this.#meta()),
        );
      case 'set':
        return hostFunction('set', ([key, value]) => {
          this.#onConfig({ [toStr(key ?? null)]: toJs(value ?? null) as Json });
          return '';
        });
      case 'persist_relation_docs':
        return hostFunction(name, () => this.#persistDocs('relation'));
      case 'persist_column_docs':
        return hostFunction(name, () => this.#persistDocs('columns'));
      default:
        return undefined;
    }
  }

  #get(
    args: Value[],
    kwargs: ReadonlyMap<string, Value>,
    from: Readonly<Record<string, Json>>,
  ): Value {
    const key = toStr(args[0] ?? kwargs.get('name') ?? null);
    const found = Object.hasOwn(from, key) ? from[key] : undefined;
    if (found === undefined || found === null) return args[1] ?? kwargs.get('default') ?? null;
    return fromJs(found);
  }

  #require(
    args: Value[],
    kwargs: ReadonlyMap<string, Value>,
    from: Readonly<Record<string, Json>>,
  ): Value {
    const key = toStr(args[0] ?? kwargs.get('name') ?? null);
    if (!Object.hasOwn(from, key)) {
      throw tsdbtError('compiler-error', { message: `${this.#node} must configure "${key}"` });
    }
    return fromJs(from[key]);
  }

  #meta(): Readonly<Record<string, Json>> {
    const meta = this.#read()['meta'];
    return typeof meta === 'object' && meta !== null && !Array.isArray(meta)
      ? (meta as Record<string, Json>)
      : {};
  }

  #persistDocs(part: string): boolean {
    const docs = this.#read()['persist_docs'];
    return (
      typeof docs === 'object' && docs !== null && (docs as Record<string, Json>)[part] === true
    );
  }
}
