import { extname } from 'node:path';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { isTruthy, PyDict, toStr, type Value } from '../../jinja/index.ts';
import { type AdapterMethod, answered, argument, withDatabase } from './method.ts';

const compressions: ReadonlyMap<string, string> = new Map([
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
]);

/** Options whose values are texts in the statement. */
const textOptions: ReadonlySet<string> = new Set(['delimiter', 'quote', 'escape', 'null']);

/** Models that are files (dbt-duckdb `impl.py`, the `external_…` methods). */
export const externalMethods: readonly (readonly [string, AdapterMethod])[] = [
  [
    'external_root',
    (_args, _kwargs, { credentials }) => String(credentials['external_root'] ?? '.'),
  ],
  [
    'external_write_options',
    (args, kwargs) => {
      const location = toStr(argument(args, kwargs, 0, 'write_location'));
      const options = argument(args, kwargs, 1, 'rendered_options');
      return options instanceof PyDict ? writeOptions(location, options) : '';
    },
  ],
  [
    'external_read_location',
    (args, kwargs) => {
      const location = toStr(argument(args, kwargs, 0, 'write_location'));
      const options = argument(args, kwargs, 1, 'rendered_options');
      if (!(options instanceof PyDict) || !isFolder(options)) return location;
      const partitions = options.get('partition_by');
      const depth = partitions ? toStr(partitions).split(',').length : 0;
      const format = toStr(options.get('format') ?? 'parquet');
      return `${[location, '*', ...Array<string>(depth).fill('*')].join('/')}.${format}`;
    },
  ],
  [
    // Only a single local file has a place beside its own that it can be moved from.
    'staged_location',
    (args, kwargs) => {
      const location = toStr(argument(args, kwargs, 0, 'location'));
      const options = argument(args, kwargs, 1, 'options');
      const whole = !(options instanceof PyDict) || !isFolder(options);
      if (!whole || location.includes('://')) return location;
      return location.replace(/([^/]*)$/, '__tsdbt_tmp_$1');
    },
  ],
  [
    'publish_location',
    withDatabase((database, args, kwargs) => {
      const staged = toStr(argument(args, kwargs, 0, 'staged'));
      const location = toStr(argument(args, kwargs, 1, 'location'));
      if (staged === location) return '';
      return answered(database.moveFile(staged, location), () => '');
    }),
  ],
  [
    'location_exists',
    withDatabase(
      (database, args, kwargs, { dialect }) => {
        const location = toStr(argument(args, kwargs, 0, 'location'));
        const asked = database.describe(`select 1 from ${dialect.literal(location)} where 1 = 0`);
        return answered(
          asked.then(
            () => true,
            () => false,
          ),
          (exists) => exists,
        );
      },
      () => false,
    ),
  ],
  [
    'store_relation',
    (args, kwargs) => {
      const plugin = toStr(argument(args, kwargs, 0, 'plugin_name'));
      throw tsdbtError('compiler-error', {
        message: `the plugin "${plugin}" can't be given a relation: tsdbt has no plugins of dbt-duckdb`,
      });
    },
  ],
];

function isFolder(options: PyDict): boolean {
  return ['partition_by', 'per_thread_output'].some((name) => {
    const value = options.get(name);
    return value !== undefined && isTruthy(value);
  });
}

/** Fills in the format and what goes with it, in the dictionary itself as dbt-duckdb does; gives COPY's options. */
function writeOptions(location: string, options: PyDict): string {
  if (options.get('format') === undefined) {
    const outer = extname(location).toLowerCase();
    const compression = compressions.get(outer);
    const ending =
      compression === undefined ? outer : extname(location.slice(0, -outer.length)).toLowerCase();
    if (ending !== '') {
      options.set('format', ending.slice(1));
      if (compression !== undefined && options.get('compression') === undefined)
        options.set('compression', compression);
    } else options.set('format', options.get('delimiter') === undefined ? 'parquet' : 'csv');
  }
  if (options.get('format') === 'csv' && options.get('header') === undefined)
    options.set('header', 1);
  const partitions = options.get('partition_by');
  if (typeof partitions === 'string' && partitions.includes(',') && !partitions.startsWith('('))
    options.set('partition_by', `(${partitions})`);
  return [...options.entries()].map(([name, value]) => option(toStr(name), value)).join(', ');
}

function option(name: string, value: Value): string {
  const text = toStr(value);
  return textOptions.has(name.toLowerCase()) && !text.startsWith("'")
    ? `${name} '${text}'`
    : `${name} ${text}`;
}
