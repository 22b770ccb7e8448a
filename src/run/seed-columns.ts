import type { Connection } from '../adapters/adapter.ts';
import type { Node } from '../contracts/node.ts';
import type { Column } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { configuredTypes, inferTypesSql, readSeedSql } from '../materializations/seed-sql.ts';
import type { RunContext } from './run-context.ts';

/** The query that reads a seed's file, and its columns with the types they are loaded under. */
export async function readSeedColumns(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<{ readonly source: string; readonly columns: readonly Column[] }> {
  const { dialect } = context;
  const path = context.environment(connection).files.path(node.packageName, node.originalFilePath);
  const delimiter = String(node.config['delimiter'] ?? ',');
  if (delimiter === '')
    throw tsdbtError(
      'invalid-value',
      { key: 'delimiter', where: node.uniqueId, problem: 'must not be empty' },
      { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
    );
  const source = readSeedSql(dialect, { path, delimiter });
  const names = (await connection.describe(source)).map((column) => column.name);
  const configured = configuredTypes(node.config);
  const { rows } = await connection.query(inferTypesSql(dialect, source, names));
  const columns = names.map((name, i) => ({
    name,
    type: configured.get(name.toLowerCase()) ?? String(rows[0]![i]),
  }));
  return { source, columns };
}
