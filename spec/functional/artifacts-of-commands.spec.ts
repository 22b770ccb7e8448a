import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const files = {
  'dbt_project.yml': 'name: d\n',
  'seeds/s.csv': 'id\n1\n',
  'models/a.sql': 'select 1 as id',
  'models/b.sql': "select id from {{ ref('a') }}",
  'models/p.yml':
    'models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]\n' +
    "exposures:\n  - {name: page, type: dashboard, owner: {name: o}, depends_on: [ref('b')]}\n" +
    "  - {name: other, type: dashboard, owner: {name: o}, depends_on: [ref('s')]}\n",
  'macros/m.sql':
    '{% macro m() %}{{ return(1) }}{% endmacro %}{% macro bad() %}{{ nothing() }}{% endmacro %}',
};

const statuses = () =>
  Object.fromEntries(
    readRunResults(fixture.root).map((result) => [
      result.unique_id.replace(/\.[0-9a-f]{10}$/, ''),
      result.status,
    ]),
  );
const has = (name: string) => existsSync(join(fixture.root, 'target', name));

test('compile has a result of each node, seeds and hooks of the project too', async () => {
  fixture = projectFixture({
    ...files,
    'dbt_project.yml': `${files['dbt_project.yml']}on-run-end: select 1\n`,
  });
  expect((await runTsdbt(['compile'], { cwd: fixture.root })).exitCode).toBe(0);
  expect(statuses()).toEqual({
    'model.d.a': 'success',
    'model.d.b': 'success',
    'operation.d.d-on-run-end-0': 'success',
    'seed.d.s': 'success',
    'test.d.unique_a_id': 'success',
  });
  const [first] = readRunResults(fixture.root);
  expect(first).toMatchObject({ compiled: true, compiled_code: 'select 1 as id', message: null });
});

test('a text that is compiled has a result, too', async () => {
  fixture = projectFixture(files);
  await runTsdbt(['compile', '--inline', "select * from {{ ref('a') }}"], { cwd: fixture.root });
  expect(statuses()).toEqual({ 'sql_operation.d.inline_query': 'success' });
});

test('show and run-operation leave a result and the manifest', async () => {
  fixture = projectFixture(files);
  await runTsdbt(['show', '-s', 'a'], { cwd: fixture.root });
  expect(statuses()).toEqual({ 'model.d.a': 'success' });
  expect(has('manifest.json')).toBe(true);
  await runTsdbt(['run-operation', 'm'], { cwd: fixture.root });
  expect(statuses()).toEqual({ 'macro.d.m': 'success' });
  expect((await runTsdbt(['run-operation', 'bad'], { cwd: fixture.root })).exitCode).toBe(1);
  expect(statuses()).toEqual({ 'macro.d.bad': 'error' });
});

test('what docs are made of is what ran last, not what was compiled', async () => {
  fixture = projectFixture(files);
  await runTsdbt(['compile'], { cwd: fixture.root });
  await runTsdbt(['docs', 'generate'], { cwd: fixture.root });
  const site = (name: string) => readFileSync(join(fixture.root, 'target', name), 'utf8');
  expect(site('index.html')).not.toContain('"status":"success"');
});

test('a build has results of exposures: nothing to do, or skipped with what they show', async () => {
  fixture = projectFixture(files);
  const run = await runTsdbt(['build'], { cwd: fixture.root });
  expect(run.exitCode).toBe(0);
  expect(run.output).toContain('NO-OP=2 TOTAL=6');
  expect(statuses()).toMatchObject({ 'exposure.d.page': 'no-op', 'exposure.d.other': 'no-op' });
  await runTsdbt(['build', '--exclude-resource-type', 'exposure'], { cwd: fixture.root });
  expect(Object.keys(statuses())).not.toContain('exposure.d.page');
  fixture.remove();
  fixture = projectFixture({ ...files, 'models/a.sql': 'select 1 as id union all select 1' });
  await runTsdbt(['build'], { cwd: fixture.root });
  expect(statuses()).toMatchObject({
    'test.d.unique_a_id': 'fail',
    'model.d.b': 'skipped',
    'exposure.d.page': 'skipped',
    'exposure.d.other': 'no-op',
  });
  const retry = await runTsdbt(['retry'], { cwd: fixture.root });
  expect(retry.output).not.toContain('no longer in the project');
});

test('ls leaves the manifest, and no results', async () => {
  fixture = projectFixture(files);
  await runTsdbt(['ls'], { cwd: fixture.root });
  expect(has('manifest.json')).toBe(true);
  expect(has('run_results.json')).toBe(false);
});
