import type { Connection } from '../../adapters/adapter.ts';
import { type CompileEnvironment, compileNode, relationOf } from '../../compile/compile-node.ts';
import type { Node, SourceNode } from '../../contracts/node.ts';
import { type Column, relationKey } from '../../contracts/relation.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { fixtureSql } from '../../materializations/unit-test/fixture-sql.ts';
import type { RunContext } from '../run-context.ts';
import { readSeedColumns } from '../seed-columns.ts';

/**
 * The columns of what a unit test's model reads: those of the relation where it exists; else what
 * the model's own query would give on empty inputs, a seed's header and values, or the types that
 * the project declares. Undefined when nothing tells.
 */
export async function inputColumns(
  id: UniqueId,
  context: RunContext,
  connection: Connection,
): Promise<readonly Column[] | undefined> {
  const { manifest, session } = context;
  const node = manifest.nodes.get(id) ?? manifest.sources.get(id);
  if (node === undefined) return undefined;
  const relation =
    node.resourceType === 'source'
      ? { database: node.database, schema: node.schema, identifier: node.identifier }
      : relationOf(node);
  const existing = (await session.relations()).find(relation);
  if (existing !== undefined && node.config['materialized'] !== 'ephemeral') {
    return (await session.adapter.listColumns(connection, [relation])).get(relationKey(relation));
  }
  if (node.resourceType === 'seed')
    return (await readSeedColumns(node, context, connection)).columns;
  return (
    (node.resourceType === 'model' && node.config['materialized'] !== 'landing'
      ? await derivedColumns(node, context, connection)
      : undefined) ?? declaredColumns(node)
  );
}

/** The columns the query of a model has when its inputs are empty. */
async function derivedColumns(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<readonly Column[] | undefined> {
  const standIns = new Map<string, { name: string; sql: string }>();
  for (const input of node.dependsOn.nodes) {
    const columns = await inputColumns(input, context, connection);
    if (columns === undefined) return undefined;
    const sql = fixtureSql({ dialect: context.dialect, rows: [], columns, where: input });
    standIns.set(input, { name: standInName(input, context), sql });
  }
  const environment: CompileEnvironment = { ...context.environment(connection), standIns };
  try {
    const { compiledCode } = await compileNode(node, environment);
    return await connection.describe(compiledCode);
  } catch {
    // A parent that can't be compiled by itself is no reason to fail a test that gives its rows.
    return undefined;
  }
}

/** Columns of the property file, when each of them has a type. */
function declaredColumns(node: Node | SourceNode): readonly Column[] | undefined {
  const columns = Object.values(node.columns);
  if (columns.length === 0) return undefined;
  const typed = columns.flatMap((column) =>
    column.dataType === null ? [] : [{ name: column.name, type: column.dataType }],
  );
  return typed.length === columns.length ? typed : undefined;
}

/** Name of the common table expression that stands for an input. */
export function standInName(id: UniqueId, { manifest }: RunContext): string {
  const node = manifest.nodes.get(id);
  const source = manifest.sources.get(id);
  const name = node?.alias ?? `${source?.sourceName ?? ''}__${source?.name ?? id}`;
  return `__dbt__cte__${name.replaceAll(/\W/g, '_')}`;
}
