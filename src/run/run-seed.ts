import { join } from 'node:path';
import { relationOf } from '../compile/compile-node.ts';
import {
  configuredTypes,
  createSeedSql,
  inferTypesSql,
  readSeedSql,
  typedSeedSql,
} from '../materializations/seed-sql.ts';
import { executeSteps } from './execute-steps.ts';
import type { NodeRun } from './run-context.ts';

/** Loads a CSV file into its table; types are inferred as dbt does, or configured. */
export const runSeed: NodeRun = async (node, context, connection) => {
  const { dialect, manifest, session } = context;
  const target = relationOf(node);
  const path = join(manifest.project.root, node.originalFilePath);
  const source = readSeedSql(dialect, { path, delimiter: String(node.config['delimiter'] ?? ',') });
  const columns = (await connection.describe(source)).map((column) => column.name);
  const configured = configuredTypes(node.config);
  const { rows } = await connection.query(inferTypesSql(dialect, source, columns));
  const types = new Map(
    columns.map((name, i) => [name, configured.get(name.toLowerCase()) ?? String(rows[0]![i])]),
  );
  const existing = (await session.relations()).find(target);
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
    { kind: 'commit' },
  ]);
  (await session.relations()).put({ ...target, type: 'table' });
  return {
    status: 'success',
    message: 'load seed',
    rowsAffected: done.rowsAffected,
    compiledCode: null,
    relationName: dialect.relation(target),
  };
};
