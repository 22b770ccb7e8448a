import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isLiteralCall } from '../jinja/index.ts';
import { type PythonCall, pythonCalls } from './python-calls.ts';

/** Whether a model is written in Python. */
export function isPythonModel(path: string): boolean {
  return path.endsWith('.py');
}

/**
 * A template that says of a Python model what its text says, on the same lines: the calls of `dbt.ref`, `dbt.source` and
 * `dbt.config`, whose literals Jinja reads as Python does. A table, unless it is configured as something
 * else; the keys that `dbt.config.get` asks for are part of its configuration (core `parser/models.py`).
 */
export function pythonModelTemplate(code: string, file: string): string {
  const calls = pythonCalls(code);
  for (const call of calls) checkLiteral(call, file);
  let template = "{{ config(materialized='table') }}";
  let line = 1;
  for (const call of calls) {
    if (call.name === 'get' || call.name === 'meta_get') continue;
    const said = `{{ ${call.name}(${call.args}) }}`;
    template += '\n'.repeat(Math.max(0, call.line - line)) + said;
    line = Math.max(line, call.line) + said.split('\n').length - 1;
  }
  return template + askedKeys(calls);
}

function askedKeys(calls: readonly PythonCall[]): string {
  const asked = (name: PythonCall['name']) => calls.filter((call) => call.name === name);
  const [keys, metaKeys] = [asked('get'), asked('meta_get')];
  if (keys.length + metaKeys.length === 0) return '';
  // `x.get(key, default)` reads the arguments where they stand.
  const list = (of: readonly PythonCall[], which: 'key' | 'other') =>
    `[${of.map(({ args }) => `[${args}]${which === 'key' ? '[0]' : '[1:] | first | default(none)'}`).join(', ')}]`;
  return `{{ config(config_keys_used=${list(keys, 'key')}, config_keys_defaults=${list(keys, 'other')}, meta_keys_used=${list(metaKeys, 'key')}, meta_keys_defaults=${list(metaKeys, 'other')}) }}`;
}

function checkLiteral({ name, args, line, column }: PythonCall, file: string): void {
  if (isLiteralCall(`f(${args})`)) return;
  const called = name === 'get' || name === 'meta_get' ? `config.${name}` : name;
  throw tsdbtError('python-call-not-literal', { called }, { location: { file, line, column } });
}
