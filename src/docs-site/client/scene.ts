import { type Edge, foldLayout, layoutLayered } from '../shared/layered-layout.ts';
import { mapNode } from '../shared/map-size.ts';
import type { Project } from './project.ts';

export interface SceneSize {
  readonly width: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
}

/** Some nodes of the lineage, placed. Positions are by place in `nodes`, not by node number. */
export interface Scene {
  readonly nodes: readonly number[];
  readonly placeOf: ReadonlyMap<number, number>;
  readonly edges: readonly Edge[];
  /** Left edge and vertical centre. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly size: SceneSize;
  readonly width: number;
  readonly height: number;
  readonly parents: readonly (readonly number[])[];
  readonly children: readonly (readonly number[])[];
  /** Points of an edge between its ends: x and y of the left end of each bend. */
  bends(edge: number): readonly (readonly [number, number])[];
}

/** Above this, long lines through the picture help nobody, and layers are folded. */
const routedNodes = 600;

/** Places `nodes`; the full map of a large project comes placed already. */
export function buildScene(
  project: Project,
  nodes: readonly number[],
  size: SceneSize = mapNode,
): Scene {
  const placeOf = new Map(nodes.map((node, place) => [node, place]));
  const edges: Edge[] = [];
  const parents: number[][] = nodes.map(() => []);
  const children: number[][] = nodes.map(() => []);
  nodes.forEach((node, to) => {
    for (const parent of project.lineageParents(node)) {
      const from = placeOf.get(parent);
      if (from === undefined) continue;
      edges.push([from, to]);
      parents[to]!.push(from);
      children[from]!.push(to);
    }
  });
  const base = { nodes, placeOf, edges, parents, children, size };
  const whole = nodes.length === project.drawn && size === mapNode;
  if (whole && nodes.length > routedNodes) {
    const { x, y } = project.boot;
    return { ...base, x, y, ...extent(x, y, size), bends: () => [] };
  }
  const layout = layoutLayered({ count: nodes.length, edges, ...size });
  if (nodes.length > routedNodes) {
    const { x, y } = foldLayout(layout, size);
    return { ...base, x, y, ...extent(x, y, size), bends: () => [] };
  }
  const step = size.width + size.gapX;
  return {
    ...base,
    x: layout.x,
    y: layout.y,
    width: layout.width,
    height: layout.height,
    bends: (edge) =>
      layout
        .bends(edge)
        .map((y, at) => [(layout.layer[edges[edge]![0]]! + 1 + at) * step, y] as const),
  };
}

function extent(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: SceneSize,
): { width: number; height: number } {
  let width = 0;
  let height = 0;
  for (let at = 0; at < x.length; at++) {
    width = Math.max(width, x[at]! + size.width);
    height = Math.max(height, y[at]! + size.height / 2);
  }
  return { width, height };
}

/** What can draw a line: a canvas, or the text of an SVG path. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
}

/** Draws an edge: level out of the parent, level into the child, level through each bend. */
export function traceEdge(scene: Scene, edge: number, sink: PathSink): void {
  const [from, to] = scene.edges[edge]!;
  const { width } = scene.size;
  let x = scene.x[from]! + width;
  let y = scene.y[from]!;
  sink.moveTo(x, y);
  const curve = (toX: number, toY: number): void => {
    const pull = Math.max(18, Math.abs(toX - x) / 2);
    sink.bezierCurveTo(x + pull, y, toX - pull, toY, toX, toY);
    x = toX;
    y = toY;
  };
  for (const [bendX, bendY] of scene.bends(edge)) {
    curve(bendX, bendY);
    x = bendX + width;
    sink.lineTo(x, y);
  }
  curve(scene.x[to]!, scene.y[to]!);
}

/** The edges as the text of one SVG path. */
export function edgePath(scene: Scene, edges: Iterable<number>): string {
  const out: string[] = [];
  const r = (value: number): string => String(Math.round(value * 10) / 10);
  const sink: PathSink = {
    moveTo: (x, y) => out.push(`M${r(x)} ${r(y)}`),
    lineTo: (x, y) => out.push(`L${r(x)} ${r(y)}`),
    bezierCurveTo: (a, b, c, d, x, y) =>
      out.push(`C${r(a)} ${r(b)} ${r(c)} ${r(d)} ${r(x)} ${r(y)}`),
  };
  for (const edge of edges) traceEdge(scene, edge, sink);
  return out.join('');
}

/** 1 for a node, its ancestors and its descendants within the scene. */
export function relatedTo(scene: Scene, place: number): Uint8Array {
  const related = new Uint8Array(scene.nodes.length);
  for (const next of [scene.parents, scene.children]) {
    const seen = new Set([place]);
    const stack = [place];
    while (stack.length > 0) {
      const at = stack.pop()!;
      related[at] = 1;
      for (const other of next[at]!) {
        if (seen.has(other)) continue;
        seen.add(other);
        stack.push(other);
      }
    }
  }
  return related;
}

/** The place to go to from `place` with an arrow key: along edges, or up and down the column. */
export function stepFrom(scene: Scene, place: number, key: string): number {
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const options = key === 'ArrowLeft' ? scene.parents[place]! : scene.children[place]!;
    return nearest(options, (at) => Math.abs(scene.y[at]! - scene.y[place]!)) ?? place;
  }
  const down = key === 'ArrowDown';
  const column = scene.nodes
    .map((_, at) => at)
    .filter(
      (at) =>
        Math.abs(scene.x[at]! - scene.x[place]!) < 1 &&
        (down ? scene.y[at]! > scene.y[place]! : scene.y[at]! < scene.y[place]!),
    );
  return nearest(column, (at) => Math.abs(scene.y[at]! - scene.y[place]!)) ?? place;
}

function nearest(
  places: readonly number[],
  distance: (place: number) => number,
): number | undefined {
  return [...places].sort((a, b) => distance(a) - distance(b))[0];
}
