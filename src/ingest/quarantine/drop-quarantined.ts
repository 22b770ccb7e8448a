import { oneAtATime } from '../../util/one-at-a-time.ts';
import { readLedger, relationKind, writeLedger } from '../ledger/ledger.ts';
import { ledgerPlace, upgradeLedger } from '../ledger/state-tables.ts';
import type { IngestRequest } from '../load/ingest-landing.ts';
import { quarantineRelation } from '../load/quarantine.ts';

/**
 * Forgets quarantined records, all or those of some codes; the ledger counts them as dropped. Gives
 * their number. One transaction.
 */
export async function dropQuarantined(
  request: Pick<IngestRequest, 'connection' | 'dialect' | 'target' | 'nodeId' | 'sourceName'>,
  codes: readonly string[],
): Promise<number> {
  const { connection, dialect, target, nodeId, sourceName } = request;
  const { database } = target;
  const place = ledgerPlace(nodeId, target);
  const relation = quarantineRelation(target);
  if ((await relationKind(connection, dialect, relation)) === undefined) return 0;
  await upgradeLedger(connection, dialect, database, place);
  const quarantine = dialect.relation(relation);
  const only = codes.length === 0 ? '' : `where code in (${codes.map(dialect.literal).join(', ')})`;
  return await oneAtATime(database, () =>
    connection.transaction(async () => {
      const ledger = await readLedger(connection, dialect, database, place);
      const { rows } = await connection.query(
        `select file, count(*) from ${quarantine} ${only} group by file`,
      );
      await connection.run(`delete from ${quarantine} ${only}`);
      const entries = rows.flatMap(([file, n]) => {
        const entry = ledger.get(String(file));
        if (entry === undefined) return [];
        const count = Number(n);
        return [
          { ...entry, quarantined: entry.quarantined - count, dropped: entry.dropped + count },
        ];
      });
      await writeLedger(connection, dialect, database, { ...place, source: sourceName }, entries);
      return rows.reduce((sum, [, n]) => sum + Number(n), 0);
    }),
  );
}
