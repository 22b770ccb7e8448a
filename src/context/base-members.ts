import { createHash } from 'node:crypto';
import { parseYaml } from '../config/yaml-file.ts';
import type { Json } from '../contracts/json.ts';
import type { Target } from '../contracts/project.ts';
import { didYouMean } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  fromJsDate,
  hostFunction,
  isTruthy,
  jsonDumps,
  jsonLoads,
  modules,
  PyDateTime,
  PyDict,
  PyObject,
  parseTemplate,
  pythonFault,
  renderSync,
  returnFunction,
  type Scope,
  toStr,
  utcZone,
  type Value,
} from '../jinja/index.ts';
import { secretPrefix } from '../util/mask-secrets.ts';
import { ownValue } from '../util/own-value.ts';
import { collectionFunctions } from './collection-functions.ts';
import { FlagsObject } from './flags-object.ts';
import type { Invocation } from './invocation.ts';
import { dumpYaml } from './yaml-dump/dump-yaml.ts';

/** The dbt version whose behaviour templates are answered with. */
export const dbtVersion = '1.12.6';

export interface BaseMembersOptions {
  readonly vars: ReadonlyMap<string, Json>;
  /** Named in errors: `model.shop.a`, `project.yml`. */
  readonly owner: string;
  /** Secrets are readable in profiles.yml and packages.yml only. */
  readonly allowSecrets?: boolean;
  readonly onEnvVar?: (name: string) => void;
  /** What dbt gives for a variable that is not set while it parses. */
  readonly missingVarIsNone?: boolean;
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

  define('env_var', (args, kwargs) => envVar(args, kwargs, invocation, options));
  members.set('return', returnFunction);
  define('fromjson', ([text, otherwise], kwargs) =>
    parsed(
      () => jsonLoads(toStr(text ?? kwargs.get('string') ?? null)),
      otherwise ?? kwargs.get('default'),
    ),
  );
  define('tojson', ([value, otherwise], kwargs) => {
    const sort = kwargs.get('sort_keys');
    const sortKeys = sort !== undefined && isTruthy(sort);
    // What JSON can't say is an error; the default is for values that are wrong in themselves.
    return parsed(
      () => jsonDumps(value ?? null, { sortKeys }),
      otherwise ?? kwargs.get('default'),
      (type) => type !== 'TypeError',
    );
  });
  define('fromyaml', ([text, otherwise], kwargs) =>
    parsed(() => {
      const written = toStr(text ?? kwargs.get('value') ?? null);
      const options = { dbt: true, times: true, keepsEnd: true };
      return fromJs(parseYaml(written, 'fromyaml()', options).value);
    }, otherwise ?? kwargs.get('default')),
  );
  define('toyaml', ([value, otherwise], kwargs) => {
    const sort = kwargs.get('sort_keys');
    return parsed(
      () => dumpYaml(value ?? null, sort !== undefined && isTruthy(sort)),
      otherwise ?? kwargs.get('default'),
    );
  });
  define('log', ([message, info], kwargs) => {
    invocation.say(
      toStr(message ?? null),
      isTruthy(info ?? kwargs.get('info') ?? false) ? 'info' : 'debug',
    );
    return '';
  });
  define('print', ([message]) => {
    invocation.say(toStr(message ?? null), 'print');
    return '';
  });
  define('local_md5', ([text]) =>
    createHash('md5')
      .update(toStr(text ?? null))
      .digest('hex'),
  );
  for (const [name, body] of collectionFunctions) define(name, body);
  members.set('run_started_at', new PyDateTime(fromJsDate(invocation.startedAt), utcZone));
  members.set('invocation_id', invocation.id);
  const onItertools = () =>
    invocation.say(
      'A template uses modules.itertools, which is deprecated: the functions zip and set, filters and loops do without it.',
      'warning:ModulesItertoolsUsageDeprecation',
    );
  members.set('modules', modules({ now: invocation.now, onItertools }));
  members.set('dbt_version', dbtVersion);
  members.set('thread_id', 'Thread-1');
  members.set('flags', new FlagsObject(invocation.flags));
  members.set(
    'var',
    varFunction(options, (name) => members.get(name)),
  );
  return members;
}

/** `target`: the connection with a mask in the place of each secret. */
export function targetValue(target: Target): Value {
  const value = new PyDict();
  for (const [key, part] of Object.entries(target.shown)) value.set(key, fromJs(part));
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

/** `var(name, default)`, with `var.has_var(name)`. A text in it that is a template is rendered. */
export class VarFunction extends PyObject {
  readonly #options: BaseMembersOptions;
  readonly #scope: Scope;

  constructor(options: BaseMembersOptions, scope: Scope) {
    super();
    this.#options = options;
    this.#scope = scope;
  }

  override get pyTypeName(): string {
    return 'Var';
  }

  /** The same, whose texts may use the names of a node: its macros. */
  within(scope: Scope): VarFunction {
    return new VarFunction(this.#options, scope);
  }

  override pyAttr(name: string): Value | undefined {
    if (name !== 'has_var') return undefined;
    return hostFunction(name, ([key]) => this.#options.vars.has(toStr(key ?? null)));
  }

  override pyCall(args: Value[], kwargs: ReadonlyMap<string, Value>): Value {
    const { vars, owner, missingVarIsNone } = this.#options;
    const name = toStr(args[0] ?? kwargs.get('name') ?? null);
    const found = vars.get(name);
    if (found !== undefined) return this.#rendered(name, found);
    // None is a default like any other.
    const otherwise = args.length > 1 ? args[1] : kwargs.get('default');
    if (otherwise !== undefined) return otherwise;
    if (missingVarIsNone === true) return null;
    throw tsdbtError('var-not-found', {
      name,
      node: owner,
      near: didYouMean(name, vars.keys())?.match(/"(.*)"/)?.[1],
    });
  }

  #rendered(name: string, value: Json): Value {
    if (typeof value !== 'string' || !/\{[{%]/.test(value)) return fromJs(value);
    return renderSync(parseTemplate(value, { file: `var "${name}"` }), this.#scope);
  }
}

function varFunction(
  options: BaseMembersOptions,
  lookup: (name: string) => Value | undefined,
): Value {
  return new VarFunction(options, { lookup });
}

/** Variables whose names start so are for the tool's own use: templates see none of them, as in dbt. */
const privatePrefix = 'DBT_ENV_PRIVATE';

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
  const found = name.startsWith(privatePrefix) ? undefined : ownValue(invocation.env, name);
  options.onEnvVar?.(name);
  if (found !== undefined) return found;
  const otherwise = args[1] ?? kwargs.get('default');
  if (otherwise === undefined || otherwise === null) throw tsdbtError('env-var-missing', { name });
  return toStr(otherwise);
}

function parsed(
  read: () => Value,
  otherwise: Value | undefined,
  isExcused: (type: string) => boolean = () => true,
): Value {
  try {
    return read();
  } catch (error) {
    if (!isExcused(pythonFault(error)?.type ?? '')) throw error;
    return otherwise ?? null;
  }
}
