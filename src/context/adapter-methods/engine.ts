import { fromJs, PyDict, toStr } from '../../jinja/index.ts';
import { type AdapterMethod, argument } from './method.ts';

/** What kind of engine it is, and small services of dbt-duckdb. */
export const engineMethods: readonly (readonly [string, AdapterMethod])[] = [
  ['type', (_args, _kwargs, { dialect }) => dialect.name],
  ['is_motherduck', () => false],
  ['is_ducklake', () => false],
  ['use_ducklake_table_workarounds', () => false],
  ['disable_transactions', () => false],
  ['is_cancelable', () => true],
  ['date_function', () => 'now()'],
  [
    'escape_sql_string',
    (args, kwargs) => toStr(argument(args, kwargs, 0, 'value')).replaceAll("'", "''"),
  ],
  [
    'warn_once',
    (args, kwargs, { warn }) => {
      warn(toStr(argument(args, kwargs, 0, 'msg')));
      return '';
    },
  ],
  ['get_temp_relation_path', () => new PyDict()],
  ['get_catalog_integration', () => null],
  ['build_catalog_relation', () => null],
  ['supports', () => fromJs(false)],
];
