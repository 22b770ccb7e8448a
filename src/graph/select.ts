import { parseSelector, type SelectorAtom, type SelectorIntersection } from './parse-selector.ts';
import type {
  IndirectSelection,
  SelectableGraph,
  SelectableNode,
  SelectionContext,
} from './selectable.ts';
import { selectorMethods } from './selector-methods/registry.ts';

export type { SelectableGraph, SelectableNode } from './selectable.ts';

export interface SelectionCriteria {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  readonly indirect?: IndirectSelection;
}

/**
 * The ids that criteria select (docs.getdbt.com/reference/node-selection/syntax). Without `select`
 * every node is taken; `exclude` is a set difference. Tests come with the nodes they check, as
 * `indirect` says (default `eager`: any parent selected).
 */
export function selectNodes(
  graph: SelectableGraph,
  criteria: SelectionCriteria,
  context: SelectionContext = {},
): ReadonlySet<string> {
  const indirect = criteria.indirect ?? 'eager';
  const included = criteria.select.some((text) => text.trim() !== '')
    ? union(graph, criteria.select, indirect, context)
    : { direct: new Set(graph.nodes.keys()), held: new Set<string>() };
  const excluded = union(graph, criteria.exclude, indirect, context);
  const result = new Set<string>();
  for (const id of included.direct) if (!excluded.direct.has(id)) result.add(id);
  // Tests held back for an unselected parent get a second chance once all of them are in.
  for (const id of included.held) {
    if (!excluded.direct.has(id) && graph.parents(id).every((parent) => result.has(parent)))
      result.add(id);
  }
  return result;
}

/** Selector atoms that match no node at all, for a warning. */
export function unmatchedSelectors(
  graph: SelectableGraph,
  select: readonly string[],
  context: SelectionContext = {},
): readonly string[] {
  return select
    .flatMap(parseSelector)
    .flat()
    .filter((atom) => matching(graph, atom, context).size === 0)
    .map((atom) => atom.text);
}

interface Selected {
  readonly direct: Set<string>;
  /** Tests with a selected parent that the indirect mode did not take yet. */
  readonly held: Set<string>;
}

function union(
  graph: SelectableGraph,
  texts: readonly string[],
  indirect: IndirectSelection,
  context: SelectionContext,
): Selected {
  const direct = new Set<string>();
  const held = new Set<string>();
  for (const part of texts.flatMap(parseSelector)) {
    const selected = intersection(graph, part, indirect, context);
    for (const id of selected.direct) direct.add(id);
    for (const id of selected.held) held.add(id);
  }
  return { direct, held };
}

function intersection(
  graph: SelectableGraph,
  atoms: SelectorIntersection,
  indirect: IndirectSelection,
  context: SelectionContext,
): Selected {
  const [first, ...rest] = atoms.map((atom) =>
    withTests(graph, expand(graph, atom, context), indirect),
  );
  if (first === undefined) return { direct: new Set(), held: new Set() };
  const direct = new Set([...first.direct].filter((id) => rest.every((s) => s.direct.has(id))));
  const held = new Set([first, ...rest].flatMap((s) => [...s.held]));
  return { direct, held };
}

function matching(
  graph: SelectableGraph,
  atom: SelectorAtom,
  context: SelectionContext,
): Set<string> {
  const method = selectorMethods.get(atom.method)!;
  const found = new Set<string>();
  for (const node of graph.nodes.values()) {
    if (method.matches(node, atom.value, atom.methodArguments, context)) found.add(node.uniqueId);
  }
  return found;
}

function expand(
  graph: SelectableGraph,
  atom: SelectorAtom,
  context: SelectionContext,
): Set<string> {
  const start = matching(graph, atom, context);
  const out = new Set(start);
  if (atom.childrensParents) {
    for (const id of walk(start, graph.children, Number.POSITIVE_INFINITY)) out.add(id);
    for (const id of walk(new Set(out), graph.parents, Number.POSITIVE_INFINITY)) out.add(id);
  }
  for (const id of walk(start, graph.parents, atom.parentsDepth)) out.add(id);
  for (const id of walk(start, graph.children, atom.childrenDepth)) out.add(id);
  return out;
}

/** Breadth first from `start` along `next`, at most `depth` steps. */
function walk(
  start: ReadonlySet<string>,
  next: (id: string) => readonly string[],
  depth: number,
): Set<string> {
  const seen = new Set(start);
  let frontier = [...start];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const following: string[] = [];
    for (const id of frontier) {
      for (const other of next(id)) {
        if (seen.has(other)) continue;
        seen.add(other);
        following.push(other);
      }
    }
    frontier = following;
  }
  return seen;
}

function withTests(
  graph: SelectableGraph,
  selected: Set<string>,
  indirect: IndirectSelection,
): Selected {
  const direct = new Set(selected);
  const held = new Set<string>();
  if (indirect === 'empty') return { direct, held };
  const buildable = indirect === 'buildable' ? buildableParents(graph, selected) : selected;
  for (const id of selected) {
    for (const child of graph.children(id)) {
      const node = graph.nodes.get(child);
      if (node === undefined || !isTest(node) || direct.has(child)) continue;
      const take =
        indirect === 'eager' || graph.parents(child).every((parent) => buildable.has(parent));
      if (take) direct.add(child);
      else held.add(child);
    }
  }
  return { direct, held };
}

/** Selected nodes, their ancestors and all sources: what `buildable` counts as present. */
function buildableParents(graph: SelectableGraph, selected: ReadonlySet<string>): Set<string> {
  const present = walk(selected, graph.parents, Number.POSITIVE_INFINITY);
  for (const node of graph.nodes.values())
    if (node.resourceType === 'source') present.add(node.uniqueId);
  return present;
}

function isTest(node: SelectableNode): boolean {
  return node.resourceType === 'test' || node.resourceType === 'unit_test';
}
