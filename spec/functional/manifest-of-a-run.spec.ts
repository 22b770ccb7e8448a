import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// All that is expected here is what dbt-core 1.12 with dbt-duckdb writes for the same projects.

let project: ProjectFixture;
afterEach(() => project.remove());

type Entry = Readonly<Record<string, unknown>>;

async function run(files: ProjectFiles, command: string, exitCode = 0) {
  project = projectFixture({
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    ...files,
  });
  const ended = await runTsdbt(command.split(' '), { cwd: project.root });
  expect(ended.output + ended.exitCode).toMatch(new RegExp(`${exitCode}$`));
}

const artifact = (name: string) =>
  JSON.parse(readFileSync(join(project.root, 'target', name), 'utf8')) as Record<string, unknown>;
const nodes = () => artifact('manifest.json')['nodes'] as Record<string, Entry>;
const results = () =>
  Object.fromEntries(
    (artifact('run_results.json')['results'] as Entry[]).map((one) => [one['unique_id'], one]),
  ) as Record<string, Entry>;

const notes = (who: string) => [
  `  - "create table if not exists noted (who varchar)"`,
  `  - "insert into noted select '${who}'"`,
];

test('hooks of the project run before those of packages, and stand compiled in the manifest', async () => {
  const start = (who: string) => ['on-run-start:', ...notes(who)].join('\n');
  await run(
    {
      'dbt_project.yml': `name: shop\nprofile: shop\n${start('shop')}\n  - |\n    insert into noted select '{{ ref("eph").identifier }} ' || x from {{ ref('eph') }}\nvars: {}\n`,
      'packages.yml': 'packages: [{local: zoo}, {local: ant}]\n',
      'zoo/dbt_project.yml': `name: zoo\n${start('zoo')}\n`,
      'ant/dbt_project.yml': `name: ant\n${start('ant')}\n`,
      'models/eph.sql': "{{ config(materialized='ephemeral') }}\nselect 1 as x",
      'models/a.sql': 'select 1 as x',
    },
    'deps',
  );
  expect((await runTsdbt(['run'], { cwd: project.root })).exitCode).toBe(0);
  const noted = await queryDatabase(join(project.root, 'shop.duckdb'), 'select who from noted');
  expect(noted.map(({ who }) => who)).toEqual(['shop', '__dbt__cte__eph 1', 'ant', 'zoo']);
  const hook = (id: string) => nodes()[`operation.${id}`]!;
  expect(hook('shop.shop-on-run-start-2')).toMatchObject({
    raw_code: `insert into noted select '{{ ref("eph").identifier }} ' || x from {{ ref('eph') }}\n`,
    compiled: true,
    compiled_path: 'target/compiled/shop/./dbt_project.yml/hooks/shop-on-run-start-2.sql',
    index: 3,
    extra_ctes: [{ id: 'model.shop.eph' }],
  });
  expect(hook('ant.ant-on-run-start-0')).toMatchObject({ compiled: true, index: 4 });
  expect(hook('zoo.zoo-on-run-start-1')).toMatchObject({ compiled: true, index: 7 });
  expect(results()['operation.zoo.zoo-on-run-start-1']!['message']).toBe(
    'zoo.on-run-start.6 passed',
  );
});

test('a hook that is compiled to nothing has no file', async () => {
  await run(
    {
      'dbt_project.yml':
        'name: shop\nprofile: shop\non-run-start: "{% if false %}select 1{% endif %}"\n',
      'models/a.sql': 'select 1 as x',
    },
    'run',
  );
  expect(nodes()['operation.shop.shop-on-run-start-0']).toMatchObject({
    ...{ compiled: true, compiled_code: '', compiled_path: null, index: 1 },
  });
  const file = 'target/compiled/shop/dbt_project.yml/hooks/shop-on-run-start-0.sql';
  expect(existsSync(join(project.root, file))).toBe(false);
});

test('ephemeral models that were read are compiled too', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'models/low.sql': "{{ config(materialized='ephemeral') }}select 1 as x",
      'models/high.sql':
        "{{ config(materialized='ephemeral') }}select x + 1 as y from {{ ref('low') }}",
      'models/other.sql': "{{ config(materialized='ephemeral') }}select 1 as z",
      'models/a.sql':
        "select * from {{ ref('high') }}, {{ ref('other') }} -- {{ ref('low').include(schema=false) }}",
    },
    'run',
  );
  expect(nodes()['model.shop.high']).toMatchObject({
    compiled: true,
    compiled_path: 'target/compiled/shop/models/high.sql',
    extra_ctes: [{ id: 'model.shop.low' }],
    compiled_code:
      'with __dbt__cte__low as (\nselect 1 as x\n) select x + 1 as y from __dbt__cte__low',
  });
  expect(nodes()['model.shop.other']).toMatchObject({
    compiled: true,
    extra_ctes: [],
    compiled_code: 'select 1 as z',
  });
  const low = readFileSync(join(project.root, 'target/compiled/shop/models/low.sql'), 'utf8');
  expect(low).toBe('select 1 as x');
  expect(nodes()['model.shop.a']!['compiled_code']).toMatch(/-- __dbt__cte__low$/);
});

test('a model has its name in the results whatever became of it, quoted as the project says', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\nquoting: {schema: false, identifier: false}\n',
      'seeds/s.csv': 'id\n1\n',
      'models/good.sql': 'select 1 as x',
      'models/bad.sql':
        "{{ config(materialized='table') }}select 'x'::int as x from {{ ref('good') }}",
      'models/after.sql': "{{ config(alias='later') }}select * from {{ ref('bad') }}",
    },
    'build',
    1,
  );
  const of = (id: string) => {
    const { relation_name: name, compiled } = results()[id]!;
    return [name, compiled];
  };
  expect(of('seed.shop.s')).toEqual([null, null]);
  expect(of('model.shop.good')).toEqual(['"shop".main.good', true]);
  expect(of('model.shop.bad')).toEqual(['"shop".main.bad', true]);
  expect(of('model.shop.after')).toEqual(['"shop".main.later', false]);
  expect(artifact('manifest.json')['metadata']).toMatchObject({
    quoting: { database: true, schema: false, identifier: false, column: null },
    project_id: 'fb54f3c5992b96d001bb16e8e92d968d',
  });
});

test('the start of a run is a time in UTC', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'models/a.sql':
        "select '{{ run_started_at }}' as at, '{{ run_started_at.tzinfo }}' as zone, '{{ run_started_at.isoformat()[-6:] }}' as iso",
    },
    'run',
  );
  const [row] = await queryDatabase(join(project.root, 'shop.duckdb'), 'select * from a');
  expect(row).toMatchObject({ zone: 'UTC', iso: '+00:00' });
  expect(row!['at']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/);
});

test('the context tells its names', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'macros/m.sql': '{% macro a_vars() %}7{% endmacro %}{% macro b_vars() %}8{% endmacro %}',
      'models/a.sql': `
{% set found = [] %}
{% for name in context.keys() if name.endswith('_vars') %}{% do found.append(context[name]()) %}{% endfor %}
select '{{ found | sort | join(' ') }}' as found, {{ 'ref' in context.keys() }} as has_ref`,
    },
    'run',
  );
  const rows = await queryDatabase(join(project.root, 'shop.duckdb'), 'select * from a');
  expect(rows).toEqual([{ found: '7 8', has_ref: true }]);
});

test('a unit test is compiled beside the file that describes it', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'models/in/a.sql': 'select 1 as x',
      'models/in/p.yml': 'unit_tests: [{name: t, model: a, given: [], expect: {rows: [{x: 1}]}}]\n',
    },
    'build',
  );
  const file = join(project.root, 'target/compiled/shop/models/in/p.yml/models/in/t.sql');
  expect(readFileSync(file, 'utf8')).toContain('select');
});

test('a test that does not exist is warned of, and is an error when it is its turn', async () => {
  await run(
    {
      'dbt_project.yml': 'name: shop\nprofile: shop\n',
      'models/a.sql': 'select 1 as x',
      'models/p.yml':
        'models: [{name: a, columns: [{name: x, data_tests: [uniques, not_null]}]}]\n',
    },
    'build',
    1,
  );
  const told = Object.values(results()).map(({ unique_id: id, status }) => [
    String(id).split('.').slice(0, 3).join('.'),
    status,
  ]);
  expect(Object.fromEntries(told)).toEqual({
    'model.shop.a': 'success',
    'test.shop.uniques_a_x': 'error',
    'test.shop.not_null_a_x': 'pass',
  });
  const parsed = await runTsdbt(['parse', '--no-partial-parse'], { cwd: project.root });
  expect(parsed.exitCode).toBe(0);
  expect(parsed.output).toContain('uses the test "uniques", but there is no such generic test');
});
