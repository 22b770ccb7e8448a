import type { Project } from './project.ts';
import { resourceType } from './resource-type.ts';

export interface TreeNode {
  readonly key: string;
  readonly label: string;
  readonly kind: 'folder' | 'schema' | 'database' | 'node';
  /** Node number; -1 for folders. */
  readonly node: number;
  readonly children: TreeNode[];
  /** Number of nodes below. */
  count: number;
}

/** Folders of the project with their models, seeds, macros, singular tests; sources and exposures by kind. */
export function projectTree(project: Project): readonly TreeNode[] {
  const root = folder('', '', 'folder');
  const branches = new Map<string, TreeNode>();
  const several = new Set(range(project.count).map((node) => project.pkg(node))).size > 1;
  for (const node of range(project.count)) {
    if (!inTree(project, node)) continue;
    const type = project.type(node);
    const trail = several ? [project.pkg(node)] : [];
    if (type === 'source') trail.push('Sources', project.extra(node).sourceName ?? '');
    else if (
      type === 'exposure' ||
      type === 'metric' ||
      type === 'semantic_model' ||
      type === 'saved_query'
    ) {
      trail.push(titled(resourceType(type).many));
    } else trail.push(...project.folder(node).split('/'));
    addLeaf(project, branch(root, branches, trail, 'folder'), node);
  }
  return finish(root);
}

/** Databases, schemas and the relations in them. */
export function databaseTree(project: Project): readonly TreeNode[] {
  const root = folder('', '', 'folder');
  const branches = new Map<string, TreeNode>();
  for (const node of range(project.drawn)) {
    const space = project.space(node);
    if (space === undefined || project.extra(node).hidden) continue;
    addLeaf(project, branch(root, branches, [...space], 'schema'), node);
  }
  return finish(root);
}

function inTree(project: Project, node: number): boolean {
  const extra = project.extra(node);
  return !extra.hidden && extra.testKind !== 'generic';
}

function folder(key: string, label: string, kind: TreeNode['kind']): TreeNode {
  return { key, label, kind, node: -1, children: [], count: 0 };
}

function branch(
  root: TreeNode,
  branches: Map<string, TreeNode>,
  trail: readonly string[],
  kind: 'folder' | 'schema',
): TreeNode {
  let at = root;
  trail.forEach((label, depth) => {
    if (label === '') return;
    const key = `${at.key}/${label}`;
    let next = branches.get(key);
    if (next === undefined) {
      next = folder(key, label, kind === 'schema' && depth === 0 ? 'database' : kind);
      branches.set(key, next);
      at.children.push(next);
    }
    at = next;
  });
  return at;
}

function addLeaf(project: Project, parent: TreeNode, node: number): void {
  const version = project.extra(node).version;
  const label =
    version === undefined ? project.names[node]! : `${project.names[node]!}.v${version}`;
  parent.children.push({
    key: project.ids[node]!,
    label,
    kind: 'node',
    node,
    children: [],
    count: 1,
  });
}

function finish(root: TreeNode): readonly TreeNode[] {
  const visit = (node: TreeNode): number => {
    if (node.kind === 'node') return 1;
    node.children.sort(
      (a, b) => rank(a) - rank(b) || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0),
    );
    node.count = node.children.reduce((sum, child) => sum + visit(child), 0);
    return node.count;
  };
  visit(root);
  return root.children;
}

/** Sources on top, as data flows; then folders, then nodes, then what uses them. */
function rank(node: TreeNode): number {
  if (node.kind === 'node') return 2;
  if (node.label === 'Sources') return 0;
  return ends.has(node.label) ? 3 : 1;
}

const ends = new Set(['Exposures', 'Metrics', 'Semantic models', 'Saved queries']);

function titled(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

export interface TreeRow {
  readonly item: TreeNode;
  readonly depth: number;
  readonly place: number;
  readonly siblings: number;
}

/** The rows on show: children of open folders only. */
export function openRows(roots: readonly TreeNode[], open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (nodes: readonly TreeNode[], depth: number): void => {
    nodes.forEach((item, at) => {
      rows.push({ item, depth, place: at + 1, siblings: nodes.length });
      if (item.node < 0 && open.has(item.key)) visit(item.children, depth + 1);
    });
  };
  visit(roots, 0);
  return rows;
}

/** Folders on the way to a node. */
export function trailTo(roots: readonly TreeNode[], node: number): string[] {
  for (const item of roots) {
    if (item.node === node) return [];
    if (item.node < 0) {
      const below = holds(item, node);
      if (below !== undefined) return below;
    }
  }
  return [];
}

function holds(item: TreeNode, node: number): string[] | undefined {
  for (const child of item.children) {
    if (child.node === node) return [item.key];
    if (child.node < 0) {
      const below = holds(child, node);
      if (below !== undefined) return [item.key, ...below];
    }
  }
  return undefined;
}

/** What is open at first: all of a small project, else folders from the top while they fit. */
export function firstOpen(roots: readonly TreeNode[], room = 60): Set<string> {
  const open = new Set<string>();
  let used = roots.length;
  let level = roots.filter((item) => item.node < 0);
  while (level.length > 0) {
    const size = level.reduce((sum, item) => sum + item.children.length, 0);
    if (used + size > room) break;
    used += size;
    for (const item of level) open.add(item.key);
    level = level.flatMap((item) => item.children.filter((child) => child.node < 0));
  }
  // Better one folder than a tree that shows nothing but itself.
  if (open.size === 0 && roots.length === 1) open.add(roots[0]!.key);
  return open;
}
