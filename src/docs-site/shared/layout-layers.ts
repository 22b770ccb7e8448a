/** From parent to child. */
export type Edge = readonly [from: number, to: number];

/**
 * Layer of each node: one more than its highest parent. Roots are then moved next to their first
 * child, so that a source used late does not draw a line across the whole picture.
 */
export function assignLayers(
  count: number,
  edges: readonly Edge[],
  linked: Uint8Array,
): Int32Array {
  const children: number[][] = Array.from({ length: count }, () => []);
  const waiting = new Int32Array(count);
  for (const [from, to] of edges) {
    if (from === to) continue;
    children[from]!.push(to);
    waiting[to]!++;
  }
  const layer = new Int32Array(count);
  const isRoot = waiting.map((parents) => (parents === 0 ? 1 : 0));
  const done = new Uint8Array(count);
  const queue: number[] = [];
  const release = (node: number): void => {
    done[node] = 1;
    queue.push(node);
  };
  for (let node = 0; node < count; node++) if (waiting[node] === 0) release(node);
  let next = 0;
  for (let at = 0; ; at++) {
    if (at >= queue.length) {
      // Only circles are left (a manifest has none, a hostile one may): open one and go on.
      while (next < count && done[next]) next++;
      if (next >= count) break;
      release(next);
    }
    const node = queue[at]!;
    for (const child of children[node]!) {
      if (done[child]) continue;
      layer[child] = Math.max(layer[child]!, layer[node]! + 1);
      if (--waiting[child]! === 0) release(child);
    }
  }
  for (let node = 0; node < count; node++) {
    if (!linked[node] || !isRoot[node] || children[node]!.length === 0) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (const child of children[node]!) nearest = Math.min(nearest, layer[child]!);
    if (nearest > 0) layer[node] = nearest - 1;
  }
  return layer;
}
