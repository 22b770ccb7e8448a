import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fnmatch } from './fnmatch.ts';
import type { SelectorAtom } from './parse-selector.ts';
import type {
  IndirectSelection,
  SelectableGraph,
  SelectableNode,
  SelectionContext,
} from './selectable.ts';
import { commandLineSpec, type SelectionSpec } from './selection-spec.ts';
import { selectorMethods } from './selector-methods/registry.ts';

export type { SelectableGraph, SelectableNode } from './selectable.ts';

export interface SelectionRequest {
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
  { select, exclude, indirect }: SelectionRequest,
  context: SelectionContext = {},
): ReadonlySet<string> {
  return selectSpec(graph, commandLineSpec(select, exclude, indirect ?? 'eager'), context).ids;
}

/** The ids that a selection means, and the texts of the command line that selected nothing. */
export function selectSpec(
  graph: SelectableGraph,
  spec: SelectionSpec,
  context: SelectionContext = {},
): { readonly ids: ReadonlySet<string>; readonly unmatched: readonly string[] } {
  const unmatched: string[] = [];
  const { direct } = new Selector(graph, context, unmatched).select(spec);
  return { ids: direct, unmatched };
}

interface Selected {
  readonly direct: ReadonlySet<string>;
  /** Tests with a selected parent that the indirect mode did not take yet. */
  readonly held: ReadonlySet<string>;
}

/** One selection under way; the algorithm is dbt's (core `graph/selector.py`). */
class Selector {
  private readonly graph: SelectableGraph;
  private readonly context: SelectionContext;
  private readonly unmatched: string[];
  /** Names of the selectors being resolved, outermost first. */
  private readonly resolving: string[] = [];

  constructor(graph: SelectableGraph, context: SelectionContext, unmatched: string[]) {
    this.graph = graph;
    this.unmatched = unmatched;
    this.context = { ...context, selectedBy: (pattern) => this.selectedBy(pattern) };
  }

  select(spec: SelectionSpec): Selected {
    if (spec.kind === 'criteria') {
      const found = expand(this.graph, spec.atom, this.context);
      // What a selector selects has its tests already, and those it left out stay out.
      if (spec.atom.method === 'selector') return { direct: found, held: new Set() };
      return withTests(this.graph, found, spec.indirect);
    }
    const parts = spec.parts.map((part) => this.select(part));
    const combined = combine(
      spec.kind,
      parts.map((part) => part.direct),
    );
    const held = combine(
      spec.kind,
      parts.map((part) => new Set([...part.direct, ...part.held])),
    );
    const direct = this.takeHeld(combined, held, spec.indirect);
    if (spec.expected !== undefined && direct.size === 0) this.unmatched.push(spec.expected);
    return { direct, held };
  }

  /** Tests held back for an unselected parent get another chance after a set operation. */
  private takeHeld(
    direct: ReadonlySet<string>,
    held: ReadonlySet<string>,
    indirect: IndirectSelection,
  ): ReadonlySet<string> {
    if (indirect !== 'cautious' && indirect !== 'buildable') return direct;
    const present =
      indirect === 'cautious' ? direct : walk(direct, this.graph.parents, Number.POSITIVE_INFINITY);
    const result = new Set(direct);
    for (const id of held) {
      const isUnitTest = this.graph.nodes.get(id)?.resourceType === 'unit_test';
      if (!isUnitTest && this.graph.parents(id).every((parent) => present.has(parent)))
        result.add(id);
    }
    return result;
  }

  private selectedBy(pattern: string): ReadonlySet<string> {
    const selectors = this.context.selectors ?? new Map<string, SelectionSpec>();
    const names = [...selectors.keys()].filter((name) => fnmatch(name, pattern)).sort();
    if (names.length === 0) {
      const known = [...selectors.keys()];
      throw tsdbtError('selector-not-found', {
        name: pattern,
        known,
        near: suggest(pattern, known),
      });
    }
    const found = new Set<string>();
    for (const name of names) {
      if (this.resolving.includes(name)) {
        const start = this.resolving.indexOf(name);
        throw tsdbtError('selector-cycle', { path: [...this.resolving.slice(start), name] });
      }
      this.resolving.push(name);
      for (const id of this.select(selectors.get(name)!).direct) found.add(id);
      this.resolving.pop();
    }
    return found;
  }
}

function combine(
  kind: 'union' | 'intersection' | 'difference',
  sets: readonly ReadonlySet<string>[],
): ReadonlySet<string> {
  const [first = new Set<string>(), ...rest] = sets;
  switch (kind) {
    case 'union':
      return new Set(sets.flatMap((set) => [...set]));
    case 'intersection':
      return new Set([...first].filter((id) => rest.every((set) => set.has(id))));
    case 'difference':
      return new Set([...first].filter((id) => !rest.some((set) => set.has(id))));
  }
}

function matching(
  graph: SelectableGraph,
  atom: SelectorAtom,
  context: SelectionContext,
): Set<string> {
  const method = selectorMethods.get(atom.method)!;
  method.check?.(atom.value, context);
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
  selected: ReadonlySet<string>,
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
