import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { SelectableGraph, SelectableNode } from '../graph/selectable.ts';
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
  return JSON.stringify({
    rootPackage: index.rootPackage,
    configs: [...configs.keys()],
    rows,
  });
}

interface Encoded {
  readonly rootPackage: string;
  readonly configs: readonly string[];
  readonly rows: readonly Row[];
}

/** The index that {@link encodeIndex} wrote. */
export function decodeIndex(text: string): NodeIndex {
  const { rootPackage, configs, rows } = JSON.parse(text) as Encoded;
  const settings = configs.map((config) => JSON.parse(config) as Readonly<Record<string, Json>>);
  const nodes = new Map<string, SelectableNode>();
  const parents = new Map<string, readonly string[]>();
  for (const row of rows) {
    const [uniqueId, name, resourceType, packageName, fqn, tags, path, config, above, rest] = row;
    const common = { uniqueId, name, resourceType, packageName, fqn, tags, path };
    nodes.set(uniqueId, { ...common, config: settings[config]!, ...rest });
    parents.set(uniqueId, above);
  }
  return { rootPackage, graph: graphOf(nodes, parents) };
}
