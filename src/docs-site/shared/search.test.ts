import { describe, expect, it } from 'vitest';
import { createSearchIndex, type SearchIndex } from './search.ts';
import type { SearchWire } from './wire.ts';

function indexOf(names: readonly string[], wire: Partial<SearchWire> | null = null): SearchIndex {
  return createSearchIndex(
    {
      count: names.length,
      name: (node) => names[node]!,
      fullName: (node) => names[node]!,
      context: () => '',
      rank: () => 0,
      hidden: (node) => names[node] === 'hidden',
      minor: (node) => names[node]!.startsWith('not_null_'),
    },
    wire === null
      ? null
      : { columns: [], postings: [], descriptions: names.map(() => ''), columnTexts: [], ...wire },
  );
}

const found = (index: SearchIndex, query: string, names: readonly string[]): string[] =>
  index.search(query, 10).hits.map((hit) => names[hit.node]!);

describe('search', () => {
  it('ranks exact before prefix before word start before substring', () => {
    const names = ['reorders', 'fact_orders', 'orders_daily', 'orders'];
    expect(found(indexOf(names), 'Orders', names)).toEqual([
      'orders',
      'orders_daily',
      'fact_orders',
      'reorders',
    ]);
  });

  it('asks for all words and likes them together', () => {
    const names = ['raw_orders', 'orders_raw_x', 'raw', 'orders'];
    expect(found(indexOf(names), 'raw orders', names)).toEqual(['raw_orders', 'orders_raw_x']);
  });

  it('finds columns and descriptions after names, and says where', () => {
    const names = ['a', 'b', 'email', 'hidden'];
    const index = indexOf(names, {
      columns: ['email', 'x'],
      postings: [[0, 3], [1]],
      descriptions: ['', 'Mails by email.', '', ''],
      columnTexts: [['the work email', [1, 1]]],
    });
    expect(
      index.search('email', 10).hits.map((hit) => [names[hit.node], hit.field, hit.found]),
    ).toEqual([
      ['email', 'name', ''],
      ['a', 'column', 'email'],
      ['b', 'description', 'Mails by email.'],
    ]);
    expect(index.search('work', 10).hits.map((hit) => hit.found)).toEqual(['x: the work email']);
  });

  it('puts tests after columns of the same name, but not after themselves', () => {
    const names = ['not_null_a_email', 'a'];
    const index = indexOf(names, { columns: ['email'], postings: [[1]] });
    expect(found(index, 'email', names)).toEqual(['a', 'not_null_a_email']);
    expect(found(index, 'not_null_a_email', names)).toEqual(['not_null_a_email']);
  });

  it('finds nothing for nothing, and hides what is hidden', () => {
    expect(indexOf(['a']).search('  ', 10).total).toBe(0);
    expect(indexOf(['hidden']).search('hidden', 10).total).toBe(0);
  });
});
