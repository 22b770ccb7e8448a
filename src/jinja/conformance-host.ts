import { createHash } from 'node:crypto';
import { parse as parseYaml, stringify } from 'yaml';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  bindMacro,
  fromJs,
  hostFunction,
  jsonDumps,
  jsonLoads,
  type Kwargs,
  modules,
  PyDict,
  PyObject,
  PySet,
  PyTuple,
  pythonFault,
  returnFunction,
  scopeFromMap,
  type Template,
  toJs,
  type Value,
} from './index.ts';
import { items } from './values/iterate.ts';
import { toStr } from './values/str.ts';

/** A relation as the recorded cases have it. */
class Relation extends PyObject {
  readonly #parts: readonly [string | undefined, string | undefined, string];

  constructor(parts: readonly [string | undefined, string | undefined, string]) {
    super();
    this.#parts = parts;
  }

  get pyTypeName(): string {
    return 'Relation';
  }

  override pyAttr(name: string): Value | undefined {
    const [database, schema, identifier] = this.#parts;
    switch (name) {
      case 'database':
        return database ?? null;
      case 'schema':
        return schema ?? null;
      case 'identifier':
      case 'name':
        return identifier;
      case 'include':
        return hostFunction('include', (_args, kwargs) => {
          const keep = (part: string) => kwargs.get(part) !== false;
          return new Relation([
            keep('database') ? database : undefined,
            keep('schema') ? schema : undefined,
            identifier,
          ]);
        });
      default:
        return undefined;
    }
  }

  override pyStr(): string {
    return this.#parts
      .filter((part) => part !== undefined)
      .map((part) => `"${part}"`)
      .join('.');
  }
}

/** The host of the recorded cases: dbt's context with made-up answers. */
export function caseScope(template: Template, context: Readonly<Record<string, unknown>>) {
  const names = new Map<string, Value>(
    Object.entries(context).map(([name, value]) => [name, fromJs(value)]),
  );
  const scope = scopeFromMap(names);
  for (const block of template.macros) {
    if (block.kind === 'macro') names.set(block.name, bindMacro(block, scope));
  }
  const define = (name: string, call: (args: Value[], kwargs: Kwargs) => Value) => {
    names.set(name, hostFunction(name, call));
  };
  names.set('return', returnFunction);
  define('ref', (args) => new Relation(['db', 'main', toStr(args.at(-1)!)]));
  define('source', (args) => new Relation(['db', toStr(args[0]!), toStr(args[1]!)]));
  names.set('this', new Relation(['db', 'main', 'me']));
  names.set('config', new Config());
  const given: Parameters<typeof define>[1] = (args, kwargs) =>
    args[1] ?? kwargs.get('default') ?? null;
  define('var', given);
  define('env_var', given);
  names.set('target', fromJs({ name: 'dev', schema: 'main' }));
  names.set(
    'exceptions',
    new PyDict([
      [
        'raise_compiler_error',
        hostFunction('raise_compiler_error', (args) => {
          throw tsdbtError('compiler-error', { message: toStr(args[0]!) });
        }),
      ],
    ]),
  );
  const dispatch = hostFunction('dispatch', (args) => {
    const name = toStr(args[0]!);
    return names.get(`duckdb__${name}`) ?? names.get(`default__${name}`) ?? null;
  });
  names.set('adapter', new PyDict([['dispatch', dispatch]]));
  names.set('modules', modules({ now: () => new Date('2024-01-02T03:04:05Z') }));
  define('zip', (args) => {
    const lists = args.map((arg) => [...items(arg)]);
    const length = Math.min(...lists.map((list) => list.length));
    return Array.from({ length }, (_, i) => new PyTuple(lists.map((list) => list[i]!)));
  });
  define('set', (args) => new PySet(items(args[0]!)));
  define('tojson', (args, kwargs) => {
    try {
      return jsonDumps(args[0]!, { sortKeys: kwargs.get('sort_keys') === true });
    } catch (error) {
      if (pythonFault(error)?.type !== 'TypeError') throw error;
      return args[1] ?? kwargs.get('default') ?? null;
    }
  });
  define('fromjson', (args) => jsonLoads(toStr(args[0]!)));
  define('fromyaml', (args) => fromJs(parseYaml(toStr(args[0]!))));
  define('toyaml', (args) => stringify(toJs(args[0]!)));
  define('local_md5', (args) => createHash('md5').update(toStr(args[0]!)).digest('hex'));
  return scope;
}

class Config extends PyObject {
  get pyTypeName(): string {
    return 'Config';
  }

  override pyAttr(name: string): Value | undefined {
    return name === 'get' ? hostFunction('get', (args) => args[1] ?? null) : undefined;
  }

  override pyCall(): Value {
    return '';
  }
}

/**
 * For tests: a template whose expressions all go through the generator evaluator, none through the
 * shortcut for those that can't suspend. Both must do the same.
 */
export function withoutShortcuts(template: Template): Template {
  return { ...template, body: copy(template.body) };
}

function copy<T>(node: T): T {
  if (Array.isArray(node)) return node.map(copy) as T;
  if (typeof node !== 'object' || node === null || node instanceof PyObject || node instanceof Set)
    return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === 'pure' || key === 'simple' ? false : copy(value),
  ]);
  return Object.fromEntries(entries) as T;
}
