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
    'profiles.yml': profile('secrets: [{type: nonsense, name: up, key_id: hush}]'),
    'models/m.sql': 'select 1 as id',
  });
  const run = await tsdbt('run');
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain('TS4008');
  expect(run.output).toContain('the secret up');
  expect(run.output).not.toContain('hush');
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
