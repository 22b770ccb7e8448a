import { isTruthy, PyDict, toStr, type Value } from '../../jinja/index.ts';
import { agateType } from '../agate-type.ts';
import { ColumnObject } from '../column-object.ts';
import { QueryTable } from '../query-table.ts';
import type { RelationObject } from '../relation-object.ts';
import type { TemplateDatabase } from '../template-database.ts';
import {
  type AdapterMethod,
  type AdapterOptions,
  answer,
  answered,
  argument,
  callNamed,
  relationArgument,
  withDatabase,
} from './method.ts';

/** Columns of relations and queries, quoting, and types. */
export const columnMethods: readonly (readonly [string, AdapterMethod])[] = [
  [
    'get_columns_in_relation',
    withDatabase(
      (database, args, kwargs, options) =>
        columnsOf(
          database,
          relationArgument('get_columns_in_relation', args, kwargs, 0, 'relation'),
          options,
        ),
      () => [],
    ),
  ],
  [
    'get_missing_columns',
    withDatabase(
      (database, args, kwargs, options) => {
        const from = relationArgument('get_missing_columns', args, kwargs, 0, 'from_relation');
        const to = relationArgument('get_missing_columns', args, kwargs, 1, 'to_relation');
        return (function* () {
          const given = (yield* columnsOf(database, from, options)) as ColumnObject[];
          const known = new Set(
            ((yield* columnsOf(database, to, options)) as ColumnObject[]).map(
              ({ column }) => column.name,
            ),
          );
          return given.filter(({ column }) => !known.has(column.name)) as Value[];
        })();
      },
      () => [],
    ),
  ],
  [
    'get_column_schema_from_query',
    withDatabase(
      (database, args, kwargs, { dialect }) =>
        answered(database.describe(toStr(argument(args, kwargs, 0, 'sql'))), (columns) =>
          columns.flatMap((c) => new ColumnObject(c, dialect).flattened()),
        ),
      () => [],
    ),
  ],
  // DuckDB's texts have no length: there is nothing to expand.
  ['expand_target_column_types', () => ''],
  ['get_partitions_metadata', () => []],
  ['get_pseudocolumns_for_relation', () => []],
  [
    'quote',
    (args, kwargs, { dialect }) => dialect.quote(toStr(argument(args, kwargs, 0, 'identifier'))),
  ],
  [
    'quote_as_configured',
    (args, kwargs, { dialect }) => dialect.quote(toStr(argument(args, kwargs, 0, 'identifier'))),
  ],
  [
    'quote_seed_column',
    (args, kwargs, { dialect }) => {
      const name = toStr(argument(args, kwargs, 0, 'column'));
      const wanted = argument(args, kwargs, 1, 'quote_config');
      return wanted === null || isTruthy(wanted) ? dialect.quote(name) : name;
    },
  ],
  [
    'convert_type',
    (args, kwargs) => {
      const table = argument(args, kwargs, 0, 'agate_table');
      const at = Number(argument(args, kwargs, 1, 'col_idx'));
      return table instanceof QueryTable ? agateType(table.columnType(at)).duckdb : 'text';
    },
  ],
  ['convert_datetimes_to_strs', ([table]) => table ?? null],
  [
    'standardize_grants_dict',
    (args, kwargs) => {
      const table = argument(args, kwargs, 0, 'grants_table');
      const grants = new PyDict();
      if (!(table instanceof QueryTable)) return grants;
      for (const row of table.rows()) {
        if (!(row instanceof Object) || Array.isArray(row)) continue;
        const [grantee, privilege] = ['grantee', 'privilege_type'].map((name) => row.pyItem(name));
        const key = privilege ?? null;
        const known = grants.get(key);
        if (Array.isArray(known)) known.push(grantee ?? null);
        else grants.set(key, [grantee ?? null]);
      }
      return grants;
    },
  ],
];

/**
 * The columns of a relation, or none when it does not exist. A project that overrides the macro
 * `get_columns_in_relation` is asked instead.
 */
function* columnsOf(database: TemplateDatabase, relation: RelationObject, options: AdapterOptions) {
  if (options.overrides('get_columns_in_relation'))
    return yield* callNamed(options, 'get_columns_in_relation', [relation]);
  const { dialect } = options;
  const columns = yield* answer(database.columns(relation.relation, relation.pyStr()));
  return columns.map((column) => new ColumnObject(column, dialect)) as Value[];
}
