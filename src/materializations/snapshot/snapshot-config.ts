import type { Json } from '../../contracts/json.ts';
import { suggest } from '../../errors/suggest.ts';
import { type SourceLocation, tsdbtError } from '../../errors/tsdbt-error.ts';
import { mergeKeys } from '../incremental/merge-key.ts';

/** The columns that a snapshot adds, by what they mean. */
export interface SnapshotColumns {
  readonly scdId: string;
  readonly updatedAt: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly isDeleted: string;
}

export type HardDeletes = 'ignore' | 'invalidate' | 'new_record';

/** The configuration of a snapshot, checked (docs.getdbt.com/docs/build/snapshots). */
export interface SnapshotConfig {
  readonly strategy: 'timestamp' | 'check';
  readonly uniqueKey: readonly string[];
  /** An expression; with `check` the time of the run where none is configured. */
  readonly updatedAt: string;
  /** `check`: the columns compared, or all of them. */
  readonly checkColumns: readonly string[] | 'all';
  readonly hardDeletes: HardDeletes;
  /** An expression for the end of a row that is still valid; null unless configured. */
  readonly validToCurrent: string | null;
  readonly columns: SnapshotColumns;
}

/** The time of the run, as dbt-duckdb writes it. */
export const snapshotTime = 'now()::timestamp';

const strategies = ['timestamp', 'check'];
const behaviours: readonly HardDeletes[] = ['ignore', 'invalidate', 'new_record'];

/** Reads and checks a snapshot's configuration. */
export function snapshotConfig(
  nodeId: string,
  config: Readonly<Record<string, Json>>,
  location?: SourceLocation,
): SnapshotConfig {
  const details = { nodeId, ...(location === undefined ? {} : { location }) };
  const invalid = (problem: string, hint?: string) =>
    tsdbtError(
      'snapshot-invalid',
      { node: nodeId, problem },
      hint === undefined ? details : { ...details, hint },
    );
  const strategy = config['strategy'];
  if (strategy !== 'timestamp' && strategy !== 'check') {
    if (strategy === undefined || strategy === null)
      throw invalid(
        'a snapshot needs a strategy',
        'Set `strategy: timestamp` or `strategy: check`.',
      );
    const near = suggest(String(strategy), strategies);
    throw invalid(
      `strategy must be timestamp or check, not "${String(strategy)}"`,
      near === undefined ? undefined : `Did you mean "${near}"?`,
    );
  }
  const uniqueKey = mergeKeys(config);
  if (uniqueKey.length === 0) throw invalid('a snapshot needs a unique_key');
  const updatedAt = config['updated_at'];
  if (strategy === 'timestamp' && typeof updatedAt !== 'string')
    throw invalid('the strategy timestamp needs updated_at');
  const written = config['check_cols'];
  const checkColumns =
    written === 'all' ? 'all' : Array.isArray(written) ? written.map(String) : [];
  if (strategy === 'check' && checkColumns.length === 0)
    throw invalid('the strategy check needs check_cols', 'Give a list of columns, or `all`.');
  return {
    strategy,
    uniqueKey,
    updatedAt: typeof updatedAt === 'string' ? updatedAt : snapshotTime,
    checkColumns,
    hardDeletes: hardDeletes(config, invalid),
    validToCurrent:
      typeof config['dbt_valid_to_current'] === 'string' ? config['dbt_valid_to_current'] : null,
    columns: columnNames(config),
  };
}

function hardDeletes(
  config: Readonly<Record<string, Json>>,
  invalid: (problem: string) => Error,
): HardDeletes {
  const written = config['hard_deletes'];
  if (written === undefined || written === null)
    return config['invalidate_hard_deletes'] === true ? 'invalidate' : 'ignore';
  const found = behaviours.find((behaviour) => behaviour === written);
  if (found === undefined)
    throw invalid(`hard_deletes must be ${behaviours.join(', ')}, not "${String(written)}"`);
  if (config['invalidate_hard_deletes'] !== undefined && config['invalidate_hard_deletes'] !== null)
    throw invalid('hard_deletes and invalidate_hard_deletes exclude each other');
  return found;
}

function columnNames(config: Readonly<Record<string, Json>>): SnapshotColumns {
  const renamed = (config['snapshot_meta_column_names'] ?? {}) as Record<string, Json>;
  const name = (key: string) => (typeof renamed[key] === 'string' ? (renamed[key] as string) : key);
  return {
    scdId: name('dbt_scd_id'),
    updatedAt: name('dbt_updated_at'),
    validFrom: name('dbt_valid_from'),
    validTo: name('dbt_valid_to'),
    isDeleted: name('dbt_is_deleted'),
  };
}
