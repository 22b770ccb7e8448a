import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Relation } from '../../contracts/relation.ts';
import { oneAtATime } from '../../util/one-at-a-time.ts';
import { beginBatch, forgetFiles, type LedgerFile, noteReset } from '../ledger/ledger.ts';
import { ledgerPlace } from '../ledger/state-tables.ts';
import { quarantineRelation } from './quarantine.ts';

/** Rows that were taken away because their files are gone. */
export interface RemovedRows {
  readonly batch: number;
  readonly rows: number;
  readonly quarantined: number;
}

/**
 * Takes the rows of files that are gone out of the table, the quarantine and the ledger, in one
 * transaction. What was built on them is to be built whole once: the batch is noted as a reset.
 */
export async function removeFiles(
  request: {
    readonly connection: Connection;
    readonly dialect: SqlDialect;
    readonly nodeId: string;
    readonly target: Relation;
    readonly invocationId: string;
    readonly now: () => Date;
    readonly beforeCommit?: ((batch: number) => Promise<void>) | undefined;
  },
  files: readonly LedgerFile[],
): Promise<RemovedRows> {
  const { connection, dialect, nodeId, target } = request;
  const { database } = target;
  const place = ledgerPlace(nodeId, target);
  const names = files.map(({ file }) => dialect.literal(file)).join(', ');
  const remove = async (relation: Relation, column: string) => {
    const done = await connection.run(
      `delete from ${dialect.relation(relation)} where ${column} in (${names})`,
    );
    return done.rowsAffected ?? 0;
  };
  return await oneAtATime(database, () =>
    connection.transaction(async () => {
      const batch = await beginBatch(connection, dialect, database, {
        place,
        invocationId: request.invocationId,
        kind: 'removal',
        at: request.now(),
      });
      const rows = await remove(target, '_file');
      const quarantined = await remove(quarantineRelation(target), 'file');
      await forgetFiles(
        connection,
        dialect,
        database,
        place,
        files.map(({ file }) => file),
      );
      const reason = `${rows} row(s) of files that are gone`;
      if (rows > 0) await noteReset(connection, dialect, database, { place, batch, reason });
      await request.beforeCommit?.(batch);
      return { batch, rows, quarantined };
    }),
  );
}
