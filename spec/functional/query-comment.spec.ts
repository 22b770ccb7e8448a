import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const profile = 'p: {target: dev, outputs: {dev: {type: duckdb, path: q.duckdb}}}\n';

/** A project whose hooks keep what DuckDB logged of the statements in between. */
function project(comment: string, file = 'dbt_project.yml'): void {
  fixture = projectFixture({
    [file]: `name: q
profile: p
on-run-start: ["call enable_logging('QueryLog')"]
on-run-end: ["create or replace table main.seen as select message from duckdb_logs where type = 'QueryLog'"]
${comment}`,
    'profiles.yml': profile,
    'models/a.sql': "{{ config(materialized='table', pre_hook='select 11') }} select 1 as a",
    'models/v.sql': "select a from {{ ref('a') }}",
    'models/a.yml': 'models:\n  - name: a\n    columns: [{name: a, data_tests: [not_null]}]\n',
    'macros/m.sql': `{% macro mine(n) %}
{%- if n is not none -%}m {{ n.unique_id }}|{{ n.nope }}|{{ n.config.materialized }}
{%- else -%}no node{%- endif -%}
{% endmacro %}
{% macro op() %}
{% do run_query("call enable_logging('QueryLog')") %}{% do run_query('select 42') %}
{% do print(run_query("select message from duckdb_logs where type = 'QueryLog' and message like '%select 42%' limit 1").columns[0].values()[0]) %}
{% endmacro %}`,
  });
}

async function call(...args: readonly string[]) {
  return await runTsdbt(args, { cwd: fixture.root });
}

/** The statements that hold a text, as DuckDB got them. */
async function statements(holding: string): Promise<readonly string[]> {
  const run = await call('build');
  expect(run.exitCode).toBe(0);
  const rows = await queryDatabase(join(fixture.root, 'q.duckdb'), 'select message from main.seen');
  return rows.map((row) => String(row['message'])).filter((text) => text.includes(holding));
}

/** Comments as dbt 1.12 with dbt-duckdb 1.11 sends them. */
describe('query-comment', () => {
  test('is that of dbt where a dbt project states none', async () => {
    project('');
    const [hook] = await statements('select 11');
    expect(hook).toBe(
      '/* {"app": "dbt", "dbt_version": "1.12.6", "profile_name": "p", "target_name": "dev", "node_id": "model.q.a"} */\nselect 11',
    );
    const [test] = await statements('as should_error');
    expect(test).toMatch(/^\/\* \{.*"node_id": "test\.q\.not_null_a_a\.[0-9a-f]{10}"\} \*\/\n/);
    const [begin] = await statements('begin');
    expect(begin).toBe('begin transaction');
  });

  test.each([['""'], ['null'], ['{comment: "", append: true}']])(
    'is none with %s',
    async (written) => {
      project(`query-comment: ${written}\n`);
      expect(await statements('select 11')).toEqual(['select 11']);
    },
  );

  test('is none in a project of ours that states none', async () => {
    project('', 'project.yml');
    expect(await statements('select 11')).toEqual(['select 11']);
  });

  test('is a text with the names of templates', async () => {
    project(`query-comment: "by {{ node.name }} {{ target.name }} {{ var('x', 'd') }}"\n`);
    expect(await statements('select 11')).toEqual(['/* by a dev d */\nselect 11']);
  });

  test('calls a macro, and stands behind the statement with append', async () => {
    project('query-comment: {comment: "{{ mine(node) }}", append: true, job-label: true}\n');
    expect(await statements('select 11')).toEqual(['select 11\n/* m model.q.a||table */']);
    const [view] = await statements('create or replace view');
    expect(view).toMatch(/\n\/\* m model\.q\.v\|\|view \*\/$/);
  });

  test('may return a value, keeps the default with append alone', async () => {
    project(`query-comment: "{{ return('r ' ~ connection_name) }}"\n`);
    expect(await statements('select 11')).toEqual(['/* r model.q.a */\nselect 11']);
    fixture.remove();
    project('query-comment: {append: true}\n');
    const [hook] = await statements('select 11');
    expect(hook).toMatch(/^select 11\n\/\* \{"app": "dbt", .*"node_id": "model\.q\.a"\} \*\/$/);
  });

  test('of run-operation has no node', async () => {
    project('query-comment: "{{ mine(node) }} {{ connection_name }}"\n');
    const run = await call('-q', 'run-operation', 'op');
    expect(run.stdout).toContain('/* no node macro_op */\nselect 42');
  });
});

describe('it changes nothing else', () => {
  test('neither compiled SQL nor artifacts, nor what --changed goes by', async () => {
    project('query-comment: "zebra"\n');
    fixture.write({ 'models/a.sql': 'select 1 as a' });
    const built = await call('build', '--changed');
    expect(built.exitCode).toBe(0);
    const read = (path: string) => readFileSync(join(fixture.root, 'target', path), 'utf8');
    expect(read('compiled/q/models/v.sql')).toBe('select a from "q"."main"."a"');
    expect(read('manifest.json') + read('run_results.json')).not.toContain('zebra');
    fixture.write({
      'dbt_project.yml': 'name: q\nprofile: p\nquery-comment: "second"\n',
    });
    const again = await call('build', '--changed');
    expect(again.output).toContain('PASS=1 WARN=0 ERROR=0 SKIP=0 NO-OP=2 TOTAL=3');
    const views = await queryDatabase(
      join(fixture.root, 'q.duckdb'),
      "select sql from duckdb_views() where view_name = 'v'",
    );
    expect(String(views[0]?.['sql'])).not.toContain('zebra');
  });

  test('an error of a model stands where the model has it', async () => {
    project('query-comment: "line 1\n\n  line 2"\n');
    fixture.write({ 'models/bad.sql': 'select\n  nope' });
    const run = await call('run', '-s', 'bad');
    expect(run.output).toContain('models/bad.sql:2:3 TS4001');
  });
});

describe('mistakes', () => {
  test.each([
    ['"bad */ x"', 2, 'TS1049: query-comment contains illegal value "*/"'],
    ['"{{ nope() }}"', 2, "'nope' is undefined"],
    ['5', 2, 'TS1005'],
    ['{coment: x}', 2, 'dbt_project.yml:5:'],
  ])('%s', async (written, exitCode, message) => {
    project(`query-comment: ${written}\n`);
    const run = await call('run');
    expect(run.exitCode).toBe(exitCode);
    expect(run.output).toContain(message);
  });
});
