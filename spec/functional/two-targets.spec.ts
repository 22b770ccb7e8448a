import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;

beforeEach(async () => {
  project = projectFixture({
    'project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, schema: dev}
    prod: {type: duckdb, path: shop.duckdb, schema: prod}
`,
    'seeds/prices.csv': 'id\n1\n',
    'landing/orders/2026-01-01/one.csv': 'id\n1\n',
    'models/s.yml': `sources:
  - name: shop
    tables:
      - name: orders
        landing: {path: "landing/orders/{processing_date}/*.csv", format: csv}
        columns: [{name: id, data_type: integer}]
`,
    'models/raw.sql':
      "{{ config(materialized='landing') }} select id, processing_date, _file, _line from {{ source('shop', 'orders') }}",
    'models/facts.sql':
      "{{ config(materialized='incremental', unique_key='id') }} select id from {{ ref('raw') }}",
  });
  await ok('build', '-t', 'prod');
});
afterEach(() => project.remove());

async function ok(...args: string[]): Promise<string> {
  const run = await runTsdbt(args, { cwd: project.root });
  expect(run.exitCode, run.output).toBe(0);
  return run.output;
}

const query = (sql: string) => queryDatabase(join(project.root, 'shop.duckdb'), sql);

/** How many rows each relation has, in prod and in dev. */
async function counts() {
  const of = (schema: string) =>
    `select (select count(*)::int from ${schema}.prices) as prices, (select count(*)::int from ${schema}.raw) as raw, (select count(*)::int from ${schema}.facts) as facts`;
  return [...(await query(of('prod'))), ...(await query(of('dev')))];
}

test('what one target has loaded is loaded into the other, too', async () => {
  project.write({
    'seeds/prices.csv': 'id\n1\n2\n',
    'landing/orders/2026-01-02/two.csv': 'id\n2\n3\n',
  });
  await ok('build', '-t', 'dev');
  expect(await counts()).toEqual([
    { prices: 1, raw: 1, facts: 1 },
    { prices: 2, raw: 3, facts: 3 },
  ]);
  await ok('build', '-t', 'prod');
  expect(await counts()).toEqual([
    { prices: 2, raw: 3, facts: 3 },
    { prices: 2, raw: 3, facts: 3 },
  ]);
  for (const target of ['dev', 'prod']) {
    const output = await ok('build', '-t', target);
    expect(output.match(/nothing new/g)).toHaveLength(2);
  }
});

test('rows that went away in one target do not rebuild the other', async () => {
  await ok('build', '-t', 'dev');
  project.write({ 'landing/orders/2026-01-01/one.csv': 'id\n9\n' });
  expect(await ok('build', '-t', 'dev')).toContain('rows of model.shop.raw have gone away');
  expect(await query('select id from dev.facts')).toEqual([{ id: 9 }]);
  expect(await query('select id from prod.facts')).toEqual([{ id: 1 }]);
  expect(await ok('build', '-t', 'prod')).toContain('rows of model.shop.raw have gone away');
  expect(await query('select id from prod.facts')).toEqual([{ id: 9 }]);
});

test('--changed knows what each target was built from', async () => {
  const ran = () =>
    readRunResults(project.root)
      .filter((r) => !r.message?.startsWith('unchanged'))
      .map((r) => r.unique_id.split('.')[2]!)
      .sort();
  project.write({ 'models/table.sql': "{{ config(materialized='table') }} select 1 as id" });
  for (const target of ['dev', 'prod'])
    await ok('run', '--changed', '--select', 'table', '-t', target);
  for (const target of ['dev', 'prod']) {
    await ok('run', '--changed', '--select', 'table', '-t', target);
    expect(ran()).toEqual([]);
  }
  project.write({ 'models/table.sql': "{{ config(materialized='table') }} select 2 as id" });
  for (const target of ['dev', 'prod']) {
    await ok('run', '--changed', '--select', 'table', '-t', target);
    expect(ran()).toEqual(['table']);
  }
});

test('a ledger that knows the node alone is taken over', async () => {
  for (const table of ['landing_files', 'batches', 'resets'])
    await query(`alter table _tsdbt.${table} drop column relation`);
  rmSync(join(project.root, 'landing/orders/2026-01-01/one.csv'));
  project.write({ 'landing/orders/2026-01-02/two.csv': 'id\n2\n' });
  await ok('build', '-t', 'prod');
  expect(await query('select id from prod.raw order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await query('select distinct node, relation from _tsdbt.landing_files')).toEqual([
    { node: 'model.shop.raw', relation: 'prod.raw' },
  ]);
});
