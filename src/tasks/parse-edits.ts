import { entriesText, familyMaps } from '../artifacts/manifest-v12.ts';
import type { Node } from '../contracts/node.ts';
import { relationKey } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { buildDag } from '../graph/dag.ts';
import type { SelectableGraph } from '../graph/selectable.ts';
import { checkAccess } from '../parse/check-access.ts';
import { type EditedNode, parseEdited } from '../parse/parse-edited.ts';
import type { ParseRequest, ParseSetup } from '../parse/parse-setup.ts';
import { NameIndex, resolveDependencies } from '../parse/resolve.ts';
import type { StoredManifest } from './manifest-store.ts';
import type { NodeIndex } from './node-index.ts';
import type { ListedFile } from './parse-inputs.ts';
import type { NamedNode, ParseNames } from './parse-names.ts';
import { graphOf, selectable } from './select-nodes.ts';

/** What is kept of the parse before. */
export interface KeptProject {
  readonly names: ParseNames;
  readonly stored: StoredManifest;
  readonly index: () => NodeIndex;
}

export interface ParsedEdits {
  /** The nodes as they are now, by their place. */
  readonly nodes: ReadonlyMap<number, Node>;
  /** The index, when it is another now. */
  readonly index: NodeIndex | undefined;
  /** Whether what nodes depend on is another now. */
  readonly hasOtherParents: boolean;
}

/**
 * Parses a project of which only texts of models, analyses and singular tests were edited since it was
 * parsed, by parsing these. Undefined when more could be different than these nodes themselves: then
 * the whole project must be parsed.
 */
export function parseEdits(
  request: ParseRequest,
  setup: () => ParseSetup,
  changed: readonly ListedFile[],
  kept: KeptProject,
): ParsedEdits | undefined {
  const named = editedNodes(changed, setup, kept.names);
  if (named === undefined) return undefined;
  const parsed = parseEdited(
    request,
    setup(),
    named.map(([, edited]) => edited),
  );
  if (parsed === undefined) return undefined;
  const byPath = new Map(parsed.map((node) => [pathOf(node), node]));
  const link = linker(kept.names, setup().projects);
  const pairs: (readonly [NamedNode, before: Node, now: Node])[] = [];
  for (const [known] of named) {
    const node = byPath.get(pathOf(known));
    if (node === undefined) return undefined;
    const before = kept.stored.node(known.place);
    if (!isSameOutside(before, node)) return undefined;
    const linked = link(node, before);
    if (linked === undefined) return undefined;
    pairs.push([known, before, linked]);
  }
  const nodes = new Map(pairs.map(([{ place }, , now]) => [place, now]));
  const hasOtherParents = pairs.some(
    ([, before, now]) => !isSame(before.dependsOn.nodes, now.dependsOn.nodes),
  );
  const isOther = pairs.some(([, before, now]) => !isSame(selectable(before), selectable(now)));
  if (!isOther && !hasOtherParents) return { nodes, index: undefined, hasOtherParents };
  const index = indexWith(
    kept.index(),
    pairs.map(([, , now]) => now),
  );
  if (hasOtherParents && hasCircle(index.graph)) return undefined;
  return { nodes, index, hasOtherParents };
}

/** The nodes of the changed files; undefined when one is not the file of just one such node. */
function editedNodes(
  changed: readonly ListedFile[],
  setup: () => ParseSetup,
  { nodes }: ParseNames,
): readonly (readonly [NamedNode, EditedNode])[] | undefined {
  if (!changed.every(({ path }) => path.endsWith('.sql'))) return undefined;
  const { projects } = setup();
  const wanted = new Set(changed.map((file) => `${projects[file.package]!.name}\t${file.path}`));
  const edited: (readonly [NamedNode, EditedNode])[] = [];
  for (const node of nodes) {
    if (!wanted.has(pathOf(node))) continue;
    const { resourceType, packageName } = node;
    const project = projects.find(({ name }) => name === packageName);
    const isText =
      resourceType === 'model' || resourceType === 'analysis' || resourceType === 'test';
    if (project === undefined || !isText || node.version !== null) return undefined;
    edited.push([
      node,
      { project, resourceType, path: node.originalFilePath, propertyFile: node.patchPath },
    ]);
  }
  return edited.length === wanted.size ? edited : undefined;
}

function pathOf(node: { readonly packageName: string; readonly originalFilePath: string }): string {
  return `${node.packageName}\t${node.originalFilePath}`;
}

/** Whether a node is to all others what it was: they name it, test it, and may use it as before. */
function isSameOutside(before: Node, now: Node): boolean {
  return (
    now.config['enabled'] !== false &&
    !isLanding(before) &&
    !isLanding(now) &&
    isSame(outside(before), outside(now))
  );
}

function outside(node: Node): unknown {
  const { uniqueId, fqn, path, version, latestVersion, access, group, patchPath } = node;
  const { database, schema, alias } = node;
  const relation = relationKey({ database, schema, identifier: alias });
  const isEphemeral = node.config['materialized'] === 'ephemeral';
  return [
    [uniqueId, fqn, path, version, latestVersion, access, group, patchPath],
    [relation, alias, schema, database, isEphemeral],
  ];
}

/** What `checkLandingNodes` has a say about. */
function isLanding({ config }: Node): boolean {
  return config['materialized'] === 'landing' || config['expectations'] !== undefined;
}

/** Gives a node what its names lead to; undefined when one leads nowhere or must not be used. */
function linker({ nodes, sources, disabled }: ParseNames, projects: ParseSetup['projects']) {
  const index = new NameIndex(nodes, sources, disabled, projects[0]!.name);
  const byId = new Map(nodes.map((one) => [one.uniqueId, one]));
  const byName = new Map(projects.map((project) => [project.name, project]));
  const landings = new Set<UniqueId>();
  for (const { uniqueId, isLanding } of sources) if (isLanding) landings.add(uniqueId);
  return (node: Node, before: Node): Node | undefined => {
    try {
      const ids = resolveDependencies(node, index);
      if (ids.some((id) => landings.has(id))) return undefined;
      const linked = { ...node, dependsOn: { ...node.dependsOn, nodes: ids } };
      checkAccess(linked, byId, byName);
      if (node.resourceType !== 'model') return linked;
      // It is told by constraints, columns and tests, which stand in property files.
      return { ...linked, primaryKey: before.primaryKey ?? [] };
    } catch (error) {
      if (isTsdbtError(error)) return undefined;
      throw error;
    }
  };
}

function indexWith({ rootPackage, graph }: NodeIndex, nodes: readonly Node[]): NodeIndex {
  const changed = new Map(nodes.map((node) => [node.uniqueId as string, node]));
  const parents = new Map<string, readonly string[]>();
  const faces = new Map(graph.nodes);
  for (const id of graph.nodes.keys()) {
    parents.set(id, changed.get(id)?.dependsOn.nodes ?? graph.parents(id));
  }
  for (const [id, node] of changed) faces.set(id, selectable(node));
  return { rootPackage, graph: graphOf(faces, parents) };
}

function hasCircle(graph: SelectableGraph): boolean {
  try {
    buildDag(new Map([...graph.nodes.keys()].map((id) => [id, graph.parents(id)])));
    return false;
  } catch (error) {
    if (isTsdbtError(error, 'dependency-cycle')) return true;
    throw error;
  }
}

/** The family maps of the manifest as their text, from the comma before them on. */
export function* familyText(graph: SelectableGraph): Generator<string> {
  const { parents, children } = familyMaps(inManifestOrder(graph));
  yield ',"parent_map":';
  yield* entriesText(parents);
  yield ',"child_map":';
  yield* entriesText(children);
}

/** As in the manifest, unit tests come last. */
function* inManifestOrder(graph: SelectableGraph): Generator<readonly [string, readonly string[]]> {
  for (const isLast of [false, true]) {
    for (const { uniqueId, resourceType } of graph.nodes.values()) {
      if ((resourceType === 'unit_test') === isLast) yield [uniqueId, graph.parents(uniqueId)];
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
