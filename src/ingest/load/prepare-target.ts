import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column, Relation } from '../../contracts/relation.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { forgetFiles, type LedgerFile, relationKind } from '../ledger/ledger.ts';
import { ledgerPlace } from '../ledger/state-tables.ts';
import { modelInvalid } from '../rules/model-check.ts';
import { createQuarantine, quarantineRelation } from './quarantine.ts';

/** What decides how a target is made ready. */
export interface TargetBatch {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly target: Relation;
  /** The model's columns. */
  readonly columns: readonly Column[];
  readonly ledger: ReadonlyMap<string, LedgerFile>;
  /** A full refresh: what is there goes. */
  readonly isRebuilt: boolean;
  /** Whether files bring text columns of their own (`new_column: add`), which others may lack. */
  readonly addsColumns?: boolean;
}

/** The target as the insert finds it: with its rows, not there yet, or gone to be built again. */
export type TargetState = 'kept' | 'new' | 'rebuilt';

/** Makes target and quarantine ready for the rows. */
export async function prepareTarget(batch: TargetBatch, notices: string[]): Promise<TargetState> {
  const { connection, dialect, target } = batch;
  const quarantine = quarantineRelation(target);
  const kind = await relationKind(connection, dialect, target);
  let state: TargetState = 'kept';
  if (kind !== 'table' || batch.isRebuilt) {
    if (kind !== undefined) await connection.run(dialect.drop(target, kind));
    const other = await relationKind(connection, dialect, quarantine);
    if (other !== undefined) await connection.run(dialect.drop(quarantine, other));
    const forgotten = await forgetFiles(
      connection,
      dialect,
      target.database,
      ledgerPlace(batch.nodeId, target),
    );
    state = kind === 'table' || forgotten > 0 ? 'rebuilt' : 'new';
  } else if (batch.ledger.size === 0) {
    await refuseForeignTable(batch);
    // Nothing was ever loaded into it, so the model of today decides about its columns.
    if (!(await hasColumns(batch))) {
      await connection.run(dialect.drop(target, kind));
      state = 'new';
    }
  } else await alignColumns(batch, notices);
  await connection.run(createQuarantine(dialect, quarantine));
  return state;
}

/** A table with rows that the ledger knows nothing of: loading into it would double them. */
async function refuseForeignTable(batch: TargetBatch): Promise<void> {
  const table = batch.dialect.relation(batch.target);
  const { rows } = await batch.connection.query(`select 1 from ${table} limit 1`);
  if (rows.length === 0) return;
  throw modelInvalid(
    batch,
    `would load into ${table}, which has rows that no landing file is known for`,
    'Run with --full-refresh to build it from the landing files.',
  );
}

async function alignColumns(batch: TargetBatch, notices: string[]): Promise<void> {
  const { connection, dialect, columns } = batch;
  const table = dialect.relation(batch.target);
  const existing = await connection.describe(`select * from ${table}`);
  const find = (list: readonly Column[], name: string) =>
    list.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const added = columns.filter(({ name }) => find(existing, name) === undefined);
  const removed = existing.filter(
    ({ name, type }) =>
      name !== '_batch' &&
      find(columns, name) === undefined &&
      !(batch.addsColumns === true && type === 'VARCHAR'),
  );
  const retyped = columns.filter(({ name, type }) => {
    const old = find(existing, name);
    return old !== undefined && old.type !== type;
  });
  if (removed.length > 0 || retyped.length > 0 || find(existing, '_batch') === undefined) {
    const changes = [
      ...removed.map(({ name }) => `${name} is gone`),
      ...retyped.map(
        ({ name, type }) => `${name} was ${find(existing, name)!.type} and is ${type}`,
      ),
    ];
    throw tsdbtError(
      'landing-columns-changed',
      { node: batch.nodeName, changes: changes.join(', ') || 'the table has no _batch' },
      { nodeId: batch.nodeId },
    );
  }
  for (const { name, type } of added) {
    await connection.run(`alter table ${table} add column ${dialect.quote(name)} ${type}`);
    notices.push(`Column ${name} was added; it is NULL in the rows loaded before.`);
  }
}

/** Whether the table has exactly the model's columns and `_batch`. */
async function hasColumns({ connection, dialect, target, columns }: TargetBatch): Promise<boolean> {
  const existing = await connection.describe(`select * from ${dialect.relation(target)}`);
  const list = (of: readonly Column[]) => of.map(({ name, type }) => [name.toLowerCase(), type]);
  const wanted = [...list(columns), ['_batch', 'BIGINT']];
  return JSON.stringify(list(existing)) === JSON.stringify(wanted);
}
