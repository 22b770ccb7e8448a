import { isTsdbtError } from '../../errors/tsdbt-error.ts';
import { type SelectableGraph, type SelectableNode, selectNodes } from '../../graph/select.ts';
import type { Project } from './project.ts';

const graphs = new WeakMap<Project, SelectableGraph>();

export interface Chosen {
  /** Nodes of the lineage, in node order. */
  readonly nodes: readonly number[];
  readonly problem: string | undefined;
}

/** The nodes that `--select` and `--exclude` pick: the command line's own grammar. */
export function chooseNodes(project: Project, select: string, exclude: string): Chosen {
  const all = (): number[] => Array.from({ length: project.drawn }, (_, node) => node);
  if (select.trim() === '' && exclude.trim() === '') return { nodes: all(), problem: undefined };
  try {
    const ids = selectNodes(graphOf(project), { select: words(select), exclude: words(exclude) });
    return { nodes: all().filter((node) => ids.has(project.ids[node]!)), problem: undefined };
  } catch (error) {
    if (!isTsdbtError(error)) throw error;
    return { nodes: [], problem: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}

/** The shortest selector that means this node. */
export function selectorOf(project: Project, node: number): string {
  const type = project.type(node);
  const name = project.boot.nodes.name[node]!;
  if (type === 'source')
    return `source:${project.boot.extras[project.boot.nodes.extra[node]!]!.sourceName}.${name}`;
  if (
    type === 'exposure' ||
    type === 'metric' ||
    type === 'semantic_model' ||
    type === 'saved_query'
  )
    return `${type}:${name}`;
  return fqnOf(project, node).length > 0 && sameName(project, node)
    ? fqnOf(project, node).join('.')
    : name;
}

const namesakes = new WeakMap<Project, Map<string, number>>();

function sameName(project: Project, node: number): boolean {
  let counts = namesakes.get(project);
  if (counts === undefined) {
    counts = new Map();
    for (let at = 0; at < project.drawn; at++) {
      const name = project.boot.nodes.name[at]!;
      if (project.type(at) !== 'source' && project.type(at) !== 'exposure')
        counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    namesakes.set(project, counts);
  }
  return (counts.get(project.boot.nodes.name[node]!) ?? 0) > 1;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function fqnOf(project: Project, node: number): string[] {
  const { boot } = project;
  const start = boot.fqns[boot.nodes.fqn[node]!]!;
  const last = boot.extras[boot.nodes.extra[node]!]!.fqnTail ?? boot.nodes.name[node]!;
  return [...start, last];
}

function graphOf(project: Project): SelectableGraph {
  let graph = graphs.get(project);
  if (graph === undefined) {
    graph = makeGraph(project);
    graphs.set(project, graph);
  }
  return graph;
}

function makeGraph(project: Project): SelectableGraph {
  const { boot, ids } = project;
  const nodes = new Map<string, SelectableNode>();
  for (let node = 0; node < project.count; node++) {
    if (project.type(node) === 'macro') continue;
    const extra = boot.extras[boot.nodes.extra[node]!]!;
    nodes.set(ids[node]!, {
      uniqueId: ids[node]!,
      name: boot.nodes.name[node]!,
      resourceType: project.type(node),
      packageName: boot.packages[boot.nodes.pkg[node]!]!,
      fqn: fqnOf(project, node),
      tags: boot.tagSets[boot.nodes.tags[node]!]!,
      path: [
        boot.folders[boot.nodes.folder[node]!]!,
        boot.fileNames[boot.nodes.file[node]!]! || `${boot.nodes.name[node]!}.sql`,
      ]
        .filter((part) => part !== '')
        .join('/'),
      config: boot.configs[boot.nodes.config[node]!]!,
      sourceName: extra.sourceName,
      access: extra.access,
      group: extra.group,
      version: extra.version,
      testName: extra.testName,
      testType: extra.testKind,
    });
  }
  const idsOf = (list: readonly number[]): string[] => list.map((node) => ids[node]!);
  return {
    nodes,
    parents: (id) => idsOf(project.parents(project.byId.get(id) ?? -1) ?? []),
    children: (id) => idsOf(project.children[project.byId.get(id) ?? -1] ?? []),
  };
}
