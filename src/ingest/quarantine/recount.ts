import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import type { IngestRequest } from '../load/ingest-landing.ts';
import { quarantineRelation } from '../load/quarantine.ts';
import { verdictTable } from '../rules/row-rules.ts';
import type { StagedFile } from '../stage/stage.ts';

/** The ledger's entries after records of the quarantine were loaded or dropped, and how many. */
export interface Recount {
  readonly entries: readonly LedgerFile[];
  readonly loaded: number;
  readonly dropped: number;
}

/**
 * Counts what the batch `number` loaded and dropped of each file and what its quarantine holds now.
 * Throws `records-unaccounted` where that is not the number of its records.
 */
export async function recount(
  { connection, dialect, target, nodeName, nodeId }: IngestRequest,
  files: readonly StagedFile[],
  number: number,
): Promise<Recount> {
  const count = async (sql: string) => {
    const { rows } = await connection.query(sql);
    return new Map(rows.map(([file, n]) => [String(file), Number(n)]));
  };
  const loaded = await count(
    `select _file, count(*) from ${dialect.relation(target)} where _batch = ${number} group by _file`,
  );
  const held = await count(
    `select file, count(*) from ${dialect.relation(quarantineRelation(target))} group by file`,
  );
  const dropped = await count(
    `select _file, count(*) from ${dialect.quote(verdictTable)} where action = 'drop' group by _file`,
  );
  const entries = files.map(({ file }) => {
    const known = file.known!;
    const entry = {
      ...known,
      loaded: known.loaded + (loaded.get(file.path) ?? 0),
      quarantined: held.get(file.path) ?? 0,
      dropped: known.dropped + (dropped.get(file.path) ?? 0),
    };
    if (entry.loaded + entry.quarantined + entry.dropped !== entry.records) {
      const { records, loaded: rows, quarantined, dropped: out } = entry;
      const counts = { records, loaded: rows, quarantined, dropped: out };
      const params = { node: nodeName, file: file.path, ...counts };
      throw tsdbtError('records-unaccounted', params, { nodeId });
    }
    return entry;
  });
  const sum = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((total, n) => total + n, 0);
  return { entries, loaded: sum(loaded), dropped: sum(dropped) };
}
