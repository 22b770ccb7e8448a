import { readFileSync } from 'node:fs';
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

async function run(files: ProjectFiles, ...args: readonly string[]) {
  project = projectFixture(files);
  return await runTsdbt(['run', ...args], { cwd: project.root });
}
const again = async () => await runTsdbt(['run'], { cwd: project.root });
const query = async (sql: string) =>
  await queryDatabase(join(project.root, 'target', 'shop.duckdb'), sql);
const log = async () => (await query('select m from log')).map((row) => row['m']);
const statuses = () => {
  const file = readFileSync(join(project.root, 'target', 'run_results.json'), 'utf8');
  const { results } = JSON.parse(file) as {
    results: { unique_id: string; status: string; message: string }[];
  };
  return results.map((r) => `${r.unique_id} ${r.status}`);
};

const note = (text: string) => `"insert into log values ('${text}')"`;

describe('the order of hooks is that of dbt', () => {
  // The list is what dbt-core 1.11 writes for the same project.
  const expected = (kind: string) => [
    `pre2 out ${kind}`,
    `pre3 json out ${kind}`,
    'project pre',
    `pre1 in ${kind}`,
    `pre4 in ${kind}`,
    'project post',
    `post1 in ${kind}`,
    `post4 in ${kind}`,
    `post5 in ${kind}`,
    `post2 before ${kind}`,
    `post3 after ${kind}`,
  ];
  const model = (kind: string) => `{{ config(materialized='${kind}', pre_hook=[
  ${note(`pre1 in ${kind}`)},
  {"sql": ${note(`pre2 out ${kind}`)}, "transaction": false},
  '{"sql": "insert into log values (\\'pre3 json out ${kind}\\')", "transaction": false}',
  ${note(`pre4 in ${kind}`)}
], post_hook=[
  ${note(`post1 in ${kind}`)},
  {"sql": ${note(`post2 before ${kind}`)}, "transaction": false},
  {"sql": ${note(`post3 after ${kind}`)}, "transaction": false},
  {"sql": ${note(`post4 in ${kind}`)}, "transaction": true},
  ${note(`post5 in ${kind}`)}
]) }}
select 1 as id`;

  test('of tables, views and incremental models', async () => {
    const { exitCode, output } = await run({
      'dbt_project.yml': `name: shop
on-run-start: ["create table if not exists log (m varchar)", "insert into log values ('start')"]
on-run-end: "insert into log values ('end')"
models:
  pre-hook: "insert into log values ('project pre')"
  shop: {post-hook: "insert into log values ('project post')"}
`,
      'models/a.sql': model('table'),
      'models/b.sql': `-- depends_on: {{ ref('a') }}\n${model('view')}`,
      'models/c.sql': `-- depends_on: {{ ref('b') }}\n${model('incremental')}`,
      'models/e.sql': `{{ config(materialized='ephemeral', pre_hook=${note('ephemeral')}) }} select 1 as id`,
      'models/f.sql': `{{ config(pre_hook=[], materialized='view') }} select * from {{ ref('e') }} -- {{ ref('c') }}`,
    });
    expect(output).not.toContain('Error in');
    expect(exitCode).toBe(0);
    const all = [
      'start',
      ...['table', 'view', 'incremental'].flatMap(expected),
      'project pre',
      'project post',
      'end',
    ];
    expect(await log()).toEqual(all);
    await again();
    expect((await log()).slice(all.length)).toEqual(all);
  });

  test('a hook comes before the batch is read', async () => {
    const files = {
      'models/m.sql': `{{ config(materialized='incremental', pre_hook="create or replace temp macro now_is() as 7") }} select now_is() as id`,
    };
    expect((await run(files)).exitCode).toBe(0);
    expect((await again()).output).not.toContain('Error in');
    expect(await query('select id from m')).toEqual([{ id: 7 }, { id: 7 }]);
  });
});

describe('a hook that fails', () => {
  const parent = (id: number, hook: string) => ({
    'models/a.sql': `{{ config(materialized='table'${hook}) }} select ${id} as id`,
    'models/b.sql': "select * from {{ ref('a') }}",
  });

  test('inside of the transaction takes the model back and skips what stands on it', async () => {
    await run(parent(1, ''));
    project.write(parent(2, ", post_hook='select nope'"));
    const { exitCode, output } = await again();
    expect(exitCode).toBe(1);
    expect(output).toContain('nope');
    expect(await query('select id from a')).toEqual([{ id: 1 }]);
    expect(statuses()).toEqual(['model.shop.a error', 'model.shop.b skipped']);
  });

  test('outside of it leaves the model', async () => {
    await run(parent(1, ''));
    project.write(parent(3, ", post_hook={'sql': 'select nope', 'transaction': false}"));
    expect((await again()).exitCode).toBe(1);
    expect(await query('select id from a')).toEqual([{ id: 3 }]);
  });

  test('before the model leaves the old table of an incremental model', async () => {
    const model = (hook: string) => ({
      'models/a.sql': `{{ config(materialized='incremental'${hook}) }} select 1 as id`,
    });
    await run(model(''));
    project.write(model(`, pre_hook=["delete from {{ this }}", "select nope"]`));
    expect((await again()).exitCode).toBe(1);
    expect(await query('select id from a')).toEqual([{ id: 1 }]);
  });
});

describe('hooks of the project', () => {
  const start = "on-run-start: ['select nope', 'select 1']\n";
  const flagged = 'name: shop\nflags: {skip_nodes_if_on_run_start_fails: false}\n';
  const model = { 'models/a.sql': 'select 1 as id' };

  test('on-run-start fails: the run goes on where the flag says so', async () => {
    const { exitCode } = await run({ 'dbt_project.yml': `${flagged}${start}`, ...model });
    expect(exitCode).toBe(1);
    expect(statuses()).toEqual([
      'operation.shop.shop-on-run-start-0 error',
      'operation.shop.shop-on-run-start-1 skipped',
      'model.shop.a success',
    ]);
  });

  test('on-run-start fails: nothing is built, as in dbt', async () => {
    const { exitCode, output } = await run({ 'project.yml': `name: shop\n${start}`, ...model });
    expect(exitCode).toBe(1);
    expect(output).toContain('nope');
    expect(statuses()).toEqual([
      'operation.shop.shop-on-run-start-0 error',
      'operation.shop.shop-on-run-start-1 skipped',
      'model.shop.a skipped',
    ]);
  });

  test('on-run-end runs when models failed, and can fail', async () => {
    const { exitCode } = await run({
      'project.yml':
        "name: shop\non-run-end: ['create table ended as select 1 as id', 'select nope', 'select 1']\n",
      'models/a.sql': 'select nope',
    });
    expect(exitCode).toBe(1);
    expect(await query('select id from ended')).toEqual([{ id: 1 }]);
    expect(statuses()).toEqual([
      'model.shop.a error',
      'operation.shop.shop-on-run-end-0 success',
      'operation.shop.shop-on-run-end-1 error',
      'operation.shop.shop-on-run-end-2 skipped',
    ]);
  });
});

describe('hooks of packages', () => {
  const note = (what: string) => `insert into notes select count(*), '${what}' from notes`;

  test('run behind those of the project, in the order of the packages, as in dbt', async () => {
    const hooks = (name: string, more: string) =>
      `name: ${name}\non-run-start: "${more}${note(`${name} start`)}"\non-run-end: "${note(`${name} end`)}"\n`;
    const { exitCode, output } = await run({
      'dbt_project.yml': `${hooks('shop', '{{ make() }}')}profile: shop\n`,
      'profiles.yml':
        'shop: {outputs: {default: {type: duckdb, path: target/shop.duckdb, schema: main}}}\n',
      'dbt_packages/zoo/dbt_project.yml': hooks('zoo', ''),
      'dbt_packages/art/dbt_project.yml': hooks('art', ''),
      'macros/make.sql':
        '{% macro make() %}create table notes as select 0 as n, $$made$$ as what; {% endmacro %}',
      'models/a.sql': 'select 1 as id',
    });
    expect(exitCode, output).toBe(0);
    const told = await query('select what from notes order by n, what');
    expect(told.map(({ what }) => what)).toEqual([
      'made',
      ...['shop start', 'art start', 'zoo start', 'shop end', 'art end', 'zoo end'],
    ]);
    expect(statuses()).toEqual([
      'operation.shop.shop-on-run-start-0 success',
      'operation.art.art-on-run-start-0 success',
      'operation.zoo.zoo-on-run-start-0 success',
      'model.shop.a success',
      'operation.shop.shop-on-run-end-0 success',
      'operation.art.art-on-run-end-0 success',
      'operation.zoo.zoo-on-run-end-0 success',
    ]);
  });
});

test('a seed whose hooks refer to a node is refused when the project is parsed', async () => {
  const refused = await run({
    'models/m.sql': 'select 1 as id',
    'seeds/s.csv': 'id\n1\n',
    'seeds/s.yml': `seeds: [{name: s, config: {post_hook: "select * from {{ ref('m') }}"}}]\n`,
  });
  expect(refused.exitCode).toBe(2);
  expect(refused.output).toMatch(/TS1005.*seed\.shop\.s must not use ref\(\) or source\(\)/);
});

test('one call of config() has a hook under one of its names', async () => {
  const both = `{{ config({'pre-hook': 'select 1', 'pre_hook': 'select 2'}) }} select 1 as id`;
  const refused = await run({ 'models/m.sql': both });
  expect(refused.exitCode).toBe(2);
  expect(refused.output).toMatch(/models\/m\.sql:1.*TS1050.*pre-hook and pre_hook are both/);
});

describe('what on-run-end hooks are told', () => {
  const shown = async (expression: string) => {
    const { output } = await run({
      'dbt_project.yml': `name: shop
on-run-end: "{{ show(results) }}"
models: {shop: {+schema: mart}}
`,
      'models/a.sql': 'select 1 as id',
      'models/b.sql': 'select id from nowhere',
      'models/a.yml': 'models: [{name: a, meta: {owner: us}, columns: [{name: id}]}]',
      'macros/show.sql': `{% macro show(results) %}{% for r in results | sort(attribute='node.name') %}
{{ log('> ' ~ (${expression}), True) }}{% endfor %}{% endmacro %}`,
    });
    return output.split('\n').flatMap((line) => /^> (.*)/.exec(line)?.[1] ?? []);
  };

  test('nodes are objects with fields, not mappings, and give a dictionary when asked', async () => {
    const facts = `r.node is mapping, r.node.name, r.node['alias'], r.node.to_dict()['schema'],
      r.node.config is mapping, r.node.config.get('materialized'), r.node.config['materialized'],
      'materialized' in r.node.config, r.node.config.to_dict()['materialized'], r.node.meta,
      r.node.config.get('alias', 'no'), r.node.config.get('nothing', 'no')`;
    expect(await shown(facts)).toEqual([
      "(False, 'a', 'a', 'main_mart', False, 'view', 'view', True, 'view', {'owner': 'us'}, None, 'no')",
      "(False, 'b', 'b', 'main_mart', False, 'view', 'view', True, 'view', {}, None, 'no')",
    ]);
  });

  test('columns and dependencies are objects, too', async () => {
    const facts = `r.node.columns.values() | map(attribute='name') | list, r.node.depends_on.nodes,
      r.node.depends_on.to_dict(), r.node.checksum.name`;
    expect(await shown(facts)).toEqual([
      "(['id'], [], {'macros': [], 'nodes': []}, 'sha256')",
      "([], [], {'macros': [], 'nodes': []}, 'sha256')",
    ]);
  });

  test('moments are dates as fields, and texts in dictionaries', async () => {
    const facts = `r.timing | map(attribute='name') | list, r.timing[0].started_at is string,
      r.timing[0].to_dict()['started_at'] is string, r.to_dict()['timing'][0]['started_at'] is string,
      r.status, r.adapter_response`;
    expect(await shown(facts)).toEqual([
      "(['compile', 'execute'], False, True, True, 'success', {'_message': 'OK'})",
      "(['compile', 'execute'], False, True, True, 'error', {})",
    ]);
  });

  test('tests of models, exposures and unit tests are among the results', async () => {
    project = projectFixture({
      'dbt_project.yml': 'name: shop\non-run-end: "{{ show(results) }}"\n',
      'models/a.sql': 'select 1 as id',
      'models/a.yml': `models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]
exposures: [{name: report, type: dashboard, owner: {name: us, email: us@example.com}, depends_on: [ref('a')]}]
unit_tests: [{name: one, model: a, given: [], expect: {rows: [{id: 1}]}}]
`,
      'macros/show.sql': `{% macro show(results) %}{% for r in results %}
{{ log('> ' ~ r.node.resource_type ~ ' ' ~ r.node.name ~ ' ' ~ r.status, True) }}{% endfor %}{% endmacro %}`,
    });
    const { output } = await runTsdbt(['build'], { cwd: project.root });
    expect(
      output
        .split('\n')
        .flatMap((line) => /^> (.*)/.exec(line)?.[1] ?? [])
        .sort(),
    ).toEqual([
      'exposure report no-op',
      'model a success',
      'test not_null_a_id pass',
      'unit_test one pass',
    ]);
  });
});

test('hooks stand in the schema that is configured for models', async () => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\non-run-end: "select 1"\nmodels: {shop: {+schema: mart}}\n',
  });
  expect(await runTsdbt(['parse'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
  const file = readFileSync(join(project.root, 'target', 'manifest.json'), 'utf8');
  const { nodes } = JSON.parse(file) as { nodes: Record<string, { schema: string }> };
  expect(nodes['operation.shop.shop-on-run-end-0']?.schema).toBe('main_mart');
});

test('hooks of a package that is switched off are not run', async () => {
  project = projectFixture({
    'dbt_project.yml':
      'name: shop\non-run-end: "create table own as select 1 as id"\nmodels: {other: {+enabled: false}}\n',
    'packages.yml': 'packages: [{local: other}]\n',
    'other/dbt_project.yml': 'name: other\non-run-end: "create table theirs as select 1 as id"\n',
    'models/a.sql': 'select 1 as id',
  });
  expect(await runTsdbt(['deps'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
  expect(await again()).toMatchObject({ exitCode: 0 });
  expect(statuses()).toEqual(['model.shop.a success', 'operation.shop.shop-on-run-end-0 success']);
  const names = await query('select table_name as t from duckdb_tables() where not internal');
  expect(names.map((row) => row['t'])).toContain('own');
  expect(names.map((row) => row['t'])).not.toContain('theirs');
  const file = readFileSync(join(project.root, 'target', 'manifest.json'), 'utf8');
  const { disabled } = JSON.parse(file) as { disabled: Record<string, unknown> };
  expect(Object.keys(disabled)).toEqual(['operation.other.other-on-run-end-0']);
});
