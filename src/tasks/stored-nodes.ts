import type { Node } from '../contracts/node.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import type { StoredManifest } from './manifest-store.ts';

/** The nodes of a stored manifest, each read when it is first asked for. */
export class StoredNodes implements ReadonlyMap<UniqueId, Node> {
  readonly stored: StoredManifest;
  readonly #places: ReadonlyMap<string, number>;
  readonly #read: Map<UniqueId, Node>;
  #isComplete = false;

  /** `ids` are those of the manifest in its order; `whole` are those that are kept whole. */
  constructor(stored: StoredManifest, ids: readonly string[], whole: readonly Node[]) {
    this.stored = stored;
    this.#places = new Map(ids.map((id, place) => [id, place]));
    this.#read = new Map(whole.map((node) => [node.uniqueId, node]));
  }

  get size(): number {
    return this.#places.size;
  }

  /** Where a node stands in the manifest. */
  place(id: string): number | undefined {
    return this.#places.get(id);
  }

  get(id: UniqueId): Node | undefined {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const place = this.#places.get(id);
    if (place === undefined) return undefined;
    const node = this.stored.node(place);
    this.#read.set(id, node);
    return node;
  }

  has(id: UniqueId): boolean {
    return this.#places.has(id);
  }

  *keys(): MapIterator<UniqueId> {
    for (const id of this.#places.keys()) yield asUniqueId(id);
  }

  *values(): MapIterator<Node> {
    this.#complete();
    for (const id of this.#places.keys()) yield this.#read.get(asUniqueId(id))!;
  }

  *entries(): MapIterator<[UniqueId, Node]> {
    for (const node of this.values()) yield [node.uniqueId, node];
  }

  [Symbol.iterator](): MapIterator<[UniqueId, Node]> {
    return this.entries();
  }

  forEach(visit: (node: Node, id: UniqueId, map: ReadonlyMap<UniqueId, Node>) => void): void {
    for (const node of this.values()) visit(node, node.uniqueId, this);
  }

  #complete(): void {
    if (this.#isComplete) return;
    const ids = [...this.#places.keys()].map(asUniqueId);
    const unread = (place: number) => !this.#read.has(ids[place]!);
    for (const node of this.stored.nodes(unread)) this.#read.set(node.uniqueId, node);
    this.#isComplete = true;
  }
}
