import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  hostFunction,
  type Kwargs,
  PyDict,
  repr,
  toJs,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { textTable } from '../util/text-table.ts';
import type { Invocation } from './invocation.ts';

type Message = (argument: (at: number, name: string) => Value) => string;

const given: Message = (argument) => toStr(argument(0, 'msg') ?? '');

/** What each function of `exceptions` says (core `context/exceptions_jinja.py`). */
const messages: readonly (readonly [name: string, message: Message])[] = [
  ['raise_compiler_error', given],
  ['raise_database_error', given],
  ['raise_not_implemented', given],
  ['raise_fail_fast_error', given],
  ['raise_dependency_error', given],
  ['raise_parsing_error', given],
  ['raise_cache_inconsistent', (argument) => toStr(argument(0, 'message'))],
  ['raise_contract_error', contractDifferences],
  [
    'missing_config',
    (argument) =>
      `${nameOf(argument(0, 'model'))} needs the configuration "${toStr(argument(1, 'name'))}"`,
  ],
  [
    'missing_materialization',
    (argument) =>
      `${nameOf(argument(0, 'model'))}: there is no materialization of its name for ${toStr(argument(1, 'adapter_type'))}`,
  ],
  [
    'missing_relation',
    (argument) => `the relation ${toStr(argument(0, 'relation'))} does not exist`,
  ],
  [
    'relation_wrong_type',
    (argument) =>
      `${toStr(argument(0, 'relation'))} is not a ${toStr(argument(1, 'expected_type'))}; drop or rename it, or run with --full-refresh`,
  ],
  [
    'column_type_missing',
    (argument) =>
      `these columns of the contract have no data_type: ${listOf(argument(0, 'column_names'))}`,
  ],
  [
    'raise_dep_not_found',
    (argument) =>
      `${toStr(argument(1, 'node_description'))} needs the package "${toStr(argument(2, 'required_pkg'))}", which is not installed`,
  ],
  [
    'raise_ambiguous_alias',
    (argument) =>
      `${nameOf(argument(0, 'node_1'))} and ${nameOf(argument(1, 'node_2'))} build the same relation`,
  ],
  [
    'raise_ambiguous_catalog_match',
    (argument) => `two relations of the database match ${toStr(argument(0, 'unique_id'))}`,
  ],
  [
    'raise_duplicate_resource_name',
    (argument) =>
      `${nameOf(argument(0, 'node_1'))} and ${nameOf(argument(1, 'node_2'))} have the same name`,
  ],
  [
    'raise_duplicate_patch_name',
    (argument) => `${nameOf(argument(0, 'patch_1'))} is described twice`,
  ],
  [
    'raise_invalid_property_yml_version',
    (argument) => `${toStr(argument(0, 'path'))}: ${toStr(argument(1, 'issue'))}`,
  ],
  ['raise_dataclass_not_dict', (argument) => `${repr(argument(0, 'obj'))} must be a dictionary`],
];

/** `exceptions`: the errors and warnings a template may raise. */
export function exceptionsObject(invocation: Invocation): Value {
  const object = new PyDict();
  const define = (name: string, body: (args: Value[], kwargs: Kwargs) => Value) =>
    object.set(name, hostFunction(name, body));
  for (const [name, message] of messages) {
    define(name, (args, kwargs) => {
      const text = message((at, key) => args[at] ?? kwargs.get(key) ?? null);
      throw tsdbtError('compiler-error', { message: text });
    });
  }
  define('warn', ([message], kwargs) => {
    invocation.say(toStr(message ?? kwargs.get('msg') ?? null), 'warning');
    return '';
  });
  define('warn_snapshot_timestamp_data_types', (args) => {
    invocation.say(
      `The snapshot's updated_at is ${toStr(args[1] ?? null)} and the time of the run is ${toStr(args[0] ?? null)}: they may not compare as expected`,
      'warning:SnapshotTimestampWarning',
    );
    return '';
  });
  return object;
}

/** A node by its name, or whatever was given, as text. */
function nameOf(node: Value): string {
  const id = node instanceof PyDict ? (node.get('unique_id') ?? node.get('name')) : undefined;
  return toStr(id ?? node);
}

function listOf(names: Value): string {
  return Array.isArray(names) ? names.map(toStr).join(', ') : toStr(names);
}

/** The promised and the given columns of a contract that is broken, side by side. */
function contractDifferences(argument: (at: number, name: string) => Value): string {
  const promised = columnsOf(argument(0, 'yaml_columns'));
  const found = columnsOf(argument(1, 'sql_columns'));
  if (promised.size === 0) return 'this model has an enforced contract, but declares no columns';
  const rows = [...new Set([...found.keys(), ...promised.keys()])].flatMap((name) => {
    const [is, wanted] = [found.get(name) ?? '', promised.get(name) ?? ''];
    return is === wanted ? [] : [[name, is, wanted]];
  });
  const columns = ['column_name', 'definition_type', 'contract_type'].map((name) => ({ name }));
  return `this model has an enforced contract that its columns break\n${textTable({ columns, rows })}`;
}

function columnsOf(list: Value): ReadonlyMap<string, string> {
  const columns = Array.isArray(list) ? (toJs(list) as Record<string, unknown>[]) : [];
  return new Map(
    columns.map((column) => [String(column['name']), String(column['data_type'])] as const),
  );
}
