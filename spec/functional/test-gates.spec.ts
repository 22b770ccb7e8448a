import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// What a failing test holds back in `build`: as dbt-core 1.12 (`compilation.py`, `add_test_edges`).

let project: ProjectFixture;
afterEach(() => project.remove());

const base = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
};
const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const statuses = () =>
  Object.fromEntries(
    readRunResults(project.root).map(({ unique_id: id, status }) => [id.split('.')[2], status]),
  );

test('what reads a source waits for its tests, and so does what reads that', async () => {
  project = projectFixture({
    ...base,
    'models/sources.yml':
      'sources: [{name: raw, schema: main, tables: [{name: orders, columns: [{name: id, data_tests: [unique]}]}, {name: fine}]}]\n',
    'models/a.sql': "select id from {{ source('raw', 'orders') }}",
    'models/b.sql': "select id from {{ ref('a') }}",
    'models/c.sql': "select id from {{ source('raw', 'fine') }}",
  });
  await queryDatabase(
    join(project.root, 'shop.duckdb'),
    'create table orders as select 1 as id union all select 1',
  );
  await queryDatabase(join(project.root, 'shop.duckdb'), 'create table fine as select 1 as id');
  expect(await tsdbt('build')).toMatchObject({ exitCode: 1 });
  expect(statuses()).toEqual({
    source_unique_raw_orders_id: 'fail',
    a: 'skipped',
    b: 'skipped',
    c: 'success',
  });
  expect(await tsdbt('build', '--exclude', 'source_unique_raw_orders_id')).toMatchObject({
    exitCode: 0,
  });
  expect(await tsdbt('run')).toMatchObject({ exitCode: 0 });
});

const chain = {
  ...base,
  'models/a.sql': 'select 1 as id',
  'models/b.sql': "select id from {{ ref('a') }}",
  'models/c.sql': "select id from {{ ref('b') }}",
  'models/a.yml':
    'models: [{name: a, columns: [{name: id, data_tests: [{accepted_values: {name: known, arguments: {values: [2]}}}]}]}]\n',
};

test('a test gates what is below its node, selected or not', async () => {
  project = projectFixture(chain);
  expect(await tsdbt('run')).toMatchObject({ exitCode: 0 });
  expect(await tsdbt('build', '--select', 'known', 'c')).toMatchObject({ exitCode: 1 });
  expect(statuses()).toEqual({ known: 'fail', c: 'skipped' });
  expect(await tsdbt('build', '--select', 'c')).toMatchObject({ exitCode: 0 });
});

test('a test of two nodes gates what is below both, however far', async () => {
  project = projectFixture({
    ...base,
    'models/left.sql': 'select 1 as id',
    'models/right.sql': 'select 2 as id',
    'models/below_left.sql': "select id from {{ ref('left') }}",
    'models/below_right.sql': "select id from {{ ref('right') }}",
    'models/both.sql':
      "select id from {{ ref('below_left') }} union all select id from {{ ref('below_right') }}",
    'models/left.yml': `models: [{name: left, columns: [{name: id, data_tests: [
  {relationships: {name: known, arguments: {to: "ref('right')", field: id}}}]}]}]`,
  });
  expect(await tsdbt('build')).toMatchObject({ exitCode: 1 });
  expect(statuses()).toEqual({
    left: 'success',
    right: 'success',
    known: 'fail',
    below_left: 'success',
    below_right: 'success',
    both: 'skipped',
  });
});
