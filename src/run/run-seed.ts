import { join } from 'node:path';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import {
  configuredTypes,
  createSeedSql,
  inferTypesSql,
  readSeedSql,
  typedSeedSql,
} from '../materializations/seed-sql.ts';
import { readNodeState, writeNodeStateSql } from './node-state.ts';
import type { NodeRun } from './run-context.ts';
import { executeSteps } from './step-runner.ts';

/**
 * Loads a CSV file into its table; types are inferred as dbt does, or configured. A file that is in
 * the table already is not loaded again, unless a full refresh is asked for.
 */
export const runSeed: NodeRun = async (node, context, connection) => {
  const { dialect, manifest, session } = context;
  const target = relationOf(node);
  const path = join(manifest.project.root, node.originalFilePath);
  const existing = (await session.relations()).find(target);
  const contents = seedFingerprint(node);
  const loaded = {
    status: 'success' as const,
    compiledCode: null,
    relationName: dialect.relation(target),
  };
  if (existing?.type === 'table' && !context.flags.fullRefresh) {
    const before = await readNodeState(connection, dialect, node, 'contents');
    if (before === contents) return { ...loaded, message: 'nothing new', rowsAffected: 0 };
  }
  const source = readSeedSql(dialect, { path, delimiter: String(node.config['delimiter'] ?? ',') });
  const columns = (await connection.describe(source)).map((column) => column.name);
  const configured = configuredTypes(node.config);
  const { rows } = await connection.query(inferTypesSql(dialect, source, columns));
  const types = new Map(
    columns.map((name, i) => [name, configured.get(name.toLowerCase()) ?? String(rows[0]![i])]),
  );
  const drop =
    existing?.type === 'view'
      ? [
          {
            kind: 'sql' as const,
            sql: dialect.drop(target, 'view'),
            purpose: 'drop the view that stands there',
          },
        ]
      : [];
  const done = await executeSteps(connection, node.uniqueId, [
    { kind: 'begin' },
    ...drop,
    {
      kind: 'sql',
      sql: createSeedSql(dialect, target, typedSeedSql(dialect, source, types)),
      purpose: 'load',
      main: true,
    },
    ...writeNodeStateSql(dialect, node, 'contents', contents).map((sql) => ({
      kind: 'sql' as const,
      sql,
      purpose: 'note what was loaded',
    })),
    { kind: 'commit' },
  ]);
  (await session.relations()).put({ ...target, type: 'table' });
  return { ...loaded, message: 'load seed', rowsAffected: done.rowsAffected };
};

/** The file and the configuration that decides how it is read. */
function seedFingerprint(node: Node): string {
  const { column_types: types, delimiter } = node.config;
  return `${node.checksum} ${JSON.stringify([types ?? null, delimiter ?? null])}`;
}
