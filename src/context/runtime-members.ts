import { TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import {
  callMacro,
  fromJs,
  hostFunction,
  type Kwargs,
  PyDict,
  parseTemplate,
  renderSteps,
  type Scope,
  suspend,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { customEnv } from '../util/custom-env.ts';
import { AdapterResponse } from './adapter-response.ts';
import type { TemplateHost } from './node-scope.ts';
import { QueryTable } from './query-table.ts';

/** Results of statements by the name they were stored under. */
export type QueryResults = Map<string, Value>;

/**
 * Names that belong to the rendering of one template: results of its statements, rendering of other
 * texts, validation (core `context/providers.py`).
 */
export function runtimeMember(
  name: string,
  scope: Scope,
  results: QueryResults,
  host: TemplateHost,
  file: string | undefined,
): Value | undefined {
  switch (name) {
    case 'load_result':
      return hostFunction(name, ([key]) => results.get(toStr(key ?? null)) ?? null);
    case 'store_result':
      return hostFunction(name, (args, kwargs) => store(args, kwargs, results));
    case 'store_raw_result':
      return hostFunction(name, (args, kwargs) => storeRaw(args, kwargs, results));
    case 'render':
      return hostFunction(name, ([text]) => {
        const template = parseTemplate(toStr(text ?? null), { file: file ?? 'render()' });
        return suspend(renderSteps(template, scope));
      });
    case 'try_or_compiler_error':
      return hostFunction(name, (args, kwargs) => tryCall(args, kwargs));
    case 'validation':
      return validation();
    case 'selected_resources':
      return fromJs(host.selectedResources ?? []);
    case 'invocation_args_dict':
      return fromJs(invocationArgs(host));
    case 'dbt_metadata_envs':
      return fromJs(customEnv(host.invocation.env));
    case 'context_macro_stack':
      return new PyDict();
    case 'graph':
      return new PyDict();
    case 'pre_hooks':
    case 'post_hooks':
      return [];
    case 'sql':
    case 'compiled_code':
      return null;
    case 'write':
      return hostFunction(name, () => '');
    case 'sql_now':
      return host.invocation.startedAt.toISOString();
    default:
      return undefined;
  }
}

function argument(args: Value[], kwargs: Kwargs, at: number, name: string): Value {
  return args[at] ?? kwargs.get(name) ?? null;
}

function store(args: Value[], kwargs: Kwargs, results: QueryResults): Value {
  const table = argument(args, kwargs, 2, 'agate_table');
  const kept = new PyDict();
  kept.set('response', argument(args, kwargs, 1, 'response'));
  kept.set('data', table instanceof QueryTable ? table.rowTuples() : []);
  kept.set('table', table);
  results.set(toStr(argument(args, kwargs, 0, 'name')), kept);
  return '';
}

function storeRaw(args: Value[], kwargs: Kwargs, results: QueryResults): Value {
  const text = (at: number, name: string) => {
    const value = argument(args, kwargs, at, name);
    return value === null ? '' : toStr(value);
  };
  const rows = argument(args, kwargs, 3, 'rows_affected');
  const affected = rows === null ? null : Number(toStr(rows));
  const kept = new PyDict();
  kept.set('response', new AdapterResponse(affected, text(1, 'message'), text(2, 'code')));
  kept.set('data', []);
  kept.set('table', argument(args, kwargs, 4, 'agate_table'));
  results.set(text(0, 'name'), kept);
  return '';
}

/** `try_or_compiler_error(message, func, …)`: the call, or an error that says the message. */
function* tryCall(args: Value[], kwargs: Kwargs): ReturnType<typeof callMacro> {
  const [message, func, ...rest] = args;
  if (func === undefined) return null;
  try {
    return yield* callMacro(func, rest, kwargs);
  } catch (error) {
    if (!(error instanceof TsdbtError)) throw error;
    throw tsdbtError('compiler-error', { message: toStr(message ?? null) }, { cause: error });
  }
}

/** `validation.any[…]`: takes every value; the checks were for Python's sake. */
function validation(): Value {
  const value = new PyDict();
  value.set('any', new PyDict());
  return value;
}

function invocationArgs(host: TemplateHost): Record<string, unknown> {
  return { ...host.invocation.args };
}
