import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const make = (files: ProjectFiles) => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    ...files,
  });
};
const run = async (...args: readonly string[]) => await runTsdbt(args, { cwd: project.root });
const query = async (sql: string) => await queryDatabase(join(project.root, 'shop.duckdb'), sql);

describe('run-operation', () => {
  test('schemas are made and dropped for good; adapter.Relation names them', async () => {
    make({
      'macros/m.sql': `
{% macro make() %}{% do adapter.create_schema(adapter.Relation.create(database=target.database, schema='made')) %}{% endmacro %}`,
    });
    const schemas = "select schema_name as s from duckdb_schemas() where schema_name = 'made'";
    expect((await run('run-operation', 'make')).exitCode).toBe(0);
    expect(await query(schemas)).toEqual([{ s: 'made' }]);
    const drop = await run('run-operation', 'drop_schema_named', '--args', '{schema_name: made}');
    expect(drop.exitCode, drop.output).toBe(0);
    expect(await query(schemas)).toEqual([]);
  });

  test('calls a macro with arguments; run_query stands for itself, statements need a commit', async () => {
    make({
      'macros/m.sql': `
{% macro note(what, times=1) %}
  {% do run_query('create table if not exists notes (what varchar)') %}
  {% call statement(auto_begin=true) %} insert into notes select '{{ what }}' from range({{ times }}) {% endcall %}
  {% if times > 1 %}{% do adapter.commit() %}{% endif %}
  {% do log('noted ' ~ what, info=true) %}
{% endmacro %}`,
      'models/a.sql': 'select 1 as x',
    });
    const done = await run('run-operation', 'note', '--args', '{what: a, times: 2}');
    expect([done.exitCode, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('noted a');
    expect((await run('run-operation', 'shop.note', '--args', 'what: lost')).exitCode).toBe(0);
    expect(await query('select * from notes')).toEqual([{ what: 'a' }, { what: 'a' }]);
  });

  test('a built-in macro by its package, and SQL with Jinja', async () => {
    make({ 'models/a.sql': 'select 1 as x' });
    expect((await run('run')).exitCode).toBe(0);
    const sql = "create table b as select x + {{ 1 + 1 }} as y from {{ ref('a') }}";
    expect((await run('run-operation', '--sql', sql)).exitCode).toBe(0);
    expect(await query('select * from b')).toEqual([{ y: 3 }]);
    const dropped = await run(
      'run-operation',
      'dbt.drop_schema_named',
      '--args',
      '{schema_name: none}',
    );
    expect(dropped.exitCode).toBe(0);
  });

  test.each([
    [['run-operation', 'nott'], 1, 'There is no macro "nott".'],
    [['run-operation', 'note', '--args', '{other: 1}'], 1, "takes no keyword argument 'other'"],
    [['run-operation', 'note', '--args', '[1]'], 2, '--args must be a mapping'],
    [['run-operation'], 2, 'needs the name of a macro, or --sql'],
    [['run-operation', 'note', '--sql', 'select 1'], 2, 'and not both'],
    [['run-operation', '--sql', 'selec 1'], 1, 'syntax error'],
  ])('%j ends with %i and says what is wrong', async (args, exitCode, message) => {
    make({ 'macros/m.sql': '{% macro note(what) %}{{ what }}{% endmacro %}' });
    const failed = await run(...args);
    expect([failed.exitCode, failed.output]).toEqual([exitCode, expect.stringContaining(message)]);
  });
});

describe('on-run-end hooks', () => {
  test('see what became of each node, and the schemas that were built', async () => {
    make({
      'dbt_project.yml': `name: shop
profile: shop
on-run-end:
  - "create table seen (id varchar, status varchar, failures int, rows int, code varchar, phases varchar)"
  - "{% for r in results %}insert into seen values ('{{ r.node.unique_id }}', '{{ r.status }}', {{ r.failures if r.failures is not none else 'null' }}, {{ r.adapter_response.get('rows_affected', 'null') }}, '{{ r.node.compiled_code }}', '{{ r.timing | map(attribute=\\"name\\") | join(\\" \\") }}');{% endfor %}"
  - "create table places as select '{{ schemas | join(\\",\\") }}' as a, '{{ database_schemas | length }} {{ database_schemas[0][1] }}' as b, '{{ results[0].to_dict().status }}' as c"
`,
      'models/a.sql': "{{ config(materialized='table') }}\nselect 1 as x",
      'models/b.sql': "{{ config(schema='other') }}\nselect no_such_column from {{ ref('a') }}",
      'models/m.yml': 'models: [{name: a, columns: [{name: x, data_tests: [unique]}]}]\n',
    });
    expect((await run('build')).exitCode).toBe(1);
    expect(await query('select * exclude (code) from seen order by id')).toEqual([
      { id: 'model.shop.a', status: 'success', failures: null, rows: 1, phases: 'compile execute' },
      {
        id: 'model.shop.b',
        status: 'error',
        failures: null,
        rows: null,
        phases: 'compile execute',
      },
      expect.objectContaining({ status: 'pass', failures: 0 }),
    ]);
    expect(await query("select code from seen where id = 'model.shop.a'")).toEqual([
      { code: '\nselect 1 as x' },
    ]);
    expect(await query('select * from places')).toEqual([{ a: 'main', b: '1 main', c: 'success' }]);
  });
});
