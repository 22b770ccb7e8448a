import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, hostFunction, PyDict, toStr, type Value } from '../jinja/index.ts';
import type { Invocation } from './invocation.ts';

/** `exceptions`: the errors and warnings a template may raise. */
export function exceptionsObject(invocation: Invocation): Value {
  const object = new PyDict();
  const raise = (name: string, message: (args: Value[]) => string) =>
    object.set(
      name,
      hostFunction(name, (args) => {
        throw tsdbtError('compiler-error', { message: message(args) });
      }),
    );
  const first = (args: Value[]) => toStr(args[0] ?? fromJs(''));
  for (const name of [
    'raise_compiler_error',
    'raise_database_error',
    'raise_not_implemented',
    'raise_fail_fast_error',
    'raise_dependency_error',
    'raise_parsing_error',
  ]) {
    raise(name, first);
  }
  raise('raise_contract_error', () => 'This model has an enforced contract that its columns break');
  raise('missing_config', (args) => `The configuration "${toStr(args[1] ?? null)}" is missing`);
  raise('missing_relation', (args) => `The relation ${first(args)} does not exist`);
  raise(
    'missing_materialization',
    () => 'No materialization of this name was found for the adapter',
  );
  raise('relation_wrong_type', (args) => `${first(args)} is not a ${toStr(args[1] ?? null)}`);
  object.set(
    'warn',
    hostFunction('warn', (args) => {
      invocation.say(`Warning: ${first(args)}`);
      return '';
    }),
  );
  return object;
}
