/**
 * Vertical places for slots whose order is known: each slot wants the mean height of its
 * neighbours; per layer the nearest places that keep order and distance are an isotonic
 * regression, found by pooling in one pass.
 */
export function placeRows(input: {
  readonly order: readonly (readonly number[])[];
  readonly up: readonly (readonly number[])[];
  readonly down: readonly (readonly number[])[];
  readonly heights: readonly number[];
  readonly gap: number;
}): { readonly y: Float64Array; readonly height: number } {
  const { order, up, down, heights, gap } = input;
  const y = new Float64Array(heights.length);
  const wish = new Float64Array(heights.length);
  const tallest = Math.max(0, ...order.map((layer) => total(layer, heights, gap)));
  for (const layer of order) {
    let top = (tallest - total(layer, heights, gap)) / 2;
    for (const slot of layer) {
      y[slot] = top + heights[slot]! / 2;
      top += heights[slot]! + gap;
    }
  }
  const rounds = heights.length > 20_000 ? 4 : 10;
  for (let round = 0; round < rounds; round++) {
    const forward = round % 2 === 0;
    for (let step = 0; step < order.length; step++) {
      const layer = order[forward ? step : order.length - 1 - step]!;
      for (const slot of layer) {
        const first = forward ? up[slot]! : down[slot]!;
        const second = forward ? down[slot]! : up[slot]!;
        wish[slot] =
          first.length > 0 ? meanY(first, y) : second.length > 0 ? meanY(second, y) : y[slot]!;
      }
      settle(layer, wish, heights, gap, y);
    }
  }
  // The last word: halfway between parents and children.
  for (const layer of order) {
    for (const slot of layer) {
      const parents = up[slot]!;
      const children = down[slot]!;
      if (parents.length > 0 && children.length > 0)
        wish[slot] = (meanY(parents, y) + meanY(children, y)) / 2;
      else wish[slot] = y[slot]!;
    }
    settle(layer, wish, heights, gap, y);
  }
  let top = Number.POSITIVE_INFINITY;
  let bottom = 0;
  for (let slot = 0; slot < y.length; slot++) {
    top = Math.min(top, y[slot]! - heights[slot]! / 2);
    bottom = Math.max(bottom, y[slot]! + heights[slot]! / 2);
  }
  if (!Number.isFinite(top)) return { y, height: 0 };
  for (let slot = 0; slot < y.length; slot++) y[slot]! -= top;
  return { y, height: bottom - top };
}

function total(layer: readonly number[], heights: readonly number[], gap: number): number {
  return layer.reduce((sum, slot) => sum + heights[slot]! + gap, -gap);
}

function meanY(slots: readonly number[], y: Float64Array): number {
  let sum = 0;
  for (const slot of slots) sum += y[slot]!;
  return sum / slots.length;
}

/** Places `layer` as near to `wish` as order and distances allow (pool adjacent violators). */
function settle(
  layer: readonly number[],
  wish: Float64Array,
  heights: readonly number[],
  gap: number,
  y: Float64Array,
): void {
  const offsets: number[] = [];
  let offset = 0;
  for (let at = 0; at < layer.length; at++) {
    if (at > 0) offset += (heights[layer[at - 1]!]! + heights[layer[at]!]!) / 2 + gap;
    offsets.push(offset);
  }
  const means: number[] = [];
  const sizes: number[] = [];
  for (let at = 0; at < layer.length; at++) {
    let mean = wish[layer[at]!]! - offsets[at]!;
    let size = 1;
    while (means.length > 0 && means[means.length - 1]! > mean) {
      const before = sizes.pop()!;
      mean = (means.pop()! * before + mean * size) / (before + size);
      size += before;
    }
    means.push(mean);
    sizes.push(size);
  }
  let at = 0;
  for (let block = 0; block < means.length; block++) {
    for (let i = 0; i < sizes[block]!; i++, at++) y[layer[at]!] = means[block]! + offsets[at]!;
  }
}
