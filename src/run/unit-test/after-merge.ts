import type { Connection } from '../../adapters/adapter.ts';
import type { StandIn } from '../../compile/compile-node.ts';
import type { Node } from '../../contracts/node.ts';
import type { ExistingRelation } from '../../contracts/relation.ts';
import { incremental } from '../../materializations/incremental/incremental.ts';
import { latestRows } from '../../materializations/incremental/merge-key.ts';
import type { RunContext } from '../run-context.ts';
import { executeSteps } from '../step-runner.ts';

/** Temporary tables belong to one connection: nothing of the warehouse is touched. */
const target: ExistingRelation = {
  database: 'temp',
  schema: 'main',
  identifier: '__tsdbt_unit_target',
  type: 'table',
};

/**
 * Runs `body` with a query of the table as it is after the batch was written into it: the rows given
 * for `this` are the table before, and the steps are those that a run would execute.
 */
export async function withMergedTable<T>(
  model: Node,
  compiledSql: string,
  before: StandIn | undefined,
  context: RunContext,
  connection: Connection,
  body: (sql: string) => Promise<T>,
): Promise<T> {
  const { dialect } = context;
  // Without rows for `this` the table is built whole: it is what the query gives.
  if (before === undefined) {
    const strictKeys = context.manifest.project.file === 'project.yml';
    const keyed = { nodeId: model.uniqueId, config: model.config, dialect, strictKeys };
    return await body(latestRows(keyed, compiledSql));
  }
  const name = dialect.relation(target);
  const created = dialect.createTableAs(target, before.sql, { temporary: true, replace: true });
  await connection.run(created);
  const { steps } = incremental.plan({
    nodeId: model.uniqueId,
    target,
    existing: target,
    existingColumns: await connection.describe(`select * from ${name}`),
    columns: await connection.describe(compiledSql),
    compiledSql,
    config: model.config,
    fullRefresh: false,
    rebuildReason: undefined,
    strictKeys: context.manifest.project.file === 'project.yml',
    dialect,
    stateSql: [],
    preHooks: [],
    postHooks: [],
    contract: undefined,
    comments: { relation: null, columns: new Map() },
  });
  try {
    await executeSteps(connection, model.uniqueId, steps);
    return await body(`select * from ${name}`);
  } finally {
    await connection.run(`drop table if exists ${name}`);
  }
}
