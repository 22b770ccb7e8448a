import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { type TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import type { RunContext } from './run-context.ts';
import { runEdges } from './run-edges.ts';

/** Selected nodes that read what is neither in the target nor made by the run. */
export interface NotBuilt {
  /** Each such node with the nodes it misses. */
  readonly readers: ReadonlyMap<UniqueId, readonly UniqueId[]>;
  /** Nothing of the selection can be run. */
  readonly blocksAll: boolean;
  /** What is missing, who reads it, and the command that builds it. */
  readonly error: TsdbtError;
}

/** Nodes of other materializations may make relations of other names. */
const makesItsRelation: ReadonlySet<unknown> = new Set([
  'table',
  'view',
  'incremental',
  'snapshot',
  'seed',
  'landing',
]);

/**
 * Finds which selected nodes read relations that are neither selected, nor in the target, nor
 * deferred to another state; undefined when there are none. A node counts only if its compiled query
 * names the relation: a `ref` in a comment only orders. Compiles just the nodes that may be such.
 * `target` is the argument of `--target`, which the command needs as well.
 */
export async function findNotBuilt(
  context: RunContext,
  selected: ReadonlySet<UniqueId>,
  target?: string,
): Promise<NotBuilt | undefined> {
  const { manifest, session, deferred } = context;
  if (selected.size === 0 || context.cloneFrom !== undefined) return undefined;
  const relations = await session.relations();
  const isMissing = (id: UniqueId): boolean => {
    const node = manifest.nodes.get(id);
    return (
      node !== undefined &&
      !selected.has(id) &&
      makesItsRelation.has(node.config['materialized'] ?? node.resourceType) &&
      deferred?.has(id) !== true &&
      relations.find(relationOf(node)) === undefined
    );
  };
  const readers = new Map<UniqueId, readonly UniqueId[]>();
  for (const id of selected) {
    const node = manifest.nodes.get(id);
    if (node === undefined || !['model', 'snapshot', 'test'].includes(node.resourceType)) continue;
    const missing = readBy(node, manifest).filter(isMissing);
    if (missing.length === 0) continue;
    const named = await namedIn(node, missing, context);
    if (named.length > 0) readers.set(id, named);
  }
  if (readers.size === 0) return undefined;
  const isThere = (id: UniqueId) =>
    relations.find(relationOf(manifest.nodes.get(id)!)) !== undefined;
  return {
    readers,
    blocksAll: blocksAll(manifest, selected, readers),
    error: notBuiltError(manifest, readers, isThere, target),
  };
}

/** What a node reads, through ephemeral models. */
function readBy(node: Node, manifest: Manifest): readonly UniqueId[] {
  const queue = [...node.dependsOn.nodes];
  const found = new Set<UniqueId>();
  for (const id of queue) {
    if (found.has(id)) continue;
    found.add(id);
    const parent = manifest.nodes.get(id);
    if (parent?.config['materialized'] === 'ephemeral') queue.push(...parent.dependsOn.nodes);
  }
  return [...found];
}

/** Those of the missing nodes that the compiled query names; all of them when it can't be compiled. */
async function namedIn(
  node: Node,
  missing: readonly UniqueId[],
  { manifest, session, environment }: RunContext,
): Promise<readonly UniqueId[]> {
  let sql: string;
  try {
    sql = await session.withConnection(
      async (connection) =>
        (await compileNode(node, { ...environment(connection), onCompiled: undefined }))
          .compiledCode,
    );
  } catch {
    return missing;
  }
  const text = sql
    .replace(/--.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .toLowerCase();
  return missing.filter((id) => text.includes(manifest.nodes.get(id)!.alias.toLowerCase()));
}

function blocksAll(
  manifest: Manifest,
  selected: ReadonlySet<UniqueId>,
  readers: ReadonlyMap<UniqueId, unknown>,
): boolean {
  const edges = runEdges(manifest, selected, false);
  const blocked = new Set<UniqueId>();
  const isBlocked = (id: UniqueId): boolean => {
    if (blocked.has(id)) return true;
    const isIt = readers.has(id) || [...(edges.get(id) ?? [])].some(isBlocked);
    if (isIt) blocked.add(id);
    return isIt;
  };
  return [...selected].every(isBlocked);
}

function notBuiltError(
  manifest: Manifest,
  readers: ReadonlyMap<UniqueId, readonly UniqueId[]>,
  isThere: (id: UniqueId) => boolean,
  target: string | undefined,
): TsdbtError {
  const missing = new Set([...readers.values()].flat());
  const name = (id: UniqueId) => manifest.nodes.get(id)!.name;
  return tsdbtError('not-built', {
    target: manifest.target.name,
    missing: [...missing].map(name).sort(),
    readers: [...readers.keys()].map(name).sort(),
    command: [
      'tsdbt build',
      ...(target === undefined ? [] : ['--target', target]),
      ...selectorsThatBuild(manifest, missing, isThere),
    ].join(' '),
  });
}

/** A command with more selectors is no easier to read than one that builds all. */
const mostSelectors = 10;

/**
 * The arguments of the build that makes what is missing, with the fewest selectors: none where all of
 * the project is missing and one selector does not do.
 */
function selectorsThatBuild(
  manifest: Manifest,
  missing: ReadonlySet<UniqueId>,
  isThere: (id: UniqueId) => boolean,
): readonly string[] {
  const builds = new Map<UniqueId, Set<UniqueId>>();
  const above = (id: UniqueId): Set<UniqueId> => {
    const known = builds.get(id);
    if (known !== undefined) return known;
    const found = new Set<UniqueId>([id]);
    builds.set(id, found);
    for (const parent of manifest.nodes.get(id)?.dependsOn.nodes ?? [])
      for (const one of above(parent)) found.add(one);
    return found;
  };
  const models = [...manifest.nodes.values()].filter(
    ({ resourceType, config }) =>
      ['model', 'seed', 'snapshot'].includes(resourceType) &&
      config['materialized'] !== 'ephemeral',
  );
  const left = new Set(missing);
  const chosen: string[] = [];
  const noneIsThere = !models.some(({ uniqueId }) => isThere(uniqueId));
  while (left.size > 0) {
    if (chosen.length === (noneIsThere ? 1 : mostSelectors)) return [];
    let best: { readonly node: Node; readonly covers: number; readonly size: number } | undefined;
    for (const node of models) {
      const covers = [...above(node.uniqueId)].filter((id) => left.has(id)).length;
      const size = above(node.uniqueId).size;
      if (covers === 0) continue;
      if (
        best === undefined ||
        covers > best.covers ||
        (covers === best.covers && size < best.size)
      )
        best = { node, covers, size };
    }
    if (best === undefined) break;
    const { node } = best;
    for (const id of above(node.uniqueId)) left.delete(id);
    const isAlone = [...above(node.uniqueId)].every(
      (id) => id === node.uniqueId || !manifest.nodes.has(id),
    );
    chosen.push(`${isAlone ? '' : '+'}${node.name}`);
  }
  return ['--select', ...chosen];
}
