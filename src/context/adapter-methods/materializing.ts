import { createHash } from 'node:crypto';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import {
  callMacro,
  fromJs,
  hostFunction,
  isTruthy,
  PyDict,
  PyObject,
  toJs,
  toStr,
  type Value,
} from '../../jinja/index.ts';
import type { ColumnObject } from '../column-object.ts';
import {
  type AdapterMethod,
  answered,
  argument,
  callNamed,
  relationArgument,
  withDatabase,
} from './method.ts';

/** Strategies of dbt that DuckDB has, and those it does not have. */
const validStrategies = ['append', 'delete+insert', 'merge', 'microbatch'];
const otherStrategies = ['insert_overwrite'];

/** Questions that materializations ask: strategies, snapshots, indexes, keys. */
export const materializingMethods: readonly (readonly [string, AdapterMethod])[] = [
  ['valid_incremental_strategies', () => [...validStrategies]],
  ['builtin_incremental_strategies', () => [...validStrategies, ...otherStrategies]],
  [
    'get_incremental_strategy_macro',
    (args, kwargs, { bind }) => {
      const given = argument(args, kwargs, 1, 'strategy');
      const strategy = given === null ? 'default' : toStr(given);
      const name = `get_incremental_${strategy.replaceAll('+', '_')}_sql`;
      const macro = otherStrategies.includes(strategy) ? undefined : bind(undefined, name);
      if (macro !== undefined) return macro;
      throw tsdbtError('compiler-error', {
        message: `the incremental strategy "${strategy}" is neither one of ${validStrategies.join(', ')} nor a macro ${name} of the project`,
      });
    },
  ],
  [
    'get_hard_deletes_behavior',
    (args, kwargs) => {
      const config = argument(args, kwargs, 0, 'config');
      return (function* () {
        const hard = yield* configured(config, 'hard_deletes');
        const invalidate = yield* configured(config, 'invalidate_hard_deletes');
        if (hard !== null && invalidate !== null)
          throw tsdbtError('compiler-error', {
            message: 'hard_deletes and invalidate_hard_deletes exclude each other',
          });
        if (invalidate !== null && isTruthy(invalidate)) return 'invalidate';
        if (hard === null) return 'ignore';
        if (['ignore', 'invalidate', 'new_record'].includes(toStr(hard))) return hard;
        throw tsdbtError('compiler-error', {
          message: `hard_deletes must be ignore, invalidate or new_record, not "${toStr(hard)}"`,
        });
      })();
    },
  ],
  ['valid_snapshot_target', withDatabase(validSnapshotTarget)],
  ['assert_valid_snapshot_target_given_strategy', withDatabase(validSnapshotTarget)],
  [
    'existing_key_constraint_types',
    withDatabase(
      (database, args, kwargs, { dialect }) => {
        const { relation } = relationArgument(
          'existing_key_constraint_types',
          args,
          kwargs,
          0,
          'relation',
        );
        const same = (column: string, name: string) =>
          `lower(${column}) = lower(${dialect.literal(name)})`;
        const asked = database.execute(
          `select distinct lower(replace(constraint_type, ' ', '_')) from duckdb_constraints() where ${same('database_name', relation.database)} and ${same('schema_name', relation.schema)} and ${same('table_name', relation.identifier)} and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') order by 1`,
          { autoBegin: false, fetch: true },
        );
        return answered(asked, ({ result }) => (result?.rows ?? []).map(([type]) => fromJs(type)));
      },
      () => [],
    ),
  ],
  ['catalog_supports_foreign_keys', () => true],
  ['parse_index', (args, kwargs) => new IndexConfig(argument(args, kwargs, 0, 'raw_index'))],
  [
    'batch_id_for_model',
    (args, kwargs) => {
      const model = argument(args, kwargs, 0, 'model');
      const batch = model instanceof PyDict ? model.get('batch') : undefined;
      const start = batch instanceof PyDict ? batch.get('event_time_start') : undefined;
      if (start === undefined || start === null) return '';
      return toStr(start).replace(/[-:+]/g, '').replaceAll(' ', '_');
    },
  ],
  ['get_binding_char', () => '?'],
  [
    'get_seed_file_path',
    withDatabase((database, args, kwargs) => {
      const model = argument(args, kwargs, 0, 'model');
      const file = model instanceof PyDict ? toStr(model.get('original_file_path') ?? null) : '';
      const of = model instanceof PyDict ? toStr(model.get('package_name') ?? null) : '';
      return database.projectFile(of, file);
    }),
  ],
];

/** The columns that a snapshot's table needs to have. */
function validSnapshotTarget(
  ...[, args, kwargs, options]: Parameters<Parameters<typeof withDatabase>[0]>
) {
  const method = 'assert_valid_snapshot_target_given_strategy';
  const relation = relationArgument(method, args, kwargs, 0, 'relation');
  const names = argument(args, kwargs, 1, 'column_names');
  const strategy = argument(args, kwargs, 2, 'strategy');
  const records = strategy instanceof PyDict && strategy.get('hard_deletes') === 'new_record';
  const wanted = [
    'dbt_scd_id',
    'dbt_valid_from',
    'dbt_valid_to',
    ...(records ? ['dbt_is_deleted'] : []),
  ];
  return (function* () {
    const columns = (yield* callNamed(options, 'get_columns_in_relation', [
      relation,
    ])) as ColumnObject[];
    const known = new Set(columns.map(({ column }) => column.name.toLowerCase()));
    const missing = wanted
      .map((name) => toStr((names instanceof PyDict ? names.get(name) : undefined) ?? name))
      .filter((name) => !known.has(name.toLowerCase()));
    if (missing.length === 0) return '';
    throw tsdbtError('compiler-error', {
      message: `the table of the snapshot lacks the column(s) ${missing.join(', ')}`,
    });
  })();
}

/** A setting out of `config`, be it the object or a dictionary. */
function* configured(config: Value, name: string) {
  const get =
    config instanceof PyDict
      ? hostFunction('get', () => config.get(name) ?? null)
      : config instanceof PyObject
        ? config.pyAttr('get')
        : undefined;
  return get === undefined ? null : yield* callMacro(get, [name]);
}

/** One entry of `indexes:`. */
class IndexConfig extends PyObject {
  readonly #columns: readonly string[];
  readonly #unique: boolean;

  constructor(written: Value) {
    super();
    const given = written instanceof PyDict ? (toJs(written) as Record<string, unknown>) : {};
    const { columns } = given;
    if (!Array.isArray(columns) || columns.length === 0)
      throw tsdbtError('compiler-error', {
        message: 'an entry of `indexes` needs `columns`, a list of names',
      });
    this.#columns = columns.map(String);
    this.#unique = given['unique'] === true;
  }

  override get pyTypeName(): string {
    return 'DuckDBIndexConfig';
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'columns':
        return [...this.#columns];
      case 'unique':
        return this.#unique;
      case 'render':
        return hostFunction(name, ([relation]) => {
          const parts = [...this.#columns, toStr(relation ?? null), String(this.#unique)];
          // A name of its own each time: the index of the table that is replaced still has the last one.
          parts.push(process.hrtime.bigint().toString());
          return createHash('md5').update(parts.join('_')).digest('hex');
        });
      default:
        return undefined;
    }
  }
}
