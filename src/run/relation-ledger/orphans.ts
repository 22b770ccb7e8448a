import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import { type DefinedRelation, relationKey } from '../../contracts/relation.ts';
import { asUniqueId } from '../../contracts/unique-id.ts';
import type { NotedRelation } from './ledger-table.ts';
import { nodeRelations } from './node-relations.ts';
import { mayRead, type ViewReads } from './view-reads.ts';

/** What may be dropped beside what can be built again at any time. */
export interface PruneLimits {
  readonly snapshots: boolean;
  readonly incremental: boolean;
  readonly landing: boolean;
}

/** Kinds that come back as they were when their files do. */
const rebuildable: ReadonlySet<string> = new Set(['table', 'view', 'seed', 'test', 'external']);

/** Every relation that the enabled nodes of a project may make, and those that it has as sources. */
export function ownedRelations(manifest: Manifest): ReadonlySet<string> {
  const owned = new Set<string>();
  for (const node of manifest.nodes.values())
    for (const { relation } of nodeRelations(node)) owned.add(relationKey(relation));
  for (const { database, schema, identifier } of manifest.sources.values())
    owned.add(relationKey({ database, schema, identifier }));
  return owned;
}

/** Why a noted relation is nobody's. */
export function reasonOf(
  { node, relation, role }: NotedRelation,
  manifest: Manifest,
  dialect: SqlDialect,
): string {
  const id = asUniqueId(node);
  if (manifest.disabled.has(id)) return `${node} is disabled`;
  const now = manifest.nodes.get(id);
  if (now === undefined) return `there is no ${node} any more`;
  if (now.config['materialized'] === 'ephemeral') return `${node} is ephemeral now`;
  const place = relationOf(now);
  return relationKey(place) === relationKey(relation) || role === 'quarantine' || role === 'pointer'
    ? `${node} does not make it any more`
    : `${node} is ${dialect.relation(place)} now`;
}

/** Why a relation that nobody owns is not dropped; undefined when nothing speaks against it. */
export function keptBecause(
  noted: NotedRelation,
  found: DefinedRelation,
  limits: PruneLimits,
): string | undefined {
  if (noted.definition === null)
    return 'the run that made it was stopped before it was certain, or something else stood there since';
  if (found.type !== noted.type) return `it is a ${found.type} now, and tsdbt made a ${noted.type}`;
  if (found.definition !== noted.definition) return 'its definition is not the one that tsdbt left';
  if (rebuildable.has(noted.kind)) return undefined;
  const what = noted.role === 'relation' ? 'it' : `what stands beside it`;
  switch (noted.kind) {
    case 'snapshot':
      return limits.snapshots
        ? undefined
        : `${what} is a snapshot, whose history nothing brings back: --include-snapshots drops it`;
    case 'landing':
      return limits.landing
        ? undefined
        : `${what} holds what was loaded from landing files: --include-landing drops it`;
    default:
      return limits.incremental
        ? undefined
        : `${what} is ${noted.kind}, and may hold rows that are nowhere else: --include-incremental drops it`;
  }
}

/** The view that would break without a relation; what is dropped itself does not count. */
export function readerOf(
  noted: NotedRelation,
  views: readonly ViewReads[],
  dropped: ReadonlySet<string>,
): ViewReads | undefined {
  return views.find(
    (one) =>
      !dropped.has(relationKey(one.view)) &&
      relationKey(one.view) !== relationKey(noted.relation) &&
      mayRead(one, noted.relation),
  );
}
