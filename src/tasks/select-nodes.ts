import { resolve } from 'node:path';
import type { Manifest } from '../contracts/manifest.ts';
import {
  type Exposure,
  isUnitTest,
  type Node,
  type SemanticNode,
  type SourceNode,
  type UnitTest,
} from '../contracts/node.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import type { Warning } from '../contracts/warning.ts';
import { selectSpec } from '../graph/select.ts';
import type {
  IndirectSelection,
  SelectableGraph,
  SelectableNode,
  SelectionContext,
} from '../graph/selectable.ts';
import { commandLineSpec, type SelectionSpec } from '../graph/selection-spec.ts';
import { suggestSelector } from '../graph/suggest-selector.ts';
import { findSelector } from '../graph/yaml-selectors.ts';
import type { ParsedProject } from './open-project.ts';
import { readSelectors, selectionContext } from './selection-context.ts';
import { targetFile } from './write-artifacts.ts';

export interface SelectionRequest {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  /** A selector of selectors.yml; `select` and `exclude` do not count then. */
  readonly selector?: string | undefined;
  /** Folder with the artifacts of an earlier run, for `state:`, `result:`, `source_status:`. */
  readonly state?: string | undefined;
  readonly indirect?: IndirectSelection;
  /** Only these resource types are given back; all when absent. */
  readonly resourceTypes?: ReadonlySet<string>;
}

export interface SelectionResult {
  readonly ids: ReadonlySet<UniqueId>;
  readonly warnings: readonly Warning[];
}

/** The ids that a selection picks in a project, with its selectors.yml and an earlier state. */
export function selectFromProject(
  parsed: ParsedProject,
  request: SelectionRequest,
): SelectionResult {
  const indirect = request.indirect ?? 'eager';
  const selectors = readSelectors(parsed, indirect);
  const warnings: Warning[] = [];
  const context = selectionContext(parsed, selectors, request.state, (text) =>
    warnings.push({ name: 'UnversionedBreakingChange', text }),
  );
  if (request.state !== undefined && resolve(request.state) === targetFile(parsed))
    warnings.push({
      name: 'WarnStateTargetEqual',
      text: 'The folder of --state is the target folder, which is written to as well: keep a copy elsewhere',
    });
  const given = [...request.select, ...request.exclude].some((text) => text.trim() !== '');
  if (request.selector !== undefined && given)
    warnings.push({
      name: 'SelectExcludeIgnoredWithSelectorWarning',
      text: '--select and --exclude do not count beside --selector',
    });
  const named =
    request.selector !== undefined
      ? findSelector(selectors, request.selector)
      : given
        ? undefined
        : [...selectors.values()].find((one) => one.isDefault);
  if (named === undefined && !given)
    return { ids: allIds(parsed, request.resourceTypes), warnings };
  const spec = named?.spec ?? commandLineSpec(request.select, request.exclude, indirect);
  const graph = parsed.index?.().graph ?? selectableGraph(parsed.manifest);
  const result = selectBySpec(graph, spec, context, request.resourceTypes);
  return { ids: result.ids, warnings: [...warnings, ...result.warnings] };
}

/** Everything that can be selected, for which nothing has to be made ready that selectors look at. */
function allIds(
  parsed: ParsedProject,
  resourceTypes: ReadonlySet<string> | undefined,
): ReadonlySet<UniqueId> {
  const ids = new Set<UniqueId>();
  const things = parsed.index?.().graph.nodes.values() ?? selectableThings(parsed.manifest);
  for (const { uniqueId, resourceType } of things) {
    if (resourceTypes === undefined || resourceTypes.has(resourceType))
      ids.add(asUniqueId(uniqueId));
  }
  return ids;
}

/** A file with nothing in it is listed, but neither compiled nor run, as in dbt (core `graph/selector.py`). */
export function isEmptyFile(node: Node | UnitTest): boolean {
  return (
    !isUnitTest(node) &&
    node.resourceType !== 'seed' &&
    node.config['materialized'] !== 'landing' &&
    node.rawCode.trim() === ''
  );
}

/** The ids of the manifest that a selection picks, kept to some resource types. */
export function selectFromManifest(manifest: Manifest, request: SelectionRequest): SelectionResult {
  return selectFromGraph(selectableGraph(manifest), manifest.project.name, request);
}

/** The ids of a graph that a selection picks; `rootPackage` is what `package:this` means. */
export function selectFromGraph(
  graph: SelectableGraph,
  rootPackage: string,
  request: SelectionRequest,
): SelectionResult {
  const { select, exclude, indirect } = request;
  const spec = commandLineSpec(select, exclude, indirect ?? 'eager');
  return selectBySpec(graph, spec, { rootPackage }, request.resourceTypes);
}

function selectBySpec(
  graph: SelectableGraph,
  spec: SelectionSpec,
  context: SelectionContext,
  resourceTypes: ReadonlySet<string> | undefined,
): SelectionResult {
  const selected = selectSpec(graph, spec, context);
  const ids = new Set<UniqueId>();
  for (const id of selected.ids) {
    const type = graph.nodes.get(id)!.resourceType;
    if (resourceTypes === undefined || resourceTypes.has(type)) ids.add(asUniqueId(id));
  }
  const warnings = selected.unmatched.map((text) => {
    const near = suggestSelector(graph, text);
    return {
      name: 'NoNodesForSelectionCriteria',
      text: `The selector "${text}" matches no node${near === undefined ? '' : `. Did you mean "${near}"?`}`,
    };
  });
  return { ids, warnings };
}

/** The manifest with the face that selectors know. */
export function selectableGraph(manifest: Manifest): SelectableGraph {
  const nodes = new Map<string, SelectableNode>();
  const parents = new Map<string, readonly string[]>();
  for (const node of selectableThings(manifest)) {
    nodes.set(node.uniqueId, selectable(node));
    parents.set(node.uniqueId, node.resourceType === 'source' ? [] : node.dependsOn.nodes);
  }
  return graphOf(nodes, parents);
}

function* selectableThings(
  manifest: Manifest,
): Generator<Node | SourceNode | Exposure | UnitTest | SemanticNode> {
  for (const things of [
    manifest.sources,
    manifest.nodes,
    manifest.exposures,
    manifest.unitTests,
    manifest.semantics,
    manifest.functions,
  ]) {
    for (const node of things.values()) if (node.resourceType !== 'operation') yield node;
  }
}

/** The graph of nodes that depend on `parents`. */
export function graphOf(
  nodes: ReadonlyMap<string, SelectableNode>,
  parents: ReadonlyMap<string, readonly string[]>,
): SelectableGraph {
  let children: Map<string, string[]> | undefined;
  const childrenOf = (id: string) => {
    if (children === undefined) {
      children = new Map();
      for (const [child, above] of parents) {
        for (const parent of above) {
          const list = children.get(parent);
          if (list === undefined) children.set(parent, [child]);
          else list.push(child);
        }
      }
    }
    return children.get(id) ?? [];
  };
  return { nodes, parents: (id) => parents.get(id) ?? [], children: childrenOf };
}

/** A node with the face that selectors know. */
export function selectable(
  node: Node | SourceNode | Exposure | UnitTest | SemanticNode,
): SelectableNode {
  const face: Mutable<SelectableNode> = {
    uniqueId: node.uniqueId,
    name: node.name,
    resourceType: node.resourceType,
    packageName: node.packageName,
    fqn: node.fqn,
    tags: node.tags,
    path: node.originalFilePath,
    config: node.config,
  };
  if (node.resourceType === 'exposure') return face;
  if (node.resourceType === 'source') face.sourceName = node.sourceName;
  else if (isSemantic(node)) {
    if (node.group !== null) face.group = node.group;
  } else if (isUnitTest(node)) {
    face.testType = 'unit';
    face.testName = node.name;
    if (node.version !== null) face.version = node.version;
  } else addOfNode(face, node);
  return face;
}

function addOfNode(face: Mutable<SelectableNode>, node: Node): void {
  if (node.patchPath !== null) face.patchPath = node.patchPath;
  if (node.access !== null) face.access = node.access;
  if (node.group !== null) face.group = node.group;
  if (node.version !== null) {
    face.version = node.version;
    face.latestVersion = node.latestVersion ?? undefined;
  }
  if (node.resourceType === 'test')
    face.testType = node.testMetadata === null ? 'singular' : 'generic';
  if (node.testMetadata !== null) face.testName = node.testMetadata.name;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function isSemantic(node: Node | UnitTest | SemanticNode): node is SemanticNode {
  return ['metric', 'semantic_model', 'saved_query'].includes(node.resourceType);
}
