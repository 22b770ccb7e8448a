import type { TemplateDatabase } from '../context/template-database.ts';
import type { Node } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/** `--defer`: where the nodes of another state of the project stand. */
export interface Deferral {
  /** Relations and functions of the other state; none for ephemeral models and for what it does not have. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** `--favor-state`: what is not selected is read from the other state even if it stands here. */
  readonly favorState: boolean;
  readonly selected: ReadonlySet<UniqueId>;
}

/**
 * The relation to read in the place of a node's own, or undefined when its own is to be read (core
 * `context/providers.py`, `RuntimeRefResolver.create_relation`). Asks the cache of relations only.
 */
export async function deferredRelation(
  target: Node,
  own: Relation,
  { relations, favorState, selected }: Deferral,
  database: TemplateDatabase,
): Promise<Relation | undefined> {
  const other = relations.get(target.uniqueId);
  if (other === undefined) return undefined;
  if (favorState && !selected.has(target.uniqueId)) return other;
  return (await database.findRelation(own)) === undefined ? other : undefined;
}

/**
 * As {@link deferredRelation}, of a function. One that this run makes is its own: dbt, whose relations
 * have no functions among them, would call that of the other state.
 */
export async function deferredFunction(
  target: Node,
  own: Relation,
  { relations, favorState, selected }: Deferral,
  database: TemplateDatabase,
): Promise<Relation | undefined> {
  const other = relations.get(target.uniqueId);
  if (other === undefined || selected.has(target.uniqueId)) return undefined;
  return favorState || !(await database.hasFunction(own)) ? other : undefined;
}
