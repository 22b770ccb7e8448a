import { expect, test } from 'vitest';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import { columnCheck, fusedTestsSql, mayBeFused, rowCountsSql } from './fused-tests.ts';

const table = '"shop"."main"."orders"';

function columnTest(name: string, config: Record<string, Json> = {}, column = 'id'): Node {
  return {
    resourceType: 'test',
    testMetadata: { name, namespace: null, kwargs: { column_name: column } },
    dependsOn: { nodes: ['model.shop.orders'], macros: [] },
    config,
  } as unknown as Node;
}

const plain = {
  where: null,
  limit: null,
  fail_calc: 'count(*)',
  warn_if: '!= 0',
  error_if: '!= 0',
};

test.each([
  ['not_null', {}, true],
  ['unique', plain, true],
  ['accepted_values', { severity: 'warn' }, true],
  ['relationships', {}, false],
  ['toString', {}, false],
  ['not_null', { where: 'id > 1' }, false],
  ['not_null', { limit: 1 }, false],
  ['not_null', { fail_calc: 'sum(id)' }, false],
  ['not_null', { warn_if: '> 1' }, false],
  ['not_null', { error_if: '>5' }, false],
])('%s with %j may be fused: %s', (name, config, expected) => {
  expect(mayBeFused(columnTest(name, config))).toBe(expected);
});

test.each(['id + 1', 'lower(id)', 'id -- all', 'a.b', "{{ var('c') }}", ''])(
  'a test of the expression %j is not fused',
  (column) => expect(mayBeFused(columnTest('not_null', {}, column))).toBe(false),
);

test('a test of another package under a built-in name is not fused', () => {
  const made = columnTest('not_null');
  const elsewhere = { ...made, testMetadata: { ...made.testMetadata!, namespace: 'utils' } };
  expect(mayBeFused(elsewhere)).toBe(false);
});

const notNull = `select id\nfrom ${table}\nwhere id is null`;
const unique = `select\n    id as unique_field,\n    count(*) as n_records\n\nfrom ${table}\nwhere id is not null\ngroup by id\nhaving count(*) > 1`;
const accepted = `with all_values as (\n\n    select\n        id as value_field,\n        count(*) as n_records\n\n    from ${table}\n    group by id\n\n)\n\nselect *\nfrom all_values\nwhere value_field not in (\n    'a','it''s'\n)`;

test.each([
  ['not_null', notNull, 'count(*) - count(id)'],
  ['unique', unique, 'count(id) - count(distinct id)'],
  ['accepted_values', accepted, "count(*) filter (where id not in (\n    'a','it''s'\n))"],
])('the query of %s is read', (name, sql, failing) => {
  expect(columnCheck(columnTest(name), `\n\n${sql}\n`)).toEqual({ relation: table, failing });
});

test.each([
  ['not_null', `${notNull} or true`],
  ['not_null', notNull.replace(table, `(select * from ${table} where x) dbt_subquery`)],
  ['not_null', notNull.replace(table, `${table} -- `)],
  ['not_null', notNull.replace('select id', 'select *')],
  ['not_null', `with a as (select 1) ${notNull}`],
  ['not_null', unique],
  ['unique', unique.replace('> 1', '> 2')],
  ['accepted_values', `${accepted} and true`],
  ['accepted_values', accepted.replace('where value_field', 'where n_records')],
  ['accepted_values', accepted.replace("'a'", 'name')],
  ['accepted_values', accepted.replace("'a'", "'a")],
])('another query in the place of %s is left alone: %j', (name, sql) => {
  expect(columnCheck(columnTest(name), sql)).toBeUndefined();
});

test('one query holds the checks of some relations', () => {
  const notNulls = (relation: string) => ({ relation, failing: 'count(*) - count(id)' });
  const relations = [
    {
      relation: table,
      checks: [notNulls(table), { relation: table, failing: 'count(id) - count(distinct id)' }],
    },
    { relation: 'main.other', checks: [notNulls('main.other')] },
  ];
  expect(fusedTestsSql(relations)).toBe(
    `select 0, [
  count(*) - count(id),
  count(id) - count(distinct id)
]
from ${table}
union all
select 1, [
  count(*) - count(id)
]
from main.other`,
  );
  expect(rowCountsSql([table, 'main.other'])).toBe(
    `select 0, count(*)\nfrom ${table}\nunion all\nselect 1, count(*)\nfrom main.other`,
  );
});
