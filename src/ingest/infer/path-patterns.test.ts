import { expect, test } from 'vitest';
import { pathPatterns } from './path-patterns.ts';

test.each([
  [
    ['landing/orders/2026-01-01/orders.csv'],
    false,
    ['landing/orders/{processing_date}/orders.csv'],
  ],
  [['landing/orders.csv'], false, ['landing/orders.csv']],
  [['landing/orders-2026-01-01.csv.gz'], false, ['landing/orders-{processing_date}.csv.gz']],
  [
    ['in/2026-01-01/a.csv', 'in/2026-01-02/b.csv', 'in/2026-01-02/c.csv.gz'],
    true,
    ['in/{processing_date}/*.csv', 'in/{processing_date}/*.csv.gz'],
  ],
  [['in/a.csv', 'in/sub/b.csv'], true, ['in/**/*.csv']],
  [['in/de/a.csv', 'in/fr/a.csv'], true, ['in/*/*.csv']],
  [
    ['in/x-2026-01-01.jsonl', 'in/other.jsonl'],
    true,
    ['in/x-{processing_date}.jsonl', 'in/*.jsonl'],
  ],
  [['in/de-2026-01-01-v1.csv', 'in/fr-2026-01-02-v1.csv'], true, ['in/*{processing_date}-v1.csv']],
  [['in/2026-13-45.csv'], false, ['in/2026-13-45.csv']],
  [['in/2026-01-01/x-2026-01-01.csv'], true, ['in/{processing_date}/x-{processing_date}.csv']],
])('%j as a folder: %j', (paths, isFolder, expected) => {
  expect(pathPatterns(paths, isFolder)).toEqual(expected);
});
