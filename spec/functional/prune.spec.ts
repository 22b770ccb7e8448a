import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

const shop: ProjectFiles = {
  'dbt_project.yml': 'name: shop\nversion: 1.0.0\nprofile: shop\n',
  'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, schema: dev}
    prod: {type: duckdb, path: shop.duckdb, schema: prod}
`,
  'seeds/countries.csv': 'id,name\n1,a\n2,b\n',
  'models/stg.sql': "select id, name from {{ ref('countries') }}",
  'models/tab.sql': "{{ config(materialized='table') }} select 1 as id",
  'models/inc.sql': "{{ config(materialized='incremental') }} select 1 as id",
  'models/m.yml':
    'models:\n  - name: tab\n    columns: [{name: id, data_tests: [{accepted_values: {arguments: {values: [2]}, config: {severity: warn, store_failures: true}}}]}]\n',
  'snapshots/snap.yml':
    "snapshots:\n  - name: snap\n    relation: ref('countries')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
};

beforeEach(() => {
  fixture = projectFixture(shop);
});
afterEach(() => fixture.remove());

const run = (...args: readonly string[]) => runTsdbt(args, { cwd: fixture.root });

async function ok(...args: readonly string[]): Promise<string> {
  const ran = await run(...args);
  expect({ exitCode: ran.exitCode, output: ran.output }).toMatchObject({ exitCode: 0 });
  return ran.stdout;
}

const query = (sql: string) => queryDatabase(join(fixture.root, 'shop.duckdb'), sql);

const remove = (...paths: readonly string[]) => {
  for (const path of paths) rmSync(join(fixture.root, path));
};

async function relations(): Promise<readonly string[]> {
  const rows = await query(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema <> '_tsdbt' order by 1",
  );
  return rows.map(({ name }) => String(name));
}

interface Pruned {
  readonly relation: string;
  readonly type: string;
  readonly unique_id: string;
  readonly reason: string;
  readonly kept: string | null;
}

/** What prune says, by the relation's name without its database. */
async function prune(...args: readonly string[]): Promise<Record<string, string>> {
  const pruned = JSON.parse(await ok('prune', '--output', 'json', ...args)) as readonly Pruned[];
  return Object.fromEntries(
    pruned.map(({ relation, reason, kept }) => [
      relation.split('.').slice(1).join('.').replaceAll('"', ''),
      kept === null ? reason : `kept: ${kept}`,
    ]),
  );
}

const everything = [
  'dev.countries',
  'dev.inc',
  'dev.snap',
  'dev.stg',
  'dev.tab',
  'dev_dbt_test__audit.accepted_values_tab_id__2',
];

describe('tsdbt prune', () => {
  test('what the project makes is left alone', async () => {
    await ok('build');
    expect(await relations()).toEqual(everything);
    expect(await prune()).toEqual({});
    expect(await relations()).toEqual(everything);
  });

  test('a deleted seed, a renamed model, a disabled one, one that is ephemeral now, a deleted test', async () => {
    fixture.write({ 'models/eph.sql': 'select 1 as id' });
    await ok('build');
    remove('seeds/countries.csv', 'snapshots/snap.yml', 'models/stg.sql', 'models/m.yml');
    fixture.write({
      'models/stg_new.sql': 'select 1 as id',
      'models/tab.sql': "{{ config(materialized='table', enabled=false) }} select 1 as id",
      'models/eph.sql': "{{ config(materialized='ephemeral') }} select 1 as id",
    });
    await ok('run');
    const before = await relations();
    const { 'dev_dbt_test__audit.accepted_values_tab_id__2': failures, ...others } =
      await prune('--dry-run');
    expect(failures).toMatch(/^there is no test\.shop\.accepted_values_tab_id__2\.\w+ any more$/);
    expect(others).toEqual({
      'dev.countries': 'there is no seed.shop.countries any more',
      'dev.stg': 'there is no model.shop.stg any more',
      'dev.tab': 'model.shop.tab is disabled',
      'dev.eph': 'model.shop.eph is ephemeral now',
      'dev.snap':
        'kept: it is a snapshot, whose history nothing brings back: --include-snapshots drops it',
    });
    expect(await relations()).toEqual(before);
    await ok('prune');
    expect(await relations()).toEqual(['dev.inc', 'dev.snap', 'dev.stg_new']);
    await ok('prune', '--include-snapshots');
    expect(await relations()).toEqual(['dev.inc', 'dev.stg_new']);
    expect(await query('select count(*)::int as n from _tsdbt.relations')).toEqual([{ n: 2 }]);
  });

  test('a model whose alias or schema changed', async () => {
    await ok('run', '--select', 'tab', 'inc');
    fixture.write({
      'models/tab.sql': "{{ config(materialized='table', alias='tables') }} select 1 as id",
      'models/inc.sql': "{{ config(materialized='incremental', schema='marts') }} select 1 as id",
    });
    await ok('run', '--select', 'tab', 'inc');
    expect(await prune()).toEqual({
      'dev.tab': 'model.shop.tab is "shop"."dev"."tables" now',
      'dev.inc':
        'kept: it is incremental, and may hold rows that are nowhere else: --include-incremental drops it',
    });
    expect(await prune('--include-incremental')).toEqual({
      'dev.inc': 'model.shop.inc is "shop"."dev_marts"."inc" now',
    });
    expect(await relations()).toEqual(['dev.tables', 'dev_marts.inc']);
  });

  test('what stood there before tsdbt came is never dropped', async () => {
    await query('create schema dev');
    await query('create table dev.tab as select 42 as mine');
    await ok('run', '--select', 'tab');
    remove('models/tab.sql', 'models/m.yml');
    expect(await prune()).toEqual({});
    expect(await relations()).toEqual(['dev.tab']);
  });

  test("what is somebody's own since is not dropped", async () => {
    await ok('run', '--select', 'tab', 'inc', 'stg', '--exclude', 'stg');
    await ok('seed');
    await query('drop table dev.tab');
    await query('create table dev.tab as select 1 as id, 2 as mine');
    await query('drop table dev.countries');
    await query('create view dev.countries as select 1 as id');
    remove(
      'models/tab.sql',
      'models/m.yml',
      'seeds/countries.csv',
      'snapshots/snap.yml',
      'models/stg.sql',
    );
    expect(await prune()).toEqual({
      'dev.tab': 'kept: its definition is not the one that tsdbt left',
      'dev.countries': 'kept: it is a view now, and tsdbt made a table',
    });
    expect(await relations()).toEqual(['dev.countries', 'dev.inc', 'dev.tab']);
  });

  test('a table of somebody that an incremental model added to is not certain any more', async () => {
    await ok('run', '--select', 'inc');
    await query('drop table dev.inc');
    await query('create table dev.inc as select 1 as id, 2 as mine');
    fixture.write({
      'models/inc.sql': "{{ config(materialized='incremental') }} select 1 as id, 3 as mine",
    });
    await ok('run', '--select', 'inc');
    remove('models/inc.sql');
    expect(await prune('--include-incremental')).toEqual({
      'dev.inc':
        'kept: the run that made it was stopped before it was certain, or something else stood there since',
    });
  });

  test('a relation that a view reads which stays', async () => {
    await ok('run', '--select', 'tab', 'inc');
    await query('create view dev.report as with t as (select * from dev.tab) select * from t');
    remove('models/tab.sql', 'models/m.yml');
    expect(await prune()).toEqual({
      'dev.tab': 'kept: the view "shop"."dev"."report" reads it, and would break',
    });
    await query('drop view dev.report');
    expect(await prune()).toEqual({ 'dev.tab': 'there is no model.shop.tab any more' });
  });

  test('a view and the table that it reads go together', async () => {
    fixture.write({ 'models/above.sql': "select * from {{ ref('tab') }}" });
    await ok('run', '--select', 'tab', 'above');
    remove('models/tab.sql', 'models/m.yml', 'models/above.sql');
    expect(Object.keys(await prune()).sort()).toEqual(['dev.above', 'dev.tab']);
    expect(await relations()).toEqual([]);
  });

  test('a relation that a foreign key points at is an error, and stays', async () => {
    await ok('run', '--select', 'inc');
    fixture.write({
      'models/parent.sql': "{{ config(materialized='table') }} select 1 as id",
      'models/p.yml': `models:
  - name: parent
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
`,
    });
    await ok('run', '--select', 'parent');
    await query('create table dev.child (id integer references dev.parent (id))');
    remove('models/parent.sql', 'models/p.yml');
    const pruned = await run('prune');
    expect(pruned.exitCode).toBe(1);
    expect(pruned.output).toContain('ERROR   table "shop"."dev"."parent"');
    expect(await relations()).toContain('dev.parent');
  });

  test('another target of the project, and another schema of the same one, are left alone', async () => {
    await ok('run', '--select', 'tab');
    await ok('run', '--select', 'tab', '--target', 'prod');
    remove('models/tab.sql', 'models/m.yml');
    expect(Object.keys(await prune())).toEqual(['dev.tab']);
    expect(await relations()).toEqual(['prod.tab']);
  });

  test('two projects that share a schema', async () => {
    await ok('run', '--select', 'tab', 'inc');
    const other = projectFixture({
      ...shop,
      'dbt_project.yml': 'name: other\nversion: 1.0.0\nprofile: shop\n',
      'profiles.yml': `shop: {target: dev, outputs: {dev: {type: duckdb, path: ${join(fixture.root, 'shop.duckdb')}, schema: dev}}}\n`,
      'models/own.sql': "{{ config(materialized='table') }} select 1 as id",
    });
    const built = await runTsdbt(['run', '--select', 'own', 'tab'], { cwd: other.root });
    expect(built.exitCode).toBe(0);
    other.remove();
    // `own` is the other project's; `tab` was built by both, and is nobody's.
    remove('models/tab.sql', 'models/m.yml');
    expect(await prune()).toEqual({});
    expect(await relations()).toEqual(['dev.inc', 'dev.own', 'dev.tab']);
  });

  test('a relation that is a source now', async () => {
    await ok('run', '--select', 'tab');
    remove('models/tab.sql', 'models/m.yml');
    fixture.write({ 'models/s.yml': 'sources:\n  - name: dev\n    tables: [{name: tab}]\n' });
    expect(await prune()).toEqual({});
  });

  test('a project that can not be read prunes nothing', async () => {
    await ok('run', '--select', 'tab');
    remove('models/tab.sql', 'models/m.yml');
    fixture.write({ 'models/broken.sql': "select * from {{ ref('nowhere') }}" });
    expect((await run('prune')).exitCode).toBe(2);
    expect(await relations()).toEqual(['dev.tab']);
  });

  test('without a database nothing is made', async () => {
    expect(await ok('prune', '--quiet')).toBe('0 dropped, 0 kept.');
    expect(existsSync(join(fixture.root, 'shop.duckdb'))).toBe(false);
  });
});

test('landing models, their quarantine and rejected rows', async () => {
  const landing = projectFixture({
    'project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: dev}}}\n`,
    'landing/orders/2026-01-01/orders.csv': 'id,amount\n1,2\nx,3\n',
    'models/raw.yml': `sources:
  - name: shop
    tables:
      - name: orders
        landing: {path: "landing/orders/{processing_date}/*.csv", format: csv}
        columns: [{name: id, data_type: integer}, {name: amount, data_type: integer}]
`,
    'models/raw_orders.sql':
      "{{ config(materialized='landing') }} select id, amount, processing_date, _file, _line from {{ source('shop', 'orders') }}",
    'models/bad.sql': "{{ config(materialized='table') }} select 1 as id union all select 1",
    'models/bad.yml': 'models:\n  - name: bad\n    columns: [{name: id, data_tests: [unique]}]\n',
  });
  const database = join(landing.root, 'shop.duckdb');
  const names = async () =>
    (
      await queryDatabase(
        database,
        "select table_name as name from information_schema.tables where table_schema = 'dev' order by 1",
      )
    ).map(({ name }) => name);
  await runTsdbt(['build'], { cwd: landing.root });
  expect(await names()).toEqual(['bad__rejected', 'raw_orders', 'raw_orders__quarantine']);
  for (const file of ['raw_orders.sql', 'bad.sql', 'bad.yml'])
    rmSync(join(landing.root, 'models', file));
  const kept = await runTsdbt(['prune'], { cwd: landing.root });
  expect(kept.exitCode).toBe(0);
  expect(kept.output).toContain('--include-landing');
  expect(await names()).toEqual(['raw_orders', 'raw_orders__quarantine']);
  await runTsdbt(['prune', '--include-landing'], { cwd: landing.root });
  expect(await names()).toEqual([]);
  // The files are loaded again when the model comes back.
  landing.write({
    'models/raw_orders.sql':
      "{{ config(materialized='landing') }} select id, amount, processing_date, _file, _line from {{ source('shop', 'orders') }}",
  });
  const again = await runTsdbt(['build'], { cwd: landing.root });
  expect(again.exitCode, again.output).toBe(0);
  expect(await names()).toEqual(['raw_orders', 'raw_orders__quarantine']);
  landing.remove();
});
