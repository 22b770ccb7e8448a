import type { RetypedColumn, Step } from '../../contracts/plan.ts';
import type { Column } from '../../contracts/relation.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { latestRows, mergeKeyCheck, nullsMatch } from '../incremental/merge-key.ts';
import type { Materialization, MaterializationInput } from '../materialization.ts';
import { inTransaction, replaceRelation } from '../replace-relation.ts';
import { retypedColumns } from '../retyped-columns.ts';
import { valueCheck } from '../value-check.ts';
import { type SnapshotConfig, snapshotConfig, snapshotTime } from './snapshot-config.ts';
import {
  closeRowsSql,
  firstSnapshotSql,
  openRowsSql,
  type SnapshotQuery,
  snapshotChangesSql,
} from './snapshot-sql.ts';

const stage = '__tsdbt_snapshot';

/**
 * A table of every state that rows have had, each with the time it was valid. A full refresh leaves
 * it alone: the history it holds is nowhere else.
 */
export const snapshot: Materialization = {
  name: 'snapshot',
  needsColumns: () => true,
  plan: (input) => {
    const query: SnapshotQuery = {
      ...input,
      compiledSql: latestRows(input, input.compiledSql),
      config: snapshotConfig(input.nodeId, input.config),
      nullsMatch: nullsMatch(input),
    };
    if (input.existing === undefined) return first(input, query);
    if (input.existing.type !== 'table') {
      throw invalid(input, `${input.existing.type} ${input.target.identifier} stands in its place`);
    }
    return later(input, query);
  },
};

function first(input: MaterializationInput, query: SnapshotQuery) {
  const check = mergeKeyCheck(input, input.dialect.relation(input.target));
  const whole = { ...input, compiledSql: firstSnapshotSql(query) };
  return {
    action: 'first snapshot',
    why: 'it does not exist yet',
    steps: replaceRelation(
      whole,
      'table',
      check === undefined ? [] : [{ kind: 'check-merge-key', check }],
    ),
  };
}

function later(input: MaterializationInput, query: SnapshotQuery) {
  const { dialect, target } = input;
  const known = new Set(input.existingColumns.map((column) => column.name.toLowerCase()));
  const missing = metaColumns(query.config).filter((name) => !known.has(name.toLowerCase()));
  if (missing.length > 0)
    throw invalid(input, `its table lacks the column(s) ${missing.join(', ')}`);
  const changes = dialect.quote(stage);
  const retyped = retypedColumns(
    { ...input, columns: [...input.columns, ...timeColumns(query)] },
    undefined,
    'widen',
  );
  const staged = { database: '', schema: '', identifier: stage };
  const added = input.columns.filter((column) => !known.has(column.name.toLowerCase()));
  const check = mergeKeyCheck(
    input,
    `(select * from ${changes} where dbt_change_type = 'insert') changes`,
  );
  const sql = (text: string, purpose: string): Step => ({ kind: 'sql', sql: text, purpose });
  const found = snapshotChangesSql({ ...query, cast: retyped.cast });
  const body: Step[] = [
    ...retyped.steps,
    sql(
      dialect.createTableAs(staged, found, { temporary: true, replace: true }),
      'find what changed',
    ),
    ...castCheck(input, query.config, changes, retyped.cast),
    ...(check === undefined ? [] : [{ kind: 'check-merge-key' as const, check }]),
    ...added.map((column) =>
      sql(
        `alter table ${dialect.relation(target)} add column ${dialect.quote(column.name)} ${column.type}`,
        'add a new column',
      ),
    ),
    sql(closeRowsSql(query, changes), 'end the rows that changed'),
    { kind: 'sql', sql: openRowsSql(query, changes), purpose: 'add their new states', main: true },
  ];
  return {
    action: 'snapshot',
    why: retyped.notice ?? 'the table exists: what changed is added to it',
    steps: inTransaction(input, body, 'table'),
    batch: changes,
  };
}

/** The columns of times get the type of `updated_at`, where that is a column of the query or the time of the run. */
function timeColumns({ columns, config }: SnapshotQuery): readonly Column[] {
  const type =
    config.updatedAt === snapshotTime
      ? 'TIMESTAMP'
      : columns.find(({ name }) => name.toLowerCase() === config.updatedAt.toLowerCase())?.type;
  if (type === undefined) return [];
  const { updatedAt, validFrom, validTo } = config.columns;
  return [updatedAt, validFrom, validTo].map((name) => ({ name, type }));
}

/** The check of the rows that a snapshot adds; those that mark what is gone are the table's own. */
function castCheck(
  { dialect, strictKeys }: MaterializationInput,
  { columns, hardDeletes }: SnapshotConfig,
  changes: string,
  cast: readonly RetypedColumn[],
): readonly Step[] {
  if (cast.length === 0) return [];
  const given =
    hardDeletes === 'new_record'
      ? `(select * from ${changes} where ${dialect.quote(columns.isDeleted)} is distinct from 'True')`
      : changes;
  const onChange = strictKeys ? 'error' : 'warn';
  const about = { of: 'batch', canWiden: false, onChange } as const;
  return [{ kind: 'check-values', check: valueCheck(dialect, given, cast, about) }];
}

function metaColumns({ columns: c, hardDeletes }: SnapshotConfig): readonly string[] {
  return [
    c.scdId,
    c.updatedAt,
    c.validFrom,
    c.validTo,
    ...(hardDeletes === 'new_record' ? [c.isDeleted] : []),
  ];
}

function invalid(input: MaterializationInput, problem: string) {
  return tsdbtError('snapshot-invalid', { node: input.nodeId, problem }, { nodeId: input.nodeId });
}
