import type { Node } from '../contracts/node.ts';
import type { ParseContext } from './parse-context.ts';
import { parseGenericTests } from './parse-generic-tests.ts';
import { parseSeeds, parseSqlNodes } from './parse-nodes.ts';
import type { ParsedPackage } from './parse-package.ts';
import { parseSnapshots } from './parse-snapshots.ts';
import type { ModelProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { readFile } from './source-file.ts';

const sections = { models: 'model', seeds: 'seed', snapshots: 'snapshot' } as const;

type Section = keyof typeof sections;

/**
 * Properties of one package that describe a node of another: where its own package has no enabled node
 * of that name, dbt looks in all of them (core `parser/schemas.py`, `NodePatchParser`). So a project
 * documents and tests the models of its packages, and replaces a seed of one with a seed of its own.
 */
export function withForeignProperties(
  contexts: readonly ParseContext[],
  packages: readonly ParsedPackage[],
): readonly ParsedPackage[] {
  if (contexts.length === 1) return packages;
  const nodes = packages.map((one) => [...one.nodes]);
  const byName = referableByName(nodes);
  for (const [at, context] of contexts.entries()) {
    for (const section of Object.keys(sections) as Section[]) {
      for (const entry of context.properties[section]) {
        const found = byName.get(entry.properties.name) ?? [];
        const [one, second] = found;
        if (one === undefined || second !== undefined || one.at === at) continue;
        const node = nodes[one.at]![one.place]!;
        const isOther = node.resourceType !== sections[section] || node.patchPath !== null;
        if (isOther || entry.properties.versions !== undefined) continue;
        const described = describedBy(contexts[one.at]!, node, section, [entry]);
        if (described === undefined) continue;
        const now = { ...described, patchPackage: context.project.name };
        nodes[one.at]![one.place] = now;
        const own = nodes[at]!.map((other) =>
          isSwitchedOff(other, node) ? (describedBy(context, other, section, []) ?? other) : other,
        );
        nodes[at] = withTests(own, context, section, entry, now);
      }
    }
  }
  return packages.map((one, i) => ({ ...one, nodes: nodes[i]! }));
}

/** What {@link withForeignProperties} found: the package of the file, and the kind and name of the node. */
export function foreignKey({ patchPackage, resourceType, name }: Node): string | undefined {
  return patchPackage === undefined ? undefined : `${patchPackage} ${resourceType} ${name}`;
}

interface Place {
  readonly at: number;
  readonly place: number;
}

/** The enabled nodes that a name can mean, and where they stand. */
function referableByName(
  packages: readonly (readonly Node[])[],
): ReadonlyMap<string, readonly Place[]> {
  const kinds: ReadonlySet<string> = new Set(Object.values(sections));
  const found = new Map<string, Place[]>();
  for (const [at, nodes] of packages.entries()) {
    for (const [place, node] of nodes.entries()) {
      if (!kinds.has(node.resourceType) || node.config['enabled'] === false) continue;
      const same = found.get(node.name);
      if (same === undefined) found.set(node.name, [{ at, place }]);
      else same.push({ at, place });
    }
  }
  return found;
}

/** Whether a node is the one that another stands in for: nothing describes it then. */
function isSwitchedOff(own: Node, other: Node): boolean {
  return (
    own.name === other.name &&
    own.resourceType === other.resourceType &&
    own.config['enabled'] === false
  );
}

/** The node parsed again with these entries for its properties. */
function describedBy(
  context: ParseContext,
  node: Node,
  section: Section,
  entries: readonly PropertyEntry<ModelProperties>[],
): Node | undefined {
  const { paths } = context.project;
  const given = { ...context, properties: { ...context.properties, [section]: entries } };
  const file = readFile(context.project, paths[section], node.originalFilePath);
  if (file === undefined) return undefined;
  const parsers = { models: parseModels, seeds: parseSeeds, snapshots: parseSnapshots };
  return parsers[section](given, [file]).find(({ uniqueId }) => uniqueId === node.uniqueId);
}

function parseModels(context: ParseContext, files: Parameters<typeof parseSqlNodes>[2]): Node[] {
  return parseSqlNodes(context, 'model', files);
}

/**
 * The nodes of a package with the tests that an entry declares on a node of another one. To dbt such tests
 * are attached to nothing, and of no group: it looks for their node in the package of the entry.
 */
function withTests(
  nodes: readonly Node[],
  context: ParseContext,
  section: Section,
  { properties, file, yaml, path }: PropertyEntry<ModelProperties>,
  on: Node,
): Node[] {
  const tests = parseGenericTests(context, {
    on,
    file,
    yaml,
    path,
    tests: properties.data_tests ?? properties.tests,
    columns: properties.columns ?? [],
    key: `${section}.${properties.name}`,
    quoteColumns: properties.quote_columns,
  }).map((test): Node => ({ ...test, attachedNode: null, group: null }));
  const ids = new Set(tests.map(({ uniqueId }) => uniqueId));
  return [...nodes.filter(({ uniqueId }) => !ids.has(uniqueId)), ...tests];
}
