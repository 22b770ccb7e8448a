import {
  manifestExposure,
  manifestGroup,
  manifestNode,
  manifestSemantic,
  manifestSource,
  manifestUnitTest,
} from '../artifacts/manifest-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import { fromJs, PyDict, type Value } from '../jinja/index.ts';

const graphs = new WeakMap<Manifest, Value>();

/** `graph`: everything of the project under dbt's names; made once, since it is big. */
export function graphValue(manifest: Manifest): Value {
  let value = graphs.get(manifest);
  if (value === undefined) {
    value = new PyDict(Object.entries(parts(manifest)).map(([key, part]) => [key, fromJs(part)]));
    graphs.set(manifest, value);
  }
  return value;
}

function parts(manifest: Manifest): Readonly<Record<string, Record<string, Json>>> {
  const semantics = (type: string) =>
    byId(
      [...manifest.semantics.values()].filter((node) => node.resourceType === type),
      (node) => manifestSemantic(node, 0),
    );
  return {
    nodes: byId([...manifest.nodes.values(), ...manifest.inert.values()], (node) =>
      manifestNode(node, relationName(node), undefined, 0),
    ),
    sources: byId(manifest.sources.values(), (source) =>
      manifestSource(source, relationName({ ...source, alias: source.identifier }), 0),
    ),
    exposures: byId(manifest.exposures.values(), (exposure) => manifestExposure(exposure, 0)),
    groups: byId(manifest.groups.values(), manifestGroup),
    metrics: semantics('metric'),
    semantic_models: semantics('semantic_model'),
    saved_queries: semantics('saved_query'),
    unit_tests: byId(manifest.unitTests.values(), (test) => manifestUnitTest(test, 0)),
    functions: byId(manifest.functions.values(), (one) =>
      manifestNode(one, relationName(one), undefined, 0),
    ),
  };
}

function byId<T extends { readonly uniqueId: string }>(
  items: Iterable<T>,
  write: (item: T) => Json,
): Record<string, Json> {
  return Object.fromEntries([...items].map((item) => [item.uniqueId, write(item)]));
}

/** The quoted name of what a node builds; none where nothing is built. */
function relationName(node: {
  readonly resourceType: string;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly config: Readonly<Record<string, Json>>;
}): string | null {
  const builds =
    ['model', 'seed', 'snapshot', 'source', 'function'].includes(node.resourceType) &&
    node.config['materialized'] !== 'ephemeral';
  if (!builds) return null;
  return [node.database, node.schema, node.alias]
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}
