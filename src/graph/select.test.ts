import { describe, expect, test } from 'vitest';
import { buildDag } from './dag.ts';
import { parseSelector } from './parse-selector.ts';
import { selectNodes, selectSpec } from './select.ts';
import type { SelectableGraph, SelectableNode } from './selectable.ts';
import { commandLineSpec } from './selection-spec.ts';

/** a → b → c → d, a → e; tests on b and on (c, e); a source above a. */
const parents: Record<string, string[]> = {
  'source.shop.landing.orders': [],
  'model.shop.a': ['source.shop.landing.orders'],
  'model.shop.b': ['model.shop.a'],
  'model.shop.c': ['model.shop.b'],
  'model.shop.d': ['model.shop.c'],
  'model.shop.e': ['model.shop.a'],
  'test.shop.unique_b': ['model.shop.b'],
  'test.shop.c_has_e': ['model.shop.c', 'model.shop.e'],
};

function graph(): SelectableGraph {
  const dag = buildDag(new Map(Object.entries(parents)));
  const nodes = new Map<string, SelectableNode>();
  for (const id of Object.keys(parents)) {
    const [resourceType, packageName, ...rest] = id.split('.');
    const name = rest.at(-1)!;
    const folder = 'ab'.includes(name) ? 'raw' : 'curated';
    nodes.set(id, {
      uniqueId: id,
      name,
      resourceType: resourceType!,
      packageName: packageName!,
      fqn: resourceType === 'source' ? [packageName!, ...rest] : [packageName!, folder, name],
      tags: name === 'd' ? ['nightly'] : [],
      path: `models/${folder}/${name}.sql`,
      config: { materialized: name === 'c' ? 'view' : 'table', meta: { owner: name } },
      ...(resourceType === 'source' ? { sourceName: rest[0]! } : {}),
      ...(resourceType === 'test' ? { testType: 'singular' } : {}),
    });
  }
  return { nodes, parents: dag.parents, children: dag.children };
}

function pick(
  select: string,
  options: { exclude?: string; indirect?: 'eager' | 'cautious' | 'buildable' | 'empty' } = {},
) {
  const ids = selectNodes(
    graph(),
    {
      select: [select],
      exclude: options.exclude === undefined ? [] : [options.exclude],
      indirect: options.indirect ?? 'empty',
    },
    { rootPackage: 'shop' },
  );
  return [...ids]
    .map((id) => id.split('.').at(-1))
    .sort()
    .join(' ');
}

describe('selectors', () => {
  test.each([
    ['b', 'b'],
    ['b+', 'b c c_has_e d unique_b'],
    ['+b', 'a b orders'],
    ['1+c', 'b c'],
    ['b+1', 'b c unique_b'],
    ['1+c+1', 'b c c_has_e d'],
    ['@e', 'a b c c_has_e e orders'],
    ['a d', 'a d'],
    ['raw', 'a b'],
    ['curated+', 'c c_has_e d e unique_b'],
    ['shop.curated', 'c c_has_e d e unique_b'],
    ['shop.curated.*', 'c c_has_e d e unique_b'],
    ['tag:nightly', 'd'],
    ['tag:night*', 'd'],
    ['path:models/raw', 'a b'],
    ['models/raw', 'a b'],
    ['path:models/*/a.sql', 'a'],
    ['a.sql', 'a'],
    ['source:landing', 'orders'],
    ['source:landing.orders+1', 'a orders'],
    ['config.materialized:view', 'c'],
    ['config.meta.owner:e', 'e'],
    ['config.meta.owner:delete+insert+', ''],
    ['resource_type:source', 'orders'],
    ['package:this,raw', 'a b'],
    ['test_type:data', 'c_has_e unique_b'],
    ['b+,+d', 'b c d'],
    ['nothing', ''],
  ])('%s', (selector, expected) => {
    expect(pick(selector)).toBe(expected);
  });

  test('exclude is a set difference', () => {
    expect(pick('b+', { exclude: 'd resource_type:test' })).toBe('b c');
  });

  test('tests come with their parents as the indirect mode says', () => {
    expect(pick('c', { indirect: 'eager' })).toBe('c c_has_e');
    expect(pick('c', { indirect: 'cautious' })).toBe('c');
    expect(pick('c e', { indirect: 'cautious' })).toBe('c c_has_e e');
    expect(pick('c', { indirect: 'buildable' })).toBe('c');
    expect(pick('c e', { indirect: 'buildable' })).toBe('c c_has_e e');
  });

  test('no selector takes everything', () => {
    expect(pick('').split(' ')).toHaveLength(8);
  });

  test('atoms that match nothing are named', () => {
    const spec = commandLineSpec(['a nope', 'tag:never+', 'a,b'], ['gone'], 'eager');
    expect(selectSpec(graph(), spec).unmatched).toEqual(['nope', 'tag:never+', 'a,b', 'gone']);
  });

  test.each([
    ['@b+', /descendants/],
    ['+', /expected/],
    ['a++', /expected/],
    ['tga:x', /no method "tga:"/],
  ])('%s is refused', (selector, message) => {
    expect(() => parseSelector(selector)).toThrow(message);
  });
});

describe('dag', () => {
  test('a circle is shown as a path', () => {
    const nodes = new Map([
      ['a', ['c']],
      ['b', ['a']],
      ['c', ['b']],
      ['d', ['a']],
    ]);
    expect(() => buildDag(nodes)).toThrow('a → b → c → a');
  });

  test('parents come before children', () => {
    const dag = buildDag(new Map(Object.entries(parents)));
    for (const id of dag.ids) {
      for (const parent of dag.parents(id)) {
        expect(dag.sorted.indexOf(parent)).toBeLessThan(dag.sorted.indexOf(id));
      }
    }
  });
});
