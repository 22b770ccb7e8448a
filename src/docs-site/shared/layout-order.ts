/**
 * Orders the slots of each layer so that edges cross little: repeated sweeps that put each slot at
 * the mean place of its neighbours in the layer before or after, keeping the best order seen.
 */
export function orderLayers(
  slotLayer: readonly number[],
  up: readonly (readonly number[])[],
  down: readonly (readonly number[])[],
  sweeps: number,
): number[][] {
  const layers: number[][] = [];
  for (const layer of slotLayer) while (layers.length <= layer) layers.push([]);
  const seen = new Uint8Array(slotLayer.length);
  // Depth first, so that a component and a chain start side by side.
  const stack: number[] = [];
  for (let root = 0; root < slotLayer.length; root++) {
    if (seen[root]) continue;
    stack.push(root);
    while (stack.length > 0) {
      const slot = stack.pop()!;
      if (seen[slot]) continue;
      seen[slot] = 1;
      layers[slotLayer[slot]!]!.push(slot);
      for (const other of up[slot]!) if (!seen[other]) stack.push(other);
      for (let i = down[slot]!.length - 1; i >= 0; i--) {
        const other = down[slot]![i]!;
        if (!seen[other]) stack.push(other);
      }
    }
  }

  const place = new Float64Array(slotLayer.length);
  const number = (layer: readonly number[]): void => {
    for (let at = 0; at < layer.length; at++) place[layer[at]!] = at;
  };
  for (const layer of layers) number(layer);

  let best = layers.map((layer) => [...layer]);
  let bestCrossings = crossings(layers, down, place);
  const wish = new Float64Array(slotLayer.length);
  for (let sweep = 0; sweep < sweeps && bestCrossings > 0; sweep++) {
    const forward = sweep % 2 === 0;
    for (let step = 1; step < layers.length; step++) {
      const layer = layers[forward ? step : layers.length - 1 - step]!;
      const neighbours = forward ? up : down;
      for (const slot of layer) wish[slot] = meanPlace(neighbours[slot]!, place, place[slot]!);
      layer.sort((a, b) => wish[a]! - wish[b]! || place[a]! - place[b]!);
      number(layer);
    }
    const found = crossings(layers, down, place);
    if (found < bestCrossings) {
      bestCrossings = found;
      best = layers.map((layer) => [...layer]);
    }
  }
  return best;
}

function meanPlace(neighbours: readonly number[], place: Float64Array, otherwise: number): number {
  if (neighbours.length === 0) return otherwise;
  let sum = 0;
  for (const slot of neighbours) sum += place[slot]!;
  return sum / neighbours.length;
}

/** Number of crossings between all pairs of layers that stand side by side. */
function crossings(
  layers: readonly (readonly number[])[],
  down: readonly (readonly number[])[],
  place: Float64Array,
): number {
  let total = 0;
  for (let at = 0; at + 1 < layers.length; at++) {
    const size = layers[at + 1]!.length;
    const tree = new Int32Array(size + 1);
    let inserted = 0;
    for (const slot of layers[at]!) {
      const ends = down[slot]!.map((child) => place[child]!).sort((a, b) => a - b);
      for (const end of ends) {
        let before = 0;
        for (let i = end + 1; i > 0; i -= i & -i) before += tree[i]!;
        total += inserted - before;
      }
      for (const end of ends) {
        inserted++;
        for (let i = end + 1; i <= size; i += i & -i) tree[i]!++;
      }
    }
  }
  return total;
}
