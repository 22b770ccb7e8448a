import { oneAtATime } from '../../util/one-at-a-time.ts';
import { beginBatch, noteReset, relationKind } from '../ledger/ledger.ts';
import { ensureStateSchema, ledgerPlace } from '../ledger/state-tables.ts';
import { describeModel } from '../rules/model-check.ts';
import { dropStaging, type Staging, stageFiles } from '../stage/stage.ts';
import type { IngestRequest } from './ingest-landing.ts';
import { prepareTarget } from './prepare-target.ts';

/**
 * Makes the tables of a landing model before anything was loaded: without rows, with the columns that
 * the model has today. What is built on them finds them there. Does nothing when they are there.
 */
export async function ensureEmptyTarget(request: IngestRequest): Promise<boolean> {
  const { connection, dialect, landing, target, nodeId, nodeName } = request;
  if ((await relationKind(connection, dialect, target)) === 'table') return false;
  let staging: Staging | undefined;
  try {
    staging = await stageFiles({ connection, dialect, landing, files: [], vanished: [] });
    const model = await request.compile(staging.source);
    const node = { connection, dialect, nodeId, nodeName, model, target };
    const columns = await describeModel(node);
    const names = columns.map(({ name }) => dialect.quote(name)).join(', ');
    const select = `select ${names}, cast(null as bigint) as _batch\nfrom (\n${model}\n) as r\nwhere false`;
    const { database } = target;
    const place = ledgerPlace(nodeId, target);
    await ensureStateSchema(connection, dialect, database);
    await oneAtATime(database, () =>
      connection.transaction(async () => {
        const given = { ...node, columns, ledger: new Map(), isRebuilt: true };
        const state = await prepareTarget(given, []);
        await connection.run(dialect.createTableAs(target, select, {}));
        if (state !== 'rebuilt') return;
        const { invocationId } = request;
        const batch = await beginBatch(connection, dialect, database, {
          place,
          invocationId,
          kind: 'full-refresh',
          at: request.now(),
        });
        const reason = 'the table was gone, and so are its files';
        await noteReset(connection, dialect, database, { place, batch, reason });
      }),
    );
    return true;
  } finally {
    await dropStaging(connection, dialect, staging, []).catch(() => undefined);
  }
}
