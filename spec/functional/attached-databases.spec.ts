import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const profile = (more: string) =>
  `shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, ${more}}}}\n`;
const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });

test('models are read from and written to attached databases', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': profile('attach: [{path: other.duckdb, alias: other}]'),
    'models/there.sql': "{{ config(materialized='table', database='other') }} select 7 as id",
    'models/here.sql':
      "{{ config(materialized='table') }} select * from {{ ref('there') }} where id in (select id from {{ source('up', 'there') }})",
    'models/p.yml':
      'sources:\n- {name: up, database: other, schema: main, tables: [{name: there}]}\n',
  });
  const run = await tsdbt('run', '--select', 'there');
  expect(run.exitCode, run.output).toBe(0);
  const second = await tsdbt('run');
  expect(second.exitCode, second.output).toBe(0);
  expect(await queryDatabase(join(project.root, 'shop.duckdb'), 'select id from here')).toEqual([
    { id: 7 },
  ]);
  expect(await queryDatabase(join(project.root, 'other.duckdb'), 'select id from there')).toEqual([
    { id: 7 },
  ]);
});

test('extensions and settings are in place before anything runs', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': profile('extensions: [json], settings: {TimeZone: UTC}, threads: 2'),
    'models/m.sql': "select current_setting('TimeZone') as zone",
  });
  const run = await tsdbt('show', '--select', 'm');
  expect(run.stdout).toContain('UTC');
});

test('what does not work is said, and no secret with it', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: shop.duckdb
      secrets:
        - {type: http, bearer_token: hush}
        - {type: nonsense, name: up, key_id: hush}
`,
    'models/m.sql': 'select 1 as id',
  });
  for (const args of [['run'], ['run-operation', '--sql', 'select 1'], ['debug']]) {
    const run = await tsdbt(...args);
    expect(run.exitCode).not.toBe(0);
    expect(run.output).toMatch(/profiles\.yml:9:11 TS4008: .* the secret up/);
    expect(run.output).not.toContain('hush');
  }
});

test('secrets are made under their names, or under one of ours', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': profile(
      'secrets: [{type: http, name: up, bearer_token: "{{ env_var(\'DBT_ENV_SECRET_TOKEN\') }}", scope: [https://a.example]}, {type: http, extra_http_headers: {X-Key: "it\'s"}}]',
    ),
    'models/m.sql':
      "{{ config(materialized='table') }} select name, type, scope, secret_string from duckdb_secrets()",
  });
  const run = await runTsdbt(['run'], {
    cwd: project.root,
    env: { DBT_ENV_SECRET_TOKEN: 'hush-hush' },
  });
  expect(run.exitCode, run.output).toBe(0);
  expect(run.output).not.toContain('hush-hush');
  const made = await queryDatabase(
    join(project.root, 'shop.duckdb'),
    'select name, type, scope from m order by name',
  );
  expect(made).toEqual([
    { name: '_tsdbt_secret_2', type: 'http', scope: [] },
    { name: 'up', type: 'http', scope: ['https://a.example'] },
  ]);
});

test('what is not built here is read from an attached file that the state names', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    prod: {type: duckdb, path: prod.duckdb, schema: live}
    dev: {type: duckdb, path: dev.duckdb, attach: [{path: prod.duckdb, read_only: true}]}
`,
    'models/above.sql': "{{ config(materialized='table') }} select '{{ target.name }}' as made",
    'models/below.sql': "{{ config(materialized='table') }} select made from {{ ref('above') }}",
  });
  expect((await tsdbt('build', '-t', 'prod', '--target-path', 'state')).exitCode).toBe(0);
  const run = await tsdbt('build', '--select', 'below', '--defer', '--state', 'state');
  expect(run.exitCode, run.output).toBe(0);
  const path = join(project.root, 'dev.duckdb');
  expect(await queryDatabase(path, 'select made from below')).toEqual([{ made: 'prod' }]);
});

test('a database that is to be read only and is not there is an error', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': profile('attach: [{path: missing.duckdb, alias: other, read_only: true}]'),
    'models/m.sql': 'select 1 as id',
  });
  const run = await tsdbt('run');
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain('attaching missing.duckdb');
});

test.each(['md:my_db', 'motherduck:x', 'ducklake:meta.ducklake', 's3://bucket/x.db'])(
  'the path %s is not taken for a file',
  async (path) => {
    project = projectFixture({
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'profiles.yml': `shop: {target: dev, outputs: {dev: {type: duckdb, path: '${path}'}}}\n`,
      'models/m.sql': 'select 1 as id',
    });
    const run = await tsdbt('run');
    expect(run.exitCode).toBe(2);
    expect(run.output).toMatch(/TS1005.*"path".*is a file or :memory:/);
    expect(existsSync(join(project.root, path))).toBe(false);
  },
);

test('keys of a profile that change nothing here are accepted, and a hidden file has a name', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `
shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: .shop.duckdb
      keep_open: false
      disable_transactions: true
      retries: {query_attempts: 3, retryable_exceptions: [IOException]}
      module_paths: [python]
      plugins: [{module: excel, config: {output: {engine: openpyxl}}}]
`,
    'models/m.sql': "select '{{ target.database }}' as db, current_database() as engine",
  });
  const run = await tsdbt('run');
  expect(run.exitCode, run.output).toBe(0);
  expect(await queryDatabase(join(project.root, '.shop.duckdb'), 'from m')).toEqual([
    { db: 'shop', engine: 'shop' },
  ]);
});
