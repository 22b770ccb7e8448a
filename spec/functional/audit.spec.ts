import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const rows = (sql: string) => queryDatabase(join(project.root, 'target/shop.duckdb'), sql);
const statuses = () =>
  Object.fromEntries(
    readRunResults(project.root).map((r) => [r.unique_id.split('.').slice(2, 3).join(), r.status]),
  );
const values = (list: string) => `select * from (values ${list}) t(id, amount)`;
const tests = (model: string, more = '') =>
  `models:\n- name: ${model}\n  columns:\n  - name: id\n    data_tests:\n    - unique: {name: ids_differ${more}}\n  - name: amount\n    data_tests:\n    - not_null: {name: amounts_are_there}\n`;

test.each(['table', 'view'])('a %s that fails its tests is not published', async (kind) => {
  const config = `{{ config(materialized='${kind}') }} `;
  project = projectFixture({
    'models/facts.sql': config + values('(1, 10), (2, 20)'),
    'models/report.sql': "select sum(amount)::int as total from {{ ref('facts') }}",
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(0);
  project.write({ 'models/facts.sql': config + values('(1, 10), (1, 99), (3, 1)') });
  const run = await tsdbt('build');
  expect(run.exitCode).toBe(1);
  expect(statuses()).toEqual({
    facts: 'error',
    ids_differ: 'fail',
    amounts_are_there: 'pass',
    report: 'skipped',
  });
  expect(run.output).toContain(
    'TS5040: model.shop.facts: 1 of 2 test(s) fail on the new content, so it was not published: ids_differ.',
  );
  // What was there stays; what was refused is kept beside it.
  expect(await rows('select id, amount from facts order by id')).toEqual([
    { id: 1, amount: 10 },
    { id: 2, amount: 20 },
  ]);
  expect(await rows('select id, amount from facts__rejected order by all')).toEqual([
    { id: 1, amount: 10 },
    { id: 1, amount: 99 },
    { id: 3, amount: 1 },
  ]);
  project.write({ 'models/facts.sql': config + values('(4, 40)') });
  expect((await tsdbt('build')).exitCode).toBe(0);
  expect(await rows('select id from facts')).toEqual([{ id: 4 }]);
  expect(
    await rows(
      "select count(*)::int as n from duckdb_tables() where table_name = 'facts__rejected'",
    ),
  ).toEqual([{ n: 0 }]);
});

test('nothing is there yet, and nothing comes', async () => {
  project = projectFixture({
    'models/facts.sql': values('(1, 10), (1, 20)'),
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  const found = await rows(
    "select table_name from information_schema.tables where table_schema = 'main'",
  );
  expect(found).toEqual([{ table_name: 'facts__rejected' }]);
});

const incremental = (list: string) =>
  `{{ config(materialized='incremental', unique_key='id') }} ${values(list)}`;

test('a batch that fails its tests leaves the table as it was; the batch is kept', async () => {
  project = projectFixture({
    'models/facts.sql': incremental('(1, 10), (2, 20)'),
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(0);
  project.write({ 'models/facts.sql': incremental('(2, 21), (3, null)') });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(await rows('select id, amount from facts order by id')).toEqual([
    { id: 1, amount: 10 },
    { id: 2, amount: 20 },
  ]);
  expect(await rows('select id, amount from facts__rejected order by id')).toEqual([
    { id: 2, amount: 21 },
    { id: 3, amount: null },
  ]);
});

test('tests may look at the batch alone', async () => {
  // Row 1 is bad and published already; only what is new is judged.
  project = projectFixture({
    'models/facts.sql': incremental('(1, null::int)'),
    'models/p.yml': tests('facts').replace(
      '{name: amounts_are_there}',
      '{name: amounts_are_there, config: {audit_rows: batch}}',
    ),
  });
  expect((await tsdbt('build', '--audit', 'none')).exitCode).toBe(1);
  project.write({ 'models/facts.sql': incremental('(2, 20)') });
  expect((await tsdbt('build')).exitCode).toBe(0);
  expect(await rows('select id from facts order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  project.write({ 'models/facts.sql': incremental('(3, null)') });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(await rows('select id from facts order by id')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('a relation of two nodes is looked at when the later one is built', async () => {
  project = projectFixture({
    'models/parents.sql': 'select 1 as id',
    'models/children.sql': "select id + 1 as parent_id from {{ ref('parents') }}",
    'models/p.yml':
      "models:\n- name: children\n  columns:\n  - name: parent_id\n    data_tests:\n    - relationships: {name: has_parent, arguments: {to: ref('parents'), field: id}}\n",
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(statuses()).toEqual({ parents: 'success', children: 'error', has_parent: 'fail' });
});

test('seeds and snapshots are audited too', async () => {
  project = projectFixture({
    'seeds/names.csv': 'id,amount\n1,10\n1,20\n',
    'seeds/p.yml': tests('names').replace('models:', 'seeds:'),
    'snapshots/s.sql':
      "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols='all') }} select 1 as id, null::int as amount{% endsnapshot %}",
    'snapshots/p.yml':
      'snapshots:\n- name: history\n  columns:\n  - name: amount\n    data_tests: [not_null: {name: amounts}]\n',
  });
  await tsdbt('build');
  expect(statuses()).toMatchObject({
    names: 'error',
    ids_differ: 'fail',
    history: 'error',
    amounts: 'fail',
  });
  expect(await rows('select id, amount from names__rejected order by amount')).toEqual([
    { id: 1, amount: 10 },
    { id: 1, amount: 20 },
  ]);
});

test('warnings do not hold anything back', async () => {
  project = projectFixture({
    'models/facts.sql': values('(1, 10), (1, 20)'),
    'models/p.yml': tests('facts', ', config: {severity: warn}'),
  });
  expect((await tsdbt('build')).exitCode).toBe(0);
  expect(await rows('select count(*)::int as n from facts')).toEqual([{ n: 2 }]);
});

test('failing rows are kept when a test says so, of content that was refused too', async () => {
  project = projectFixture({
    'models/facts.sql': values('(1, 10), (1, 20)'),
    'models/p.yml': tests('facts', ', config: {store_failures: true}'),
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  const kept = await rows(
    'select unique_field as id, n_records::int as n from main_dbt_test__audit.ids_differ',
  );
  expect(kept).toEqual([{ id: 1, n: 2 }]);
});

test('a test that can not be run holds back, too', async () => {
  project = projectFixture({
    'models/facts.sql': values('(1, 10)'),
    'tests/broken.sql': "select nope from {{ ref('facts') }}",
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(statuses()).toMatchObject({ facts: 'error', broken: 'error', ids_differ: 'pass' });
});

test.each([
  ['dbt projects publish first, as dbt does', { dbt: true, config: '' }, 'success'],
  ['dbt projects may ask for it', { dbt: true, config: "{{ config(audit='node') }}" }, 'error'],
  ['a model may opt out', { dbt: false, config: "{{ config(audit='none') }}" }, 'success'],
])('%s', async (_name, { dbt, config }, status) => {
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  };
  project = projectFixture({
    ...(dbt ? files : {}),
    'models/facts.sql': config + values('(1, 10), (1, 20)'),
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(statuses()).toMatchObject({ facts: status, ids_differ: 'fail' });
});

test('the plan shows which tests come before the commit', async () => {
  project = projectFixture({
    'models/facts.sql': values('(1, 10)'),
    'models/p.yml': tests('facts'),
  });
  const plan = await tsdbt('plan');
  expect(plan.output).toMatch(
    /create[\s\S]*must pass before the commit: test\.shop\.ids_differ[\s\S]*commit/,
  );
});

test('rejected rows of types that files do not hold', async () => {
  project = projectFixture({
    'models/odd.sql': `{{ config(materialized='table') }}
select 1 as id, 170141183460469231731687303715884105727::hugeint as huge, 'b'::enum('a', 'b') as word,
  interval '-1 month' as span, '101'::bit as bits, union_value(n := 5)::union(n integer, t varchar) as either,
  [7::hugeint] as numbers, {'at': timetz '12:00:00+02'} as pair, null as nothing
union all by name select 1 as id`,
    'models/p.yml': 'models:\n  - name: odd\n    columns: [{name: id, data_tests: [unique]}]\n',
  });
  const run = await tsdbt('build');
  expect(run.output).toContain('The rejected rows are in "shop"."main"."odd__rejected"');
  const described = await rows('select column_name, column_type from (describe odd__rejected)');
  expect(Object.fromEntries(described.map((r) => [r['column_name'], r['column_type']]))).toEqual({
    id: 'INTEGER',
    huge: 'HUGEINT',
    word: "ENUM('a', 'b')",
    span: 'INTERVAL',
    bits: 'BIT',
    either: 'JSON',
    numbers: 'JSON',
    pair: 'JSON',
    nothing: 'INTEGER',
  });
  expect(
    await rows(
      'select huge::varchar as huge, word::varchar as word, span::varchar as span, bits::varchar as bits, either::varchar as either, numbers::varchar as numbers, pair::varchar as pair from odd__rejected where huge is not null',
    ),
  ).toEqual([
    {
      huge: '170141183460469231731687303715884105727',
      word: 'b',
      span: '-1 month',
      bits: '101',
      either: '{"n":5}',
      numbers: '[7]',
      pair: '{"at":"12:00:00+02"}',
    },
  ]);
});

test('a retry runs the tests again that passed on content that was not published', async () => {
  project = projectFixture({
    'models/facts.sql': `{{ config(materialized='table') }} ${values('(1, 10), (1, 20)')}`,
    'models/p.yml': tests('facts'),
  });
  expect((await tsdbt('build')).exitCode).toBe(1);
  expect(statuses()).toEqual({ facts: 'error', ids_differ: 'fail', amounts_are_there: 'pass' });
  project.write({
    'models/facts.sql': `{{ config(materialized='table') }} ${values('(1, 10), (2, null)')}`,
  });
  const retry = await tsdbt('retry');
  expect(retry.exitCode, retry.output).toBe(1);
  expect(statuses()).toEqual({ facts: 'error', ids_differ: 'pass', amounts_are_there: 'fail' });
});
