import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { processorMs } from '../testing/processor-time.ts';
import { buildDag } from './dag.ts';
import { selectNodes } from './select.ts';
import type { SelectableGraph } from './selectable.ts';
import { selectorMethods } from './selector-methods/registry.ts';
import { readSelectorDefinition } from './yaml-selectors.ts';

const seed = Number(process.env['TSDBT_FUZZ_SEED'] ?? 20_260_101);
const numRuns = Number(process.env['TSDBT_FUZZ_RUNS'] ?? 3000);
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Six models in a random graph without circles: each may read those before it. */
const graph: fc.Arbitrary<SelectableGraph> = fc
  .array(fc.subarray(names), { minLength: 6, maxLength: 6 })
  .map((lists) => {
    const above = lists.map((list, i) => list.filter((name) => names.indexOf(name) < i));
    const dag = buildDag(new Map(names.map((name, i) => [name, above[i]!])));
    const nodes = new Map(
      names.map((name, i) => [
        name,
        {
          uniqueId: name,
          name,
          resourceType: 'model',
          packageName: 'shop',
          fqn: ['shop', i < 3 ? 'raw' : 'curated', name],
          tags: i % 2 === 0 ? ['even'] : ['odd', 'tag'],
          path: `models/${name}.sql`,
          config: { materialized: i < 2 ? 'view' : 'table', meta: { rank: i } },
        },
      ]),
    );
    return { nodes, parents: dag.parents, children: dag.children };
  });

const value = fc.constantFrom(
  ...['a', 'c', 'f', 'raw', 'shop.raw.b', 'even', '*', '?', '[ab]', 'view', 'models/a.sql', ''],
);
const method = fc.constantFrom(
  ...['', '', '', 'tag:', 'config.materialized:', 'path:', 'fqn:', 'file:', 'resource_type:'],
);
const atom = fc
  .tuple(fc.constantFrom('', '', '+', '1+', '@'), method, value, fc.constantFrom('', '', '+', '+2'))
  .map((parts) => parts.join(''));

/** Any text, mostly of what selectors are made of. */
const text = fc
  .array(
    fc.oneof(
      atom,
      fc.constantFrom(' ', ',', '+', '@', ':', '.', '9999999999999999999999+', '\\', '"', '\n'),
      fc.constantFrom(...[...selectorMethods.keys()].map((name) => `${name}:`)),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

function pick(of: SelectableGraph, select: string, exclude?: string): readonly string[] {
  const request = { select: [select], exclude: exclude === undefined ? [] : [exclude] };
  return [...selectNodes(of, request, { rootPackage: 'shop' })].sort();
}

/** What `body` gives; undefined where it refuses with an error of ours. */
function orRefused<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    expect(isTsdbtError(error)).toBe(true);
    return undefined;
  }
}

describe('any selection', () => {
  test('of any text is a part of the graph, or refused', () => {
    fc.assert(
      fc.property(graph, text, text, (of, select, exclude) => {
        const used = processorMs(() => {
          const picked = orRefused(() => pick(of, select, exclude));
          expect((picked ?? []).filter((id) => !names.includes(id))).toEqual([]);
        });
        expect(used).toBeLessThan(2000);
      }),
      { seed, numRuns },
    );
  });

  test('obeys the laws of sets: blanks unite, commas intersect, exclude takes away', () => {
    fc.assert(
      fc.property(graph, atom, atom, (of, one, other) => {
        const [a, b] = [orRefused(() => pick(of, one)), orRefused(() => pick(of, other))];
        if (a === undefined || b === undefined || one === '' || other === '') return;
        const all = names.filter((name) => a.includes(name) || b.includes(name));
        expect(pick(of, `${one} ${other}`)).toEqual(all);
        expect(pick(of, `${one},${other}`)).toEqual(a.filter((name) => b.includes(name)));
        expect(pick(of, one, other)).toEqual(a.filter((name) => !b.includes(name)));
      }),
      { seed, numRuns },
    );
  });

  test('with depths grows: 1+x is in 2+x is in +x, and @x holds x+', () => {
    fc.assert(
      fc.property(graph, fc.constantFrom(...names), fc.nat(6), (of, name, depth) => {
        const within = (small: string, large: string) =>
          expect(pick(of, large)).toEqual(expect.arrayContaining([...pick(of, small)]));
        within(`${depth}+${name}`, `${depth + 1}+${name}`);
        within(`${depth}+${name}`, `+${name}`);
        within(`${name}+${depth}`, `${name}+`);
        within(`${name}+`, `@${name}`);
        expect(pick(of, `6+${name}`)).toEqual(pick(of, `+${name}`));
      }),
      { seed, numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

const { definition } = fc.letrec<{ definition: unknown }>((tie) => ({
  definition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc.constantFrom(null, 1, true, 'a b', '@a+'),
    fc.array(tie('definition'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['union', 'intersection', 'exclude', 'method', 'value', 'tag', 'fqn', 'parents'],
        ...['children', 'parents_depth', 'childrens_parents', 'indirect_selection', 'selector'],
      ),
      tie('definition'),
      { maxKeys: 4 },
    ),
  ),
}));

test('any definition of a selector is read, or refused', () => {
  fc.assert(
    fc.property(definition, (written) => {
      orRefused(() => readSelectorDefinition('s', written, 'eager'));
    }),
    { seed, numRuns },
  );
});
