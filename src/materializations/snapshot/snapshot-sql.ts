import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { RetypedColumn } from '../../contracts/plan.ts';
import type { Column, Relation } from '../../contracts/relation.ts';
import { changesWhenCast } from '../value-check.ts';
import { type SnapshotConfig, snapshotTime } from './snapshot-config.ts';

export interface SnapshotQuery {
  readonly dialect: SqlDialect;
  readonly target: Relation;
  readonly compiledSql: string;
  /** Columns of the query. */
  readonly columns: readonly Column[];
  /** Columns of the snapshot's table. */
  readonly existingColumns: readonly Column[];
  readonly config: SnapshotConfig;
  /** A row without a key is the same as another without one. */
  readonly nullsMatch: boolean;
  /** Columns whose type in the table does not hold every value of the query's. */
  readonly cast?: readonly RetypedColumn[];
}

/** The first state of a snapshot: every row is valid from its time on. */
export function firstSnapshotSql({ dialect, compiledSql, config }: SnapshotQuery): string {
  const { columns: c } = config;
  const q = (name: string) => dialect.quote(name);
  return [
    'select *,',
    `  ${scdId(config)} as ${q(c.scdId)},`,
    `  ${config.updatedAt} as ${q(c.updatedAt)},`,
    `  ${config.updatedAt} as ${q(c.validFrom)},`,
    `  ${openEnd(config)} as ${q(c.validTo)}${config.hardDeletes === 'new_record' ? `,\n  'False' as ${q(c.isDeleted)}` : ''}`,
    `from (\n${compiledSql}\n) source_data`,
  ].join('\n');
}

/**
 * The changes since the last snapshot, one row each, with `dbt_change_type` insert, update or
 * delete: what is new or changed opens a row, what changed or is gone closes one (global project
 * `materializations/snapshots/helpers.sql`). A key that was marked as deleted and comes back opens
 * a new row.
 */
export function snapshotChangesSql(query: SnapshotQuery): string {
  const { dialect, target, compiledSql, config } = query;
  const { columns: c, hardDeletes } = config;
  const q = (name: string) => dialect.quote(name);
  const keys = config.uniqueKey.map((key, i) => `${key} as __key_${i}`).join(', ');
  const equals = query.nullsMatch ? 'is not distinct from' : '=';
  const join = config.uniqueKey
    .map((_, i) => `snapshotted_data.__key_${i} ${equals} source_data.__key_${i}`)
    .join(' and ');
  // A key may be null; the id of a state, and the time of a row, never are.
  const notThere = query.nullsMatch
    ? `snapshotted_data.${q(c.scdId)} is null`
    : 'snapshotted_data.__key_0 is null';
  const notGiven = query.nullsMatch
    ? 'source_data.__scd_id is null'
    : 'source_data.__key_0 is null';
  const withoutKeys = `exclude (${config.uniqueKey.map((_, i) => `__key_${i}`).join(', ')})`;
  const records = hardDeletes === 'new_record';
  const markedDeleted = `snapshotted_data.${q(c.isDeleted)} = 'True'`;
  const changed = records ? `(${rowChanged(query)} or ${markedDeleted})` : rowChanged(query);
  const parts = [
    `select 'insert' as dbt_change_type, source_data.* ${withoutKeys},
  source_data.__scd_id as ${q(c.scdId)}, source_data.__updated_at as ${q(c.updatedAt)},
  source_data.__updated_at as ${q(c.validFrom)}, source_data.__open_end as ${q(c.validTo)}${records ? `, 'False' as ${q(c.isDeleted)}` : ''}
from source_data
left join snapshotted_data on ${join}
where ${notThere} or ${changed}`,
    `select 'update' as dbt_change_type, snapshotted_data.${q(c.scdId)}, source_data.__updated_at as ${q(c.validTo)}
from source_data
join snapshotted_data on ${join}
where ${changed}`,
  ];
  if (hardDeletes !== 'ignore') {
    const gone = `from snapshotted_data
left join source_data on ${join}
where ${notGiven}${records ? ` and not (${markedDeleted})` : ''}`;
    parts.push(
      `select 'delete' as dbt_change_type, snapshotted_data.${q(c.scdId)}, ${snapshotTime} as ${q(c.validTo)}\n${gone}`,
    );
    if (records) {
      const known = new Set(query.existingColumns.map((column) => column.name.toLowerCase()));
      const kept = query.columns
        .filter((column) => known.has(column.name.toLowerCase()))
        .map((column) => `snapshotted_data.${q(column.name)}, `)
        .join('');
      parts.push(
        `select 'insert' as dbt_change_type, ${kept}md5(snapshotted_data.${q(c.scdId)} || '|' || cast(${snapshotTime} as varchar)) as ${q(c.scdId)},
  ${snapshotTime} as ${q(c.updatedAt)}, ${snapshotTime} as ${q(c.validFrom)}, snapshotted_data.${q(c.validTo)}, 'True' as ${q(c.isDeleted)}
${gone}`,
      );
    }
  }
  return `with source_data as (
select *, ${keys},
  ${scdId(config)} as __scd_id,
  ${config.updatedAt} as __updated_at,
  ${openEnd(config)} as __open_end
from (\n${compiledSql}\n) query
), snapshotted_data as (
select *, ${keys}
from ${dialect.relation(target)}
where ${stillValid(dialect, config)}
)
select * exclude (__scd_id, __updated_at, __open_end) from (
${parts.join('\nunion all by name\n')}
)`;
}

/** Columns that belong to the snapshot's table, from the changes. */
export function insertedColumns(query: SnapshotQuery): readonly string[] {
  const { columns: c, hardDeletes } = query.config;
  return [
    ...query.columns.map((column) => column.name),
    c.scdId,
    c.updatedAt,
    c.validFrom,
    c.validTo,
    ...(hardDeletes === 'new_record' ? [c.isDeleted] : []),
  ];
}

/** Ends the rows that changed or are gone. */
export function closeRowsSql(query: SnapshotQuery, changes: string): string {
  const { dialect, target, config } = query;
  const [id, end] = [dialect.quote(config.columns.scdId), dialect.quote(config.columns.validTo)];
  return `update ${dialect.relation(target)} as snapshotted\nset ${end} = changes.${end}\nfrom ${changes} as changes\nwhere changes.${id} = snapshotted.${id}\n  and changes.dbt_change_type in ('update', 'delete')\n  and (${stillValid(dialect, config, 'snapshotted.')})`;
}

/** Adds the rows that are new. */
export function openRowsSql(query: SnapshotQuery, changes: string): string {
  const { dialect, target } = query;
  const list = insertedColumns(query)
    .map((name) => dialect.quote(name))
    .join(', ');
  return `insert into ${dialect.relation(target)} (${list})\nselect ${list}\nfrom ${changes}\nwhere dbt_change_type = 'insert'`;
}

/** md5 of the key and the time, as text, joined by `|` (`snapshot_hash_arguments`). */
function scdId(config: SnapshotConfig): string {
  const parts = [...config.uniqueKey, config.updatedAt].map(
    (part) => `coalesce(cast(${part} as varchar), '')`,
  );
  return `md5(${parts.join(` || '|' || `)})`;
}

/** The end of a row that is still valid, in the type of the time. */
function openEnd(config: SnapshotConfig): string {
  const time = config.updatedAt;
  return `coalesce(nullif(${time}, ${time}), ${config.validToCurrent ?? 'null'})`;
}

function stillValid(dialect: SqlDialect, config: SnapshotConfig, prefix = ''): string {
  const end = `${prefix}${dialect.quote(config.columns.validTo)}`;
  return config.validToCurrent === null
    ? `${end} is null`
    : `${end} = ${config.validToCurrent} or ${end} is null`;
}

/**
 * Whether a row differs from its snapshot; a checked column that is new makes every row differ. Values
 * are compared in the table's type, so that 10.00 is the 10 of an integer column; a value that the type
 * does not have differs, and is what the check of values looks at.
 */
function rowChanged(query: SnapshotQuery): string {
  const { dialect, config, existingColumns, columns, cast = [] } = query;
  if (config.strategy === 'timestamp')
    return `snapshotted_data.${dialect.quote(config.columns.validFrom)} < source_data.__updated_at`;
  const lowered = (name: string) => name.toLowerCase();
  const known = new Map(existingColumns.map(({ name, type }) => [lowered(name), type]));
  const given = new Map(columns.map(({ name, type }) => [lowered(name), type]));
  const compared =
    config.checkColumns === 'all' ? columns.map((column) => column.name) : config.checkColumns;
  if (compared.some((name) => !known.has(lowered(name)))) return 'true';
  const different = compared.map((name) => {
    const [before, now] = [
      `snapshotted_data.${dialect.quote(name)}`,
      `source_data.${dialect.quote(name)}`,
    ];
    const type = known.get(lowered(name))!;
    // Texts would be read as numbers to compare them with numbers.
    const isText = type === 'VARCHAR' && given.get(lowered(name)) !== type;
    const changes = cast.find((column) => lowered(column.name) === lowered(name));
    if (changes !== undefined)
      return `${before} is distinct from try_cast(${now} as ${type}) or ${changesWhenCast(dialect, changes, 'source_data.')}`;
    return `${before} is distinct from ${isText ? `cast(${now} as varchar)` : now}`;
  });
  return `(${different.join(' or ')})`;
}
