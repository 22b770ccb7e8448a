import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const database = () => join(project.root, 'target/shop.duckdb');

/** Names of the nodes that a build with --changed ran. */
async function ran(...args: string[]): Promise<readonly string[]> {
  const run = await tsdbt('build', '--changed', ...args);
  expect(run.stderr).toBe('');
  return readRunResults(project.root)
    .filter((r) => !r.message?.startsWith('unchanged'))
    .map((r) => r.unique_id.split('.')[2]!)
    .sort();
}

const shop = {
  'seeds/raw.csv': 'id,amount\n1,10\n2,20\n',
  'models/stage.sql': "select id, amount from {{ ref('raw') }}",
  'models/facts.sql':
    "{{ config(materialized='table') }} select id, amount * 2 as amount from {{ ref('stage') }}",
  'models/report.sql':
    "{{ config(materialized='table') }} select sum(amount) as total from {{ ref('facts') }}",
  'models/p.yml':
    'models:\n- name: facts\n  columns:\n  - name: id\n    data_tests: [unique: {name: ids}]\n',
};

test('a second build runs nothing but seeds; each edit runs what it reaches', async () => {
  project = projectFixture(shop);
  expect(await ran()).toEqual(['facts', 'ids', 'raw', 'report', 'stage']);
  expect(await ran()).toEqual(['raw']);
  project.write({ 'models/report.sql': `${shop['models/report.sql']} where true` });
  expect(await ran()).toEqual(['raw', 'report']);
  project.write({ 'seeds/raw.csv': 'id,amount\n1,10\n2,30\n' });
  expect(await ran()).toEqual(['facts', 'ids', 'raw', 'report', 'stage']);
  expect(await queryDatabase(database(), 'select total::int as total from report')).toEqual([
    { total: 80 },
  ]);
  // A comment of the template leaves no trace in the SQL.
  project.write({ 'models/stage.sql': `{# why #}${shop['models/stage.sql']}` });
  expect(await ran()).toEqual(['raw']);
});

test('what a run without the flag builds counts as changed', async () => {
  project = projectFixture(shop);
  await ran();
  await tsdbt('run', '--select', 'facts');
  expect(await ran()).toEqual(['facts', 'ids', 'raw', 'report']);
});

test('each reason is told', async () => {
  project = projectFixture(shop);
  await ran();
  const same = await tsdbt('build', '--changed', '--explain');
  expect(same.output).toContain('not run: neither it nor what it reads has changed');
  project.write({ 'models/facts.sql': shop['models/facts.sql'].replace('* 2', '* 3') });
  const changed = await tsdbt('build', '--changed', '--explain');
  expect(changed.output).toContain('run because its SQL or configuration has changed');
  expect(changed.output).toContain('run because model.shop.facts has changed');
});

test.each([
  ['the clock', 'select now() as t', 'it reads now()'],
  ['chance', 'select random() as r', 'it reads random()'],
  ['a word for the date', 'select current_date as d', 'it reads current_date'],
  ['a file', "select * from read_csv('seeds/raw.csv')", 'it reads read_csv()'],
  ['a file by its name', "select * from 'seeds/raw.csv'", 'which is neither a ref nor a source'],
  ['a sample', "select * from {{ ref('raw') }} using sample 1 rows", 'it reads a sample'],
])('%s is read again each time', async (_name, sql, reason) => {
  project = projectFixture({
    'seeds/raw.csv': shop['seeds/raw.csv'],
    'models/m.sql': `{{ config(materialized='table') }} ${sql}`,
  });
  const cwd = process.cwd();
  process.chdir(project.root);
  try {
    expect((await tsdbt('build', '--changed')).exitCode).toBe(0);
    const again = await tsdbt('build', '--changed', '--explain');
    expect(again.output).toContain(reason);
  } finally {
    process.chdir(cwd);
  }
});

test('a view in between carries the change of what it reads', async () => {
  project = projectFixture({
    ...shop,
    'models/facts.sql': shop['models/facts.sql'],
    'models/seen.sql': "{{ config(materialized='view') }} select * from {{ ref('facts') }}",
    'models/below.sql':
      "{{ config(materialized='table') }} select count(*) as n from {{ ref('seen') }}",
  });
  await ran();
  project.write({ 'seeds/raw.csv': 'id,amount\n1,10\n' });
  await ran('--select', 'raw', 'stage', 'facts');
  expect(await ran('--select', 'below')).toEqual(['below']);
  expect(await queryDatabase(database(), 'select n::int as n from below')).toEqual([{ n: 1 }]);
});

test('a relation that is gone, or of another kind, is built again', async () => {
  project = projectFixture(shop);
  await ran();
  await queryDatabase(database(), 'drop table report');
  expect(await ran()).toEqual(['raw', 'report']);
});

test('a source is read and hashed', async () => {
  project = projectFixture({
    'models/m.sql': "{{ config(materialized='table') }} select * from {{ source('up', 't') }}",
    'models/p.yml': 'sources:\n- name: up\n  schema: main\n  tables: [{name: t}]\n',
  });
  await tsdbt('debug');
  await tsdbt('show', '--inline', 'select 1');
  await queryDatabase(database(), 'create table t as select 1 as id');
  expect(await ran()).toEqual(['m']);
  expect(await ran()).toEqual([]);
  await queryDatabase(database(), 'update t set id = 2');
  expect(await ran()).toEqual(['m']);
});

test('a test that fails runs again until it passes', async () => {
  project = projectFixture({ ...shop, 'seeds/raw.csv': 'id,amount\n1,10\n1,20\n' });
  await tsdbt('build', '--changed', '--audit', 'none');
  const again = await tsdbt('test', '--changed');
  expect(again.exitCode).toBe(1);
  expect(again.output).toContain('FAIL');
});
