import type { Manifest } from '../contracts/manifest.ts';
import type { SelectableGraph, SelectableNode } from '../graph/selectable.ts';
import { keptJson, parseJson } from '../util/exact-json.ts';
import { graphOf, selectableGraph } from './select-nodes.ts';

/** What selecting and listing nodes need of a manifest. */
export interface NodeIndex {
  readonly rootPackage: string;
  readonly graph: SelectableGraph;
}

/** The index of a manifest. */
export function nodeIndex(manifest: Manifest): NodeIndex {
  return { rootPackage: manifest.project.name, graph: selectableGraph(manifest) };
}

/** A node of the index; numbers lead into the lists beside the rows. */
type Row = readonly [
  uniqueId: string,
  name: string,
  /** The rest of the fqn before its last part, and that part, 0 when it is the name. */
  folder: number,
  last: string | 0,
  /** Resource type, package, path and so on: what many nodes have alike. */
  shared: number,
  tags: number,
  config: number,
  /** Rows of its parents; an id where the index has none of that. */
  parents: readonly (number | string)[],
];

/** What many nodes have alike, since they stand in one file. */
type Shared = Omit<SelectableNode, 'uniqueId' | 'name' | 'fqn' | 'tags' | 'config'>;

interface Encoded {
  readonly rootPackage: string;
  readonly folders: readonly (readonly string[])[];
  readonly shared: readonly Shared[];
  readonly tags: readonly (readonly string[])[];
  readonly configs: readonly SelectableNode['config'][];
  readonly rows: readonly Row[];
}

const noTags: readonly string[] = [];

/** An index as JSON text; what several nodes share is written once. */
export function encodeIndex({ rootPackage, graph }: NodeIndex): string {
  const [folders, shared, tags, configs] = [list(), list(), list(), list()];
  const places = new Map<string, number>();
  for (const id of graph.nodes.keys()) places.set(id, places.size);
  const rows: string[] = [];
  // Nodes of one file come one after the other, so most share what the one before has.
  let before: { readonly text: string; readonly at: number } | undefined;
  let sharedBefore: { readonly value: Shared; readonly at: number } | undefined;
  for (const node of graph.nodes.values()) {
    const { uniqueId, name, fqn, tags: ownTags, config, ...others } = node;
    const last = fqn.at(-1)!;
    const folder = fqn.slice(0, -1);
    const folderText = folder.join('\0');
    if (before?.text !== folderText) before = { text: folderText, at: folders.place(folder) };
    if (sharedBefore === undefined || !isSame(sharedBefore.value, others))
      sharedBefore = { value: others, at: shared.place(others) };
    const row: Row = [
      uniqueId,
      name,
      before.at,
      last === name ? 0 : last,
      sharedBefore.at,
      ownTags.length === 0 ? tags.placeOfSame(noTags) : tags.place(ownTags),
      configs.placeOfSame(config),
      graph.parents(uniqueId).map((parent) => places.get(parent) ?? parent),
    ];
    rows.push(JSON.stringify(row));
  }
  const lists = Object.entries({ folders, shared, tags, configs });
  return `{"rootPackage":${JSON.stringify(rootPackage)},${lists
    .map(([name, { texts }]) => `"${name}":[${texts().join()}]`)
    .join()},"rows":[${rows.join()}]}`;
}

function isSame(one: Shared, other: Shared): boolean {
  const keys = Object.keys(one) as (keyof Shared)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/** Distinct values, each written once. */
function list() {
  const places = new Map<string, number>();
  const known = new Map<unknown, number>();
  const place = (value: unknown): number => {
    const text = keptJson(value);
    let at = places.get(text);
    if (at === undefined) {
      at = places.size;
      places.set(text, at);
    }
    return at;
  };
  return {
    texts: () => [...places.keys()],
    place,
    /** As `place`, for objects that come again and again. */
    placeOfSame: (value: object): number => {
      let at = known.get(value);
      if (at === undefined) {
        at = place(value);
        known.set(value, at);
      }
      return at;
    },
  };
}

/** The index that {@link encodeIndex} wrote. */
export function decodeIndex(text: string): NodeIndex {
  const { rootPackage, folders, shared, tags, configs, rows } = parseJson(text) as Encoded;
  const nodes = new Map<string, SelectableNode>();
  const parents = new Map<string, readonly string[]>();
  for (const [uniqueId, name, folder, last, others, ownTags, config, above] of rows) {
    nodes.set(uniqueId, {
      uniqueId,
      name,
      fqn: [...folders[folder]!, last === 0 ? name : last],
      tags: tags[ownTags]!,
      config: configs[config]!,
      ...shared[others]!,
    });
    parents.set(
      uniqueId,
      above.map((parent) => (typeof parent === 'number' ? rows[parent]![0] : parent)),
    );
  }
  return { rootPackage, graph: graphOf(nodes, parents) };
}
