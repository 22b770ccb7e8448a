import { createHash } from 'node:crypto';
import type { Json } from '../contracts/json.ts';
import type { Target } from '../contracts/project.ts';
import { didYouMean } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  isTruthy,
  modules,
  PyDict,
  PyTuple,
  returnFunction,
  toJs,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { secretPrefix } from '../util/mask-secrets.ts';
import type { Invocation } from './invocation.ts';

/** The dbt version whose behaviour templates are answered with. */
export const dbtVersion = '1.12.0';


export interface BaseMembersOptions {
  readonly vars: ReadonlyMap<string, Json>;
  /** Named in errors: `model.shop.a`, `project.yml`. */
  readonly owner: string;
  /** Secrets are readable in profiles.yml and packages.yml only. */
  readonly allowSecrets?: boolean;
  readonly onEnvVar?: (name: string) => void;
}

/** What every template can use, in the project file as well as in a model. */
export function baseMembers(
  invocation: Invocation,
  options: BaseMembersOptions,
): Map<string, Value> {
  const members = new Map<string, Value>();
  const define = (
    name: string,
    body: (args: Value[], kwargs: ReadonlyMap<string, Value>) => Value,
  ) => members.set(name, hostFunction(name, body));

  members.set('var', varFunction(options));
  define('env_var', (args, kwargs) => envVar(args, kwargs, invocation, options));
  members.set('return', returnFunction);
  define('fromjson', ([text, otherwise]) =>
    parsed(() => JSON.parse(toStr(text ?? null)), otherwise),
  );
  define('tojson', ([value, otherwise], kwargs) => {
    const sort = kwargs.get('sort_keys');
    return parsedText(
      () => pythonJson(toJs(value ?? null), sort !== undefined && isTruthy(sort)),
      otherwise,
    );
  });
  define('log', ([message], kwargs) => {
    if (isTruthy(kwargs.get('info') ?? false)) invocation.say(toStr(message ?? null));
    return '';
  });
  define('print', ([message]) => {
    invocation.say(toStr(message ?? null));
    return '';
  });
  define('local_md5', ([text]) =>
    createHash('md5')
      .update(toStr(text ?? null))
      .digest('hex'),
  );
  define('zip', (args) => {
    const lists = args.map((list) => (Array.isArray(list) ? list : []));
    const length = Math.min(...lists.map((list) => list.length));
    return Array.from({ length }, (_, i) => new PyTuple(lists.map((list) => list[i] ?? null)));
  });
  members.set('run_started_at', fromJs(invocation.startedAt));
  members.set('invocation_id', invocation.id);
  members.set('modules', modules({ now: invocation.now }));
  members.set('dbt_version', dbtVersion);
  members.set('thread_id', 'Thread-1');
  members.set('flags', fromJs(invocation.flags));
  return members;
}

/** `target`: the connection without what could be a secret. */
export function targetValue(target: Target): Value {
  const value = new PyDict();
  for (const [key, part] of Object.entries(target.credentials)) {
    if (!/password|secret|token|private|key/i.test(key)) value.set(key, fromJs(part));
  }
  const fixed = {
    name: target.name,
    target_name: target.name,
    profile_name: target.profileName,
    type: target.type,
    database: target.database,
    schema: target.schema,
    threads: target.threads,
  };
  for (const [key, part] of Object.entries(fixed)) value.set(key, fromJs(part));
  return value;
}

function varFunction(options: BaseMembersOptions): Value {
  const read = (args: Value[], kwargs: ReadonlyMap<string, Value>): Value => {
    const name = toStr(args[0] ?? kwargs.get('name') ?? null);
    const found = options.vars.get(name);
    if (found !== undefined) return fromJs(found);
    const otherwise = args[1] ?? kwargs.get('default');
    if (otherwise !== undefined) return otherwise;
    throw tsdbtError('var-not-found', {
      name,
      node: options.owner,
      near: didYouMean(name, options.vars.keys())?.match(/"(.*)"/)?.[1],
    });
  };
  return hostFunction('var', read);
}

function envVar(
  args: Value[],
  kwargs: ReadonlyMap<string, Value>,
  invocation: Invocation,
  options: BaseMembersOptions,
): Value {
  const name = toStr(args[0] ?? kwargs.get('var') ?? null);
  if (name.startsWith(secretPrefix) && options.allowSecrets !== true) {
    throw tsdbtError('secret-not-allowed', { name });
  }
  const found = invocation.env[name];
  options.onEnvVar?.(name);
  if (found !== undefined) return found;
  const otherwise = args[1] ?? kwargs.get('default');
  if (otherwise === undefined || otherwise === null) throw tsdbtError('env-var-missing', { name });
  return toStr(otherwise);
}

function parsed(read: () => unknown, otherwise: Value | undefined): Value {
  try {
    return fromJs(read());
  } catch {
    return otherwise ?? null;
  }
}

function parsedText(write: () => string, otherwise: Value | undefined): Value {
  try {
    return write();
  } catch {
    return otherwise ?? null;
  }
}

/** JSON as Python's `json.dumps` spaces it: `{"a": 1, "b": [1, 2]}`. */
function pythonJson(value: unknown, sortKeys: boolean): string {
  if (Array.isArray(value))
    return `[${value.map((item) => pythonJson(item, sortKeys)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${asciiJson(k)}: ${pythonJson(v, sortKeys)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? asciiJson(value) : JSON.stringify(value);
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
