/**
 * A layered layout, left to right: parents in earlier columns than children, few crossings, short
 * edges. The same code runs when the site is generated (the full map) and in the browser (filtered
 * lineage). Libraries were measured at 10,000 nodes: none finishes within seconds.
 *
 * Steps: layers by longest path; long edges get bends, shared by all edges of the same parent;
 * order within layers by median sweeps; positions by isotonic regression towards the neighbours.
 */
import { assignLayers, type Edge } from './layout-layers.ts';
import { orderLayers } from './layout-order.ts';
import { placeRows } from './layout-place.ts';

export type { Edge } from './layout-layers.ts';

export interface LayoutInput {
  readonly count: number;
  readonly edges: readonly Edge[];
  /** Height of a node; one number for all, or by node. */
  readonly height: number | ((node: number) => number);
  readonly width: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly sweeps?: number;
}

export interface Layout {
  /** Left edge of each node. */
  readonly x: Float64Array;
  /** Vertical centre of each node. */
  readonly y: Float64Array;
  readonly layer: Int32Array;
  readonly width: number;
  readonly height: number;
  /** Bends of an edge: the y at each column between its ends. */
  bends(edge: number): readonly number[];
}

/** Lays out nodes `0 … count - 1`. Edges that close a circle are drawn but don't count. */
export function layoutLayered(input: LayoutInput): Layout {
  const { count, edges } = input;
  const heightOf = typeof input.height === 'number' ? undefined : input.height;
  const fixed = typeof input.height === 'number' ? input.height : 0;
  const linked = linkedNodes(count, edges);
  const layer = assignLayers(count, edges, linked);

  // Slots are the nodes in the layers plus the bends of long edges.
  const slotLayer: number[] = [];
  const slotHeight: number[] = [];
  const slotOf = new Int32Array(count).fill(-1);
  for (let node = 0; node < count; node++) {
    if (!linked[node]) continue;
    slotOf[node] = slotLayer.length;
    slotLayer.push(layer[node]!);
    slotHeight.push(heightOf ? heightOf(node) : fixed);
  }
  const up: number[][] = slotLayer.map(() => []);
  const down: number[][] = slotLayer.map(() => []);
  const chains = new Map<number, number[]>();
  const link = (from: number, to: number): void => {
    down[from]!.push(to);
    up[to]!.push(from);
  };
  for (const [from, to] of edges) {
    const start = layer[from]!;
    const end = layer[to]!;
    if (end <= start) continue;
    let chain = chains.get(from);
    if (chain === undefined) {
      chain = [slotOf[from]!];
      chains.set(from, chain);
    }
    while (chain.length < end - start) {
      const slot = slotLayer.length;
      slotLayer.push(start + chain.length);
      slotHeight.push(Math.min(4, fixed || 4));
      up.push([]);
      down.push([]);
      link(chain[chain.length - 1]!, slot);
      chain.push(slot);
    }
    link(chain[end - start - 1]!, slotOf[to]!);
  }

  const order = orderLayers(slotLayer, up, down, input.sweeps ?? (count > 2000 ? 8 : 16));
  const rows = placeRows({ order, up, down, heights: slotHeight, gap: input.gapY });

  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const step = input.width + input.gapX;
  let right = 0;
  let bottom = rows.height;
  for (let node = 0; node < count; node++) {
    if (!linked[node]) continue;
    x[node] = layer[node]! * step;
    y[node] = rows.y[slotOf[node]!]!;
    right = Math.max(right, x[node]! + input.width);
  }
  // Nodes without any edge stand in a grid under the rest.
  const loose = looseNodes(linked);
  if (loose.length > 0) {
    const tallest = Math.max(
      ...loose.slice(0, 1000).map((node) => (heightOf ? heightOf(node) : fixed)),
    );
    const pitch = tallest + input.gapY;
    const square = Math.ceil(Math.sqrt((loose.length * pitch) / step));
    const columns = Math.max(
      1,
      Math.min(loose.length, Math.max(square, Math.round((right + input.gapX) / step))),
    );
    const top = bottom === 0 ? 0 : bottom + pitch;
    loose.forEach((node, at) => {
      x[node] = (at % columns) * step;
      y[node] = top + Math.floor(at / columns) * pitch + tallest / 2;
      right = Math.max(right, x[node]! + input.width);
      bottom = Math.max(bottom, y[node]! + tallest / 2);
    });
  }

  return {
    x,
    y,
    layer,
    width: right,
    height: bottom,
    bends: (index) => {
      const edge = edges[index];
      if (edge === undefined) return [];
      const chain = chains.get(edge[0]);
      const span = layer[edge[1]]! - layer[edge[0]]!;
      if (chain === undefined || span < 2) return [];
      return chain.slice(1, span).map((slot) => rows.y[slot]!);
    },
  };
}

/**
 * Folds a tall layout towards the shape of a screen: each layer becomes as many sub-columns as it
 * takes. A pure layered picture of 10,000 nodes is 20 times as high as wide, so a node would be a
 * fifth of a pixel.
 */
export function foldLayout(
  layout: Layout,
  size: {
    readonly width: number;
    readonly height: number;
    readonly gapX: number;
    readonly gapY: number;
  },
  aspect = 16 / 9,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const count = layout.x.length;
  if (count === 0 || layout.height <= layout.width / aspect + 40 * (size.height + size.gapY)) {
    return { x: layout.x, y: layout.y };
  }
  const byColumn = new Map<number, number[]>();
  for (let node = 0; node < count; node++) {
    const column = layout.x[node]!;
    const list = byColumn.get(column);
    if (list) list.push(node);
    else byColumn.set(column, [node]);
  }
  const columns = [...byColumn.entries()].sort((a, b) => a[0] - b[0]).map(([, nodes]) => nodes);
  for (const nodes of columns) nodes.sort((a, b) => layout.y[a]! - layout.y[b]!);
  const pitchY = size.height + size.gapY;
  const pitchX = size.width + size.gapX / 4;
  const rows = Math.max(8, bestRows(columns, pitchX, pitchY, size.gapX, aspect));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  let left = 0;
  for (const nodes of columns) {
    const folds = Math.ceil(nodes.length / rows);
    const used = Math.ceil(nodes.length / folds);
    const top = ((rows - used) * pitchY) / 2;
    nodes.forEach((node, at) => {
      x[node] = left + (at % folds) * pitchX;
      y[node] = top + (Math.floor(at / folds) + 0.5) * pitchY;
    });
    left += folds * pitchX + size.gapX;
  }
  return { x, y };
}

function bestRows(
  columns: readonly (readonly number[])[],
  pitchX: number,
  pitchY: number,
  gap: number,
  aspect: number,
): number {
  let low = 4;
  let high = Math.max(...columns.map((nodes) => nodes.length), 8);
  while (low < high) {
    const rows = (low + high) >> 1;
    const width = columns.reduce(
      (sum, nodes) => sum + Math.ceil(nodes.length / rows) * pitchX + gap,
      0,
    );
    if (width > rows * pitchY * aspect) low = rows + 1;
    else high = rows;
  }
  return low;
}

function linkedNodes(count: number, edges: readonly Edge[]): Uint8Array {
  const linked = new Uint8Array(count);
  for (const [from, to] of edges) {
    if (from === to) continue;
    linked[from] = 1;
    linked[to] = 1;
  }
  return linked;
}

function looseNodes(linked: Uint8Array): number[] {
  const loose: number[] = [];
  linked.forEach((is, node) => {
    if (!is) loose.push(node);
  });
  return loose;
}
