import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../testing/processor-time.ts';
import { type Edge, foldLayout, layoutLayered } from './layered-layout.ts';
import { mapNode } from './map-size.ts';

describe('layoutLayered', () => {
  it('puts parents left of children and sources next to their first child', () => {
    const edges: Edge[] = [
      [0, 1],
      [1, 2],
      [3, 2],
    ];
    const layout = layoutLayered({ count: 4, edges, ...mapNode });
    expect([...layout.layer]).toEqual([0, 1, 2, 1]);
    expect(layout.x[0]).toBeLessThan(layout.x[1]!);
  });

  it('gives a long edge a bend at each layer between', () => {
    const layout = layoutLayered({
      count: 4,
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 3],
      ],
      ...mapNode,
    });
    expect(layout.bends(3)).toHaveLength(2);
    expect(layout.bends(0)).toEqual([]);
  });

  it('untwists what need not cross', () => {
    const layout = layoutLayered({
      count: 4,
      edges: [
        [0, 3],
        [1, 2],
      ],
      ...mapNode,
    });
    expect(Math.sign(layout.y[0]! - layout.y[1]!)).toBe(Math.sign(layout.y[3]! - layout.y[2]!));
  });

  it('keeps nodes of a layer apart, inside the size, the same every time; circles and loops do no harm', () => {
    const graph = fc
      .integer({ min: 0, max: 40 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          count === 0
            ? fc.constant([])
            : fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 80 }),
        ),
      );
    fc.assert(
      fc.property(graph, ([count, edges]) => {
        const input = { count, edges, ...mapNode };
        const layout = layoutLayered(input);
        expect(layoutLayered(input).y).toEqual(layout.y);
        for (let a = 0; a < count; a++) {
          expect(layout.x[a]! + mapNode.width).toBeLessThanOrEqual(layout.width + 0.01);
          expect(layout.y[a]! + mapNode.height / 2).toBeLessThanOrEqual(layout.height + 0.01);
          for (let b = a + 1; b < count; b++) {
            const apart =
              Math.abs(layout.x[a]! - layout.x[b]!) >= mapNode.width ||
              Math.abs(layout.y[a]! - layout.y[b]!) >= mapNode.height - 0.01;
            expect(apart, `${a} and ${b}`).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('places 10,000 nodes quickly, and folds them to the shape of a screen', () => {
    const count = 10_000;
    const edges: Edge[] = [];
    for (let node = 2200; node < count; node++) {
      for (let at = 0; at < 2; at++)
        edges.push([Math.floor(((node - 2000) * ((node * (at + 7) * 97) % 1000)) / 1000), node]);
    }
    let map = foldLayout(layoutLayered({ count: 0, edges: [], ...mapNode }), mapNode);
    const used = processorMs(() => {
      map = foldLayout(layoutLayered({ count, edges, ...mapNode }), mapNode);
    });
    expect(used).toBeLessThan(4000);
    const width = Math.max(...map.x);
    const height = Math.max(...map.y);
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(3);
    expect(new Set(Array.from(map.x, (x, at) => `${x} ${map.y[at]}`)).size).toBe(count);
  });
});
