import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(async () => {
  fixture = projectFixture({
    'dbt_project.yml':
      'name: shop\nversion: 1.0.0\nprofile: shop\non-run-start: create table if not exists main.hooked as select 1 as x\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    prod: {type: duckdb, path: shop.duckdb, schema: prod}
    dev: {type: duckdb, path: shop.duckdb, schema: dev}
    apart:
      type: duckdb
      path: apart.duckdb
      schema: dev
      attach: [{path: shop.duckdb, alias: shop}]
`,
    'seeds/countries.csv': 'id,name\n1,a\n2,b\n',
    'models/stg.sql': "select id, name from {{ ref('countries') }}",
    'models/tab.sql': "{{ config(materialized='table') }} select id from {{ ref('stg') }}",
    'models/eph.sql': "{{ config(materialized='ephemeral') }} select 1 as x",
    'models/inc.sql':
      "{{ config(materialized='incremental', unique_key='id') }} select id from {{ ref('stg') }}",
    'models/p.yml': 'models:\n  - name: tab\n    columns: [{name: id, data_tests: [unique]}]\n',
    'snapshots/s.sql':
      "{% snapshot snap %}{{ config(strategy='check', unique_key='id', check_cols='all') }} select * from {{ ref('countries') }}{% endsnapshot %}",
  });
  await ok('build', '--target', 'prod', '--target-path', 'state');
  fixture.write({ 'models/added.sql': 'select 3 as y' });
  await query('drop table main.hooked');
});
afterEach(() => fixture.remove());

async function ok(...args: readonly string[]): Promise<string> {
  const run = await runTsdbt(args, { cwd: fixture.root });
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return run.stdout;
}

const query = (sql: string) => queryDatabase(join(fixture.root, 'shop.duckdb'), sql);

const relations = (schema: string) =>
  query(
    `select table_name as name, table_type as type from information_schema.tables where table_schema = '${schema}' order by 1`,
  );

const results = () =>
  Object.fromEntries(
    readRunResults(fixture.root).map((r) => [r.unique_id, `${r.status} ${r.message}`]),
  );

/** What dbt 1.12 does in the same project. */
describe('tsdbt clone', () => {
  test('makes views of what the state has, and passes over what it has not', async () => {
    const output = await ok('clone', '--state', 'state');
    expect(output).toContain('model.shop.added is not in the state');
    expect(await relations('dev')).toEqual(
      ['countries', 'inc', 'snap', 'stg', 'tab'].map((name) => ({ name, type: 'VIEW' })),
    );
    const [view] = await query("select sql from duckdb_views() where view_name = 'inc'");
    expect(view).toEqual({ sql: 'CREATE VIEW dev.inc AS SELECT * FROM shop.prod.inc;' });
    expect(results()).toEqual({
      'model.shop.added': 'success No-op',
      'model.shop.inc': 'success OK',
      'model.shop.stg': 'success OK',
      'model.shop.tab': 'success OK',
      'seed.shop.countries': 'success OK',
      'snapshot.shop.snap': 'success OK',
    });
    // The hooks of the project are not run.
    expect(await relations('main')).toEqual([]);
  });

  test('what stands there is left alone, unless a full refresh is asked for', async () => {
    await ok('run', '--select', 'tab', '--defer', '--state', 'state');
    await ok('clone', '--state', 'state', '--select', 'tab');
    expect(await relations('dev')).toEqual([{ name: 'tab', type: 'BASE TABLE' }]);
    expect(results()).toEqual({ 'model.shop.tab': 'success No-op' });
    await ok('clone', '--state', 'state', '--select', 'tab', '--full-refresh');
    expect(await relations('dev')).toEqual([{ name: 'tab', type: 'VIEW' }]);
    expect(results()).toEqual({ 'model.shop.tab': 'success OK' });
  });

  test('the selection, resource types, and nodes below that are built again', async () => {
    await ok('clone', '--state', 'state', '--resource-type', 'seed');
    expect(results()).toEqual({ 'seed.shop.countries': 'success OK' });
    await ok('clone', '--state', 'state', '--select', 'stg', 'eph');
    expect(results()).toEqual({ 'model.shop.stg': 'success OK' });
    await ok('build', '--exclude', 'snap');
    expect(await relations('dev')).toEqual([
      { name: 'added', type: 'VIEW' },
      { name: 'countries', type: 'BASE TABLE' },
      { name: 'inc', type: 'BASE TABLE' },
      { name: 'stg', type: 'VIEW' },
      { name: 'tab', type: 'BASE TABLE' },
    ]);
  });

  test('from an attached database', async () => {
    await ok('clone', '--state', 'state', '--target', 'apart', '--select', 'tab');
    const shown = await ok(
      'show',
      '--inline',
      "select * from {{ ref('tab') }} order by id",
      '-t',
      'apart',
      '--output',
      'json',
    );
    expect(JSON.parse(shown)).toMatchObject({ show: [{ id: 1 }, { id: 2 }] });
  });

  test('a project that says how tables are copied gets copies', async () => {
    fixture.write({
      'macros/clone.sql': `{% macro duckdb__can_clone_table() %}{{ return(true) }}{% endmacro %}
{% macro duckdb__create_or_replace_clone(to, from) %}create or replace table {{ to }} as from {{ from }}{% endmacro %}`,
    });
    await ok('clone', '--state', 'state');
    expect(await relations('dev')).toEqual([
      { name: 'countries', type: 'BASE TABLE' },
      { name: 'inc', type: 'BASE TABLE' },
      { name: 'snap', type: 'BASE TABLE' },
      { name: 'stg', type: 'VIEW' },
      { name: 'tab', type: 'BASE TABLE' },
    ]);
    expect(await query('select count(*)::int as n from dev.tab')).toEqual([{ n: 2 }]);
  });
});

describe('what can not be cloned', () => {
  test('without a state', async () => {
    const run = await runTsdbt(['clone'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('TS3047');
  });

  test('a relation that the state only claims to have is an error of its node', async () => {
    await query('drop table prod.tab');
    const run = await runTsdbt(['clone', '--state', 'state', '--select', 'tab', 'stg'], {
      cwd: fixture.root,
    });
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('Table with name tab does not exist');
    expect(await relations('dev')).toEqual([{ name: 'stg', type: 'VIEW' }]);
  });

  test('what stands where the state has it is never replaced by a view of itself', async () => {
    const args = ['clone', '--state', 'state', '--target', 'prod', '--select', 'tab'];
    await ok(...args);
    const run = await runTsdbt([...args, '--full-refresh'], { cwd: fixture.root });
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('TS5050');
    expect(await query('select count(*)::int as n from prod.tab')).toEqual([{ n: 2 }]);
  });
});
