import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { type DefinedRelation, relationKey } from '../contracts/relation.ts';
import { type TsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import type { DatabaseSession } from '../run/database-session.ts';
import {
  forgetRelations,
  ledgerRelation,
  type NotedRelation,
  readLedgerOf,
} from '../run/relation-ledger/ledger-table.ts';
import { ledgerOwner, sameOwner } from '../run/relation-ledger/noting.ts';
import {
  keptBecause,
  ownedRelations,
  type PruneLimits,
  readerOf,
  reasonOf,
} from '../run/relation-ledger/orphans.ts';
import { readersFirst, viewReads } from '../run/relation-ledger/view-reads.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';

export interface PruneRequest {
  /** Say what would be dropped, and drop nothing. */
  readonly dryRun: boolean;
  readonly limits: PruneLimits;
}

/** A relation that no node of the project makes any more, and what became of it. */
export interface PrunedRelation {
  readonly relation: string;
  readonly type: 'table' | 'view';
  /** The node that made it. */
  readonly node: string;
  readonly reason: string;
  /** Why it was left alone; null when it was, or would be, dropped. */
  readonly kept: string | null;
  /** Why it could not be dropped. */
  readonly error: TsdbtError | null;
}

interface Orphan {
  readonly noted: NotedRelation;
  readonly kept: string | undefined;
}

/**
 * Drops relations that tsdbt made for this project and target, and that no enabled node owns any
 * more. Each is dropped in a transaction with its note. Nothing is dropped that a view reads which
 * stays, so nothing cascades.
 */
export async function pruneTask(
  parsed: ParsedProject,
  request: PruneRequest,
): Promise<readonly PrunedRelation[]> {
  const session = await openSession(parsed, request.dryRun ? 'read' : 'change');
  try {
    return await session.withConnection((connection) =>
      prune(parsed, request, session, connection),
    );
  } finally {
    await session.close();
  }
}

async function prune(
  parsed: ParsedProject,
  { dryRun, limits }: PruneRequest,
  session: DatabaseSession,
  connection: Connection,
): Promise<readonly PrunedRelation[]> {
  const { manifest, dialect } = parsed;
  const owner = ledgerOwner(manifest);
  const owned = ownedRelations(manifest);
  const orphaned: NotedRelation[] = [];
  for (const { database, schema, identifier } of await session.adapter.listRelations(connection)) {
    const ledger = ledgerRelation(database);
    if (schema !== ledger.schema || identifier !== ledger.identifier) continue;
    const { noted: all } = await readLedgerOf(connection, dialect, database);
    for (const [key, noted] of all)
      if (sameOwner(noted.owner, owner) && !owned.has(key)) orphaned.push(noted);
  }
  const schemas = [...new Set(orphaned.map(({ relation }) => relation.schema))];
  const found = new Map<string, DefinedRelation>();
  if (schemas.length > 0)
    for (const relation of await session.adapter.listDefinitions(connection, schemas))
      found.set(relationKey(relation), relation);
  const there: Orphan[] = [];
  for (const noted of orphaned) {
    const relation = found.get(relationKey(noted.relation));
    if (relation !== undefined) there.push({ noted, kept: keptBecause(noted, relation, limits) });
    else if (!dryRun)
      await forgetRelations(connection, dialect, noted.relation.database, [noted.relation]);
  }
  const views = there.some(({ kept }) => kept === undefined) ? await viewReads(connection) : [];
  const decided = keepWhatIsRead(there, views, dialect);
  const dropped = decided.filter(({ kept }) => kept === undefined).map(({ noted }) => noted);
  const errors = new Map<NotedRelation, TsdbtError>();
  if (!dryRun) {
    for (const noted of readersFirst(dropped, views)) {
      const error = await drop(noted, parsed, connection);
      if (error !== undefined) errors.set(noted, error);
    }
    if (dropped.length > 0) await session.adapter.checkpoint(connection);
  }
  return decided.map(({ noted, kept }) => ({
    relation: dialect.relation(noted.relation),
    type: noted.type,
    node: noted.node,
    reason: reasonOf(noted, manifest, dialect),
    kept: kept ?? null,
    error: errors.get(noted) ?? null,
  }));
}

/** Keeps relations that a view reads which is not dropped; what is kept may be such a view itself. */
function keepWhatIsRead(
  orphans: readonly Orphan[],
  views: Parameters<typeof readerOf>[1],
  dialect: SqlDialect,
): readonly Orphan[] {
  const dropped = new Set(
    orphans
      .filter(({ kept }) => kept === undefined)
      .map(({ noted }) => relationKey(noted.relation)),
  );
  const decided = orphans.map((orphan): Orphan => {
    if (orphan.kept !== undefined) return orphan;
    const reader = readerOf(orphan.noted, views, dropped);
    if (reader === undefined) return orphan;
    const name = dialect.relation(reader.view);
    return { ...orphan, kept: `the view ${name} reads it, and would break` };
  });
  return decided.every((one, i) => one.kept === orphans[i]!.kept)
    ? decided
    : keepWhatIsRead(decided, views, dialect);
}

async function drop(
  { relation, type }: NotedRelation,
  { dialect }: ParsedProject,
  connection: Connection,
): Promise<TsdbtError | undefined> {
  try {
    await connection.transaction(async () => {
      await connection.run(`drop ${type} ${dialect.relation(relation)}`);
      await forgetRelations(connection, dialect, relation.database, [relation]);
    });
    return undefined;
  } catch (error) {
    return toTsdbtError(error);
  }
}
