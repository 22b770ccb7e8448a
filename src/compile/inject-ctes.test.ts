import { expect, test } from 'vitest';
import { injectCtes } from './inject-ctes.ts';

const cte = { id: 'model.shop.e', sql: ' __dbt__cte__e as (\nselect 1\n)' };

test.each([
  [
    'select * from __dbt__cte__e',
    'with __dbt__cte__e as (\nselect 1\n) select * from __dbt__cte__e',
  ],
  [
    'with a as (select 2) select * from a',
    'with  __dbt__cte__e as (\nselect 1\n), a as (select 2) select * from a',
  ],
  [
    'WITH RECURSIVE a as (select 2) select 1',
    'WITH RECURSIVE  __dbt__cte__e as (\nselect 1\n), a as (select 2) select 1',
  ],
  [
    '-- with a comment\nselect 1',
    'with __dbt__cte__e as (\nselect 1\n) -- with a comment\nselect 1',
  ],
  [
    '/* with */ with a as (select 2) select 1',
    '/* with */ with  __dbt__cte__e as (\nselect 1\n), a as (select 2) select 1',
  ],
  [
    '\n\nwith\n\na as (select 2) select 1',
    '\n\nwith\n\n __dbt__cte__e as (\nselect 1\n), a as (select 2) select 1',
  ],
  ['\n  select 1', '\n  with __dbt__cte__e as (\nselect 1\n) select 1'],
  ['select without from t', 'with __dbt__cte__e as (\nselect 1\n) select without from t'],
])('%s', (sql, expected) => {
  expect(injectCtes(sql, [cte])).toBe(expected);
});

test('nothing to inject leaves the query as it is', () => {
  expect(injectCtes('select 1', [])).toBe('select 1');
});
