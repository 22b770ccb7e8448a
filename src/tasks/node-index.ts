import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { buildDag } from '../graph/dag.ts';
import type { SelectableGraph, SelectableNode } from '../graph/selectable.ts';
import { selectableGraph } from './select-nodes.ts';

/** What selecting and listing nodes need of a manifest. */
export interface NodeIndex {
  readonly rootPackage: string;
  readonly graph: SelectableGraph;
  /** Ids that `ls` shows, parents before children. */
  readonly sorted: readonly string[];
}

/** The index of a manifest. */
export function nodeIndex(manifest: Manifest): NodeIndex {
  const parents = new Map<string, readonly string[]>();
  for (const source of manifest.sources.values()) parents.set(source.uniqueId, []);
  for (const node of [...manifest.nodes.values(), ...manifest.exposures.values()]) {
    parents.set(node.uniqueId, node.dependsOn.nodes);
  }
  return {
    rootPackage: manifest.project.name,
    graph: selectableGraph(manifest),
    sorted: buildDag(parents).sorted,
  };
}

/** The rest of a node behind the fields that every node has. */
type Rest = Omit<
  SelectableNode,
  'uniqueId' | 'name' | 'resourceType' | 'packageName' | 'fqn' | 'tags' | 'path' | 'config'
>;

type Row = readonly [
  uniqueId: string,
  name: string,
  resourceType: string,
  packageName: string,
  fqn: readonly string[],
  tags: readonly string[],
  path: string,
  config: number,
  parents: readonly string[],
  rest: Rest,
];

/** An index as JSON text; configurations that several nodes share are written once. */
export function encodeIndex(index: NodeIndex): string {
  const configs = new Map<string, number>();
  const places = new Map<object, number>();
  const rows: Row[] = [];
  for (const node of index.graph.nodes.values()) {
    const { uniqueId, name, resourceType, packageName, fqn, tags, path, config, ...rest } = node;
    let at = places.get(config);
    if (at === undefined) {
      const written = JSON.stringify(config);
      at = configs.get(written) ?? configs.size;
      configs.set(written, at);
      places.set(config, at);
    }
    const parents = index.graph.parents(uniqueId);
    rows.push([uniqueId, name, resourceType, packageName, fqn, tags, path, at, parents, rest]);
  }
  const rowOf = new Map(rows.map(([id], i) => [id, i]));
  return JSON.stringify({
    rootPackage: index.rootPackage,
    configs: [...configs.keys()],
    rows,
    sorted: index.sorted.map((id) => rowOf.get(id) ?? id),
  });
}

interface Encoded {
  readonly rootPackage: string;
  readonly configs: readonly string[];
  readonly rows: readonly Row[];
  readonly sorted: readonly (number | string)[];
}

/** The index that {@link encodeIndex} wrote. */
export function decodeIndex(text: string): NodeIndex {
  const { rootPackage, configs, rows, sorted } = JSON.parse(text) as Encoded;
  const settings = configs.map((config) => JSON.parse(config) as Readonly<Record<string, Json>>);
  const nodes = new Map<string, SelectableNode>();
  const parents = new Map<string, readonly string[]>();
  const children = new Map<string, string[]>();
  for (const row of rows) {
    const [uniqueId, name, resourceType, packageName, fqn, tags, path, config, above, rest] = row;
    const common = { uniqueId, name, resourceType, packageName, fqn, tags, path };
    nodes.set(uniqueId, { ...common, config: settings[config]!, ...rest });
    parents.set(uniqueId, above);
    children.set(uniqueId, []);
  }
  for (const [id, above] of parents) for (const parent of above) children.get(parent)?.push(id);
  return {
    rootPackage,
    graph: {
      nodes,
      parents: (id) => parents.get(id) ?? [],
      children: (id) => children.get(id) ?? [],
    },
    sorted: sorted.map((place) => (typeof place === 'number' ? rows[place]![0] : place)),
  };
}
