import { createHash, randomUUID } from 'node:crypto';
import type { Connection } from '../../adapters/adapter.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { Node, SourceNode } from '../../contracts/node.ts';
import type { Relation } from '../../contracts/relation.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { latestBatch, ledgerPlace } from '../../ingest/index.ts';
import type { RunContext } from '../run-context.ts';
import type { BuiltState } from './built-state.ts';

export interface VersionSources {
  readonly context: RunContext;
  readonly states: ReadonlyMap<string, BuiltState>;
  /** Versions of what this run built, or found unchanged. */
  readonly settled: ReadonlyMap<UniqueId, string>;
}

/**
 * The inputs of a node whose data can change: its parents, and those of ephemeral models, whose SQL
 * is part of its own.
 */
export function dataInputs(node: Node, { manifest }: RunContext): readonly UniqueId[] {
  const inputs = new Set<UniqueId>();
  const queue = [...node.dependsOn.nodes];
  for (const id of queue) {
    const parent = manifest.nodes.get(id);
    if (parent?.config['materialized'] === 'ephemeral') queue.push(...parent.dependsOn.nodes);
    else inputs.add(id);
  }
  return [...inputs];
}

/**
 * The version of an input's data: the same text as long as its rows are the same. What a run notes is
 * used where it can be trusted; all else is read and hashed.
 */
export async function dataVersion(
  id: UniqueId,
  from: VersionSources,
  connection: Connection,
): Promise<string> {
  const { context, states, settled } = from;
  const node = context.manifest.nodes.get(id);
  if (node === undefined) {
    const source = context.manifest.sources.get(id);
    return source === undefined
      ? randomUUID()
      : await contentVersion(sourceRelation(source), context, connection);
  }
  if (node.config['materialized'] === 'landing') {
    const batch = await latestBatch(
      connection,
      context.dialect,
      node.database,
      ledgerPlace(id, relationOf(node)),
    );
    if (batch !== undefined) return `batch ${batch}`;
  }
  const version = settled.get(id) ?? states.get(id)?.version;
  if (version === undefined) return await contentVersion(relationOf(node), context, connection);
  const stands = (await context.session.relations()).find(relationOf(node))?.type;
  if (node.config['materialized'] !== 'view' && stands !== 'view') return version;
  // A view has no rows of its own: it changes with what it reads.
  if ((states.get(id)?.changing ?? null) !== null) return randomUUID();
  const below: string[] = [];
  for (const input of dataInputs(node, context)) {
    below.push(await dataVersion(input, from, connection));
  }
  return hash([version, ...below]);
}

/** A hash over all rows, in any order. Reads the relation once. */
async function contentVersion(
  relation: Relation,
  { session, dialect }: RunContext,
  connection: Connection,
): Promise<string> {
  if ((await session.relations()).find(relation) === undefined) return 'missing';
  const name = dialect.relation(relation);
  const columns = await connection.describe(`select * from ${name}`);
  const list = columns.map((column) => dialect.quote(column.name)).join(', ');
  const { rows } = await connection.query(
    `select count(*)::varchar, coalesce(sum(hash(${list})::hugeint), 0)::varchar, coalesce(bit_xor(hash(${list}, 1)), 0)::varchar from ${name}`,
  );
  return hash([JSON.stringify(columns), ...rows[0]!.map(String)]);
}

function sourceRelation({ database, schema, identifier }: SourceNode): Relation {
  return { database, schema, identifier };
}

export function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
