import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;

beforeEach(() => {
  project = projectFixture({
    'project.yml': 'name: shop\nmodels:\n  +audit: run\n',
    'seeds/prices.csv': 'id,price\n1,10\n2,20\n',
    'landing/orders/2026-01-01/orders.csv': 'id,amount\n1,2\n2,3\n',
    'models/sources.yml': `sources:
  - name: shop
    tables:
      - name: orders
        landing: {path: "landing/orders/{processing_date}/*.csv", format: csv}
        columns: [{name: id, data_type: integer}, {name: amount, data_type: integer}]
`,
    'models/raw_orders.sql':
      "{{ config(materialized='landing') }} select id, amount, processing_date, _file, _line from {{ source('shop', 'orders') }}",
    'models/facts.sql':
      "{{ config(materialized='incremental', unique_key='id', pre_hook='create table if not exists hooked as select 1 as x') }} select id, amount * price as total from {{ ref('raw_orders') }} join {{ ref('prices') }} using (id)",
    'models/totals.sql':
      "{{ config(materialized='table') }} select sum(total)::int as total from {{ ref('facts') }}",
    'models/shown.sql': "select * from {{ ref('totals') }}",
    'models/tests.yml': `models:
  - name: facts
    columns: [{name: id, data_tests: [unique]}]
  - name: totals
    columns:
      - name: total
        data_tests: [{accepted_values: {name: total_is_80, arguments: {values: [80]}, config: {store_failures: true}}}]
`,
    'snapshots/snap.yml':
      "snapshots:\n  - name: snap\n    relation: ref('prices')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
  });
});
afterEach(() => project.remove());

const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const rows = (sql: string) => queryDatabase(join(project.root, 'target/shop.duckdb'), sql);
const statuses = () =>
  Object.fromEntries(
    readRunResults(project.root).map((r) => [r.unique_id.split('.')[2]!, r.status]),
  );
const relations = async () =>
  (
    await rows(
      "select table_schema || '.' || table_name as name from information_schema.tables where table_schema <> '_tsdbt' order by 1",
    )
  ).map(({ name }) => name);

const all = [
  'main.facts',
  'main.hooked',
  'main.prices',
  'main.raw_orders',
  'main.raw_orders__quarantine',
  'main.shown',
  'main.snap',
  'main.totals',
  'main_dbt_test__audit.total_is_80',
];

describe('a build that passes', () => {
  test('publishes everything, from the first build on', async () => {
    const run = await tsdbt('build');
    expect(run.exitCode, run.output).toBe(0);
    expect(await relations()).toEqual(all);
    expect(await rows('select total from shown')).toEqual([{ total: 80 }]);
    // Again, with something new.
    project.write({
      'landing/orders/2026-01-02/orders.csv': 'id,amount\n2,3\n',
      'seeds/prices.csv': 'id,price\n1,50\n2,10\n',
    });
    const again = await tsdbt('build', '--full-refresh');
    expect(again.exitCode, again.output).toBe(1);
    expect(await rows('select total from shown')).toEqual([{ total: 80 }]);
  });

  test('with --audit run, whatever the project says', async () => {
    project.write({ 'project.yml': 'name: shop\n' });
    const run = await tsdbt('build', '--audit', 'run', '--threads', '4');
    expect(run.exitCode, run.output).toBe(0);
    expect(await relations()).toEqual(all);
    expect((await tsdbt('plan')).stdout).not.toContain('All nodes are one transaction');
    project.write({ 'project.yml': 'name: shop\nmodels:\n  +audit: run\n' });
    expect((await tsdbt('plan')).stdout).toContain('All nodes are one transaction');
  });
});

describe('a build that fails', () => {
  test('a failing test publishes nothing; what it rejects is kept', async () => {
    expect((await tsdbt('build')).exitCode).toBe(0);
    const before = await rows('select * from snap');
    project.write({ 'seeds/prices.csv': 'id,price\n1,50\n2,20\n3,30\n' });
    const run = await tsdbt('build');
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toContain('Nothing was published, because test.shop.total_is_80');
    expect(run.stderr).toContain('"shop"."main"."totals__rejected"');
    expect(statuses()).toEqual({
      prices: 'skipped',
      raw_orders: 'skipped',
      facts: 'skipped',
      totals: 'skipped',
      shown: 'skipped',
      snap: 'skipped',
      unique_facts_id: 'skipped',
      total_is_80: 'fail',
    });
    expect(await rows('select total from shown')).toEqual([{ total: 80 }]);
    expect(await rows('select count(*)::int as n from prices')).toEqual([{ n: 2 }]);
    expect(await rows('select * from snap')).toEqual(before);
    expect(await rows('select total from totals__rejected')).toEqual([{ total: 160 }]);
    expect(
      await rows(
        'select * exclude (n_records), n_records::int as n from main_dbt_test__audit.total_is_80',
      ),
    ).toEqual([{ value_field: 160, n: 1 }]);
    // A retry does all of it again, and passes.
    project.write({ 'seeds/prices.csv': 'id,price\n1,10\n2,20\n3,30\n' });
    const retry = await tsdbt('retry');
    expect(retry.exitCode, retry.output).toBe(0);
    expect(await relations()).toEqual(all);
    expect(await rows('select count(*)::int as n from prices')).toEqual([{ n: 3 }]);
  });

  test('in a first build nothing is there afterwards, but what is kept', async () => {
    project.write({ 'seeds/prices.csv': 'id,price\n1,50\n2,20\n' });
    expect((await tsdbt('build')).exitCode).toBe(1);
    expect(await relations()).toEqual([
      'main.totals__rejected',
      'main_dbt_test__audit.total_is_80',
    ]);
    project.write({ 'seeds/prices.csv': 'id,price\n1,10\n2,20\n' });
    expect((await tsdbt('build')).exitCode).toBe(0);
    expect(await relations()).toEqual(all);
  });

  test('an error ends the transaction: what comes after it is skipped', async () => {
    expect((await tsdbt('build')).exitCode).toBe(0);
    project.write({
      'models/totals.sql':
        "{{ config(materialized='table') }} select cast('x' as integer) as total from {{ ref('facts') }}",
      'models/zz.sql': "{{ config(materialized='table') }} select 1 as id",
      'seeds/prices.csv': 'id,price\n1,50\n2,20\n',
    });
    const run = await tsdbt('build');
    expect(run.exitCode).toBe(1);
    expect(statuses()).toMatchObject({ totals: 'error', shown: 'skipped', prices: 'skipped' });
    expect(run.output).toContain("Could not convert string 'x' to INT32");
    expect(run.output).not.toContain('transaction is aborted');
    expect(await rows('select total from shown')).toEqual([{ total: 80 }]);
    expect(await rows('select price from prices where id = 1')).toEqual([{ price: 10 }]);
  });
});

describe('what can not be part of it is refused by name', () => {
  const refused = async (name: string, problem: string) => {
    const run = await tsdbt('build');
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('TS5051');
    expect(run.output).toContain(name);
    expect(run.output).toContain(problem);
    expect(await relations()).toEqual([]);
  };

  test('a node that runs through a macro', async () => {
    project.write({
      'models/ext.sql': "{{ config(materialized='external', location='x.csv') }} select 1 as id",
    });
    await refused('model.shop.ext', 'runs through the macro');
  });

  test('a hook outside of the transaction', async () => {
    project.write({
      'models/hooked.sql':
        "{{ config(post_hook={'sql': 'select 1', 'transaction': false}) }} select 1 as id",
    });
    await refused('model.shop.hooked', 'post-hook that is to run outside of the transaction');
  });

  test('a hook that commits is an error of its node', async () => {
    project.write({
      'models/hooked.sql': "{{ config(pre_hook='commit; begin') }} select 1 as id",
    });
    const run = await tsdbt('build');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('begins or ends a transaction by itself: commit; begin');
    expect(await relations()).toEqual([]);
  });
});
