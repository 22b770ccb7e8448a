import { type ExistingRelation, type Relation, relationKey } from '../contracts/relation.ts';

/** What stands in the database, read once a run and kept up to date by what the run does. */
export class RelationCache {
  readonly #relations = new Map<string, ExistingRelation>();

  constructor(relations: Iterable<ExistingRelation>) {
    for (const relation of relations) this.put(relation);
  }

  find(relation: Relation): ExistingRelation | undefined {
    return this.#relations.get(relationKey(relation));
  }

  /** What stands in a schema. */
  inSchema(database: string, schema: string): readonly ExistingRelation[] {
    const prefix = relationKey({ database, schema, identifier: '' });
    return [...this.#relations].flatMap(([key, found]) => (key.startsWith(prefix) ? [found] : []));
  }

  put(relation: ExistingRelation): void {
    this.#relations.set(relationKey(relation), relation);
  }

  remove(relation: Relation): void {
    this.#relations.delete(relationKey(relation));
  }

  removeSchema(database: string, schema: string): void {
    for (const relation of this.inSchema(database, schema)) this.remove(relation);
  }
}
