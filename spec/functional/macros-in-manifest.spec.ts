import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const base = {
  'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  'models/a.sql': 'select 1 as id',
};

async function macrosOf(files: Readonly<Record<string, string>>) {
  fixture = projectFixture({ ...base, ...files });
  expect(await runTsdbt(['parse'], { cwd: fixture.root })).toMatchObject({ exitCode: 0 });
  const { macros } = JSON.parse(
    readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'),
  ) as { readonly macros: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  return (name: string) => macros[`macro.shop.${name}`];
}

test('the text of a macro has the blanks that its tags take away', async () => {
  const macro = await macrosOf({
    'macros/m.sql': `

{%- macro first() -%} 1 {%- endmacro -%}


{%- macro second() -%} 2 {%- endmacro %}

{# said of the third #}

{%- macro third() %} 3 {% endmacro -%}

{% macro last() %} 4 {%- endmacro -%}

`,
  });
  expect(macro('first')!['macro_sql']).toBe('{%- macro first() -%} 1 {%- endmacro -%}\n\n\n');
  expect(macro('second')!['macro_sql']).toBe('{%- macro second() -%} 2 {%- endmacro %}');
  expect(macro('third')!['macro_sql']).toBe('\n\n{%- macro third() %} 3 {% endmacro -%}\n\n');
  expect(macro('last')!['macro_sql']).toBe('{% macro last() %} 4 {%- endmacro -%}');
});

test('line ends stay as they are in the file', async () => {
  const macro = await macrosOf({
    'macros/m.sql': '{% macro m() %}\r\n1\r\n{% endmacro %}\r\n',
  });
  expect(macro('m')!['macro_sql']).toBe('{% macro m() %}\r\n1\r\n{% endmacro %}');
});

test('what a macro depends on is told as dbt does', async () => {
  const macro = await macrosOf({
    'macros/m.sql': `
{% macro by_name() %}{{ by_name() }}{% endmacro %}
{% macro by_package() %}{{ shop.by_package() }}{% endmacro %}
{% macro one() %}{{ return(adapter.dispatch('two', 'shop')()) }}{% endmacro %}
{% macro two() %}{{ return(adapter.dispatch(macro_name='two', macro_namespace='shop')()) }}{% endmacro %}
{% macro default__two() %}2{% endmacro %}
{% macro generate_series(n) %}{{ return(adapter.dispatch('generate_series', 'shop')(n)) }}{% endmacro %}
{% macro default__generate_series(n) %}3{% endmacro %}
`,
  });
  const below = (name: string) => (macro(name)!['depends_on'] as { macros: string[] }).macros;
  expect(below('by_name')).toEqual([]);
  expect(below('by_package')).toEqual(['macro.shop.by_package']);
  expect(below('one').sort()).toEqual(['macro.shop.default__two', 'macro.shop.two']);
  expect(below('two')).toEqual(['macro.shop.default__two']);
  expect(below('generate_series')).toEqual(['macro.shop.default__generate_series']);
});

test('a method of the name of a macro counts as the macro, but for those of the adapter', async () => {
  const macro = await macrosOf({
    'macros/m.sql': `
{% macro information_schema(relation) %}{{ relation.information_schema() }}{% endmacro %}
{% macro get_relation() %}{{ adapter.get_relation('a', 'b', 'c') }}{% endmacro %}
{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}
{% macro reads() %}{{ ref('a') }}{% endmacro %}
`,
  });
  const below = (name: string) => (macro(name)!['depends_on'] as { macros: string[] }).macros;
  expect(below('information_schema')).toEqual(['macro.shop.information_schema']);
  expect(below('get_relation')).toEqual([]);
  expect(below('reads')).toEqual([]);
});

test('a data test that ran depends on the macros of its materialization, too', async () => {
  const project = projectFixture({
    ...base,
    'models/a.yml': 'models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]\n',
  });
  fixture = project;
  const macrosAfter = async (command: string) => {
    expect(await runTsdbt([command], { cwd: project.root })).toMatchObject({ exitCode: 0 });
    const { nodes } = JSON.parse(
      readFileSync(join(project.root, 'target/manifest.json'), 'utf8'),
    ) as { nodes: Readonly<Record<string, { depends_on: { macros: string[] } }>> };
    const id = Object.keys(nodes).find((key) => key.startsWith('test.shop.not_null_a_id'));
    return nodes[id!]!.depends_on.macros.map((macro) => macro.replace('macro.dbt.', ''));
  };
  const compiled = ['test_not_null', 'get_where_subquery'];
  expect(await macrosAfter('compile')).toEqual(compiled);
  expect(await macrosAfter('build')).toEqual([
    ...compiled,
    'get_limit_subquery_sql',
    'should_store_failures',
    'statement',
  ]);
});

test('arguments of generic tests by their folder, languages of materializations, docs as a whole', async () => {
  const macro = await macrosOf({
    'tests/generic/t.sql': '{% test even(model, column_name) %}select 1 where false{% endtest %}',
    'macros/m.sql': `
{% test odd(model, column_name) %}select 1 where false{% endtest %}
{% materialization mine, adapter='duckdb' %}{{ return({'relations': []}) }}{% endmaterialization %}
{% macro told() %}{% endmacro %}
`,
    'macros/m.yml': 'macros: [{name: told, docs: {show: false}}]\n',
  });
  expect(macro('test_even')!['arguments']).toEqual([]);
  expect(macro('test_odd')!['arguments']).toHaveLength(2);
  expect(macro('materialization_mine_duckdb')!['supported_languages']).toEqual(['sql']);
  expect(macro('told')).toMatchObject({
    docs: { show: false, node_color: null },
    config: { docs: { show: false, node_color: null } },
    supported_languages: null,
  });
});

test('while a project is parsed, what run_query gives is undefined and has no rows', async () => {
  fixture = projectFixture({
    ...base,
    'models/b.sql': `
{%- set found = run_query('select 1 as n') -%}
select '{{ found is none }} {{ found is defined }}' as said, 0 as n
{%- for row in found %} + {{ row['n'] }}{% endfor %}
`,
  });
  expect(await runTsdbt(['parse'], { cwd: fixture.root })).toMatchObject({ exitCode: 0 });
  const { stdout } = await runTsdbt(['compile', '--select', 'b'], { cwd: fixture.root });
  expect(stdout).toContain('0 as n + 1');
});

test('a seed larger than the limit is known by its path', async () => {
  const seed = `id\n${'1\n'.repeat(600_000)}`;
  const checksum = async (...args: string[]) => {
    await runTsdbt(['parse', ...args], { cwd: fixture!.root });
    const text = readFileSync(join(fixture!.root, 'target/manifest.json'), 'utf8');
    return JSON.parse(text).nodes['seed.shop.large'].checksum as unknown;
  };
  fixture = projectFixture({ ...base, 'seeds/large.csv': seed });
  expect(await checksum()).toEqual({ name: 'path', checksum: 'seeds/large.csv' });
  expect(await checksum('--maximum-seed-size-mib', '0')).toMatchObject({ name: 'sha256' });
  expect(await checksum()).toEqual({ name: 'path', checksum: 'seeds/large.csv' });
});

test('a text is rendered while a project is parsed, too', async () => {
  const macro = await macrosOf({
    'models/b.sql': "{{ config(alias=render('x{{ 1 + 1 }}')) }} select 1 as id",
    'macros/m.sql': '{% macro m() %}{% endmacro %}',
  });
  expect(macro('m')).toBeDefined();
  const file = readFileSync(join(fixture!.root, 'target/manifest.json'), 'utf8');
  const { nodes } = JSON.parse(file) as { nodes: Record<string, { alias: string }> };
  expect(nodes['model.shop.b']?.alias).toBe('x2');
});

test('a node depends on the macros it calls itself, not on those of the blocks that it hands on', async () => {
  await macrosOf({
    'models/b.sql': '{{ third() }}{% call first() %}{{ second() }}{% endcall %}',
    'macros/m.sql': `{% macro first() %}{{ caller() }}{% endmacro %}
{% macro second() %}select 1 as id{% endmacro %}{% macro third() %}{% endmacro %}`,
  });
  const file = readFileSync(join(fixture!.root, 'target/manifest.json'), 'utf8');
  const { nodes } = JSON.parse(file) as {
    nodes: Record<string, { depends_on: { macros: string[] } }>;
  };
  expect(nodes['model.shop.b']?.depends_on.macros).toEqual([
    'macro.shop.third',
    'macro.shop.first',
  ]);
});

test('what templates put into context is there until the node is rendered', async () => {
  const project = projectFixture({
    ...base,
    'models/a.sql':
      "{{ put('id', 3) }}select {{ found('id') }} as id, '{{ found('other') }}' as other",
    'models/b.sql':
      "{% do context.update({'void': none}) %}select '{{ found('id') }}' as id -- {{ context.get('void', 1) }} {{ context.get('nope', 1) }}",
    'macros/m.sql': `
{% macro put(key, value) %}{% do context.update({'mine': {key: value}}) %}{% endmacro %}
{% macro found(key) %}{{ context.get('mine', {}).get(key, 'nothing') }}{% endmacro %}
`,
  });
  fixture = project;
  const { exitCode, output } = await runTsdbt(['compile', '--select', 'a', 'b'], {
    cwd: project.root,
  });
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(project.root, 'target/compiled/shop/models/a.sql'), 'utf8')).toBe(
    "select 3 as id, 'nothing' as other",
  );
  expect(readFileSync(join(project.root, 'target/compiled/shop/models/b.sql'), 'utf8')).toBe(
    "select 'nothing' as id -- None 1",
  );
});

test('while a test is parsed, macros of its package call each other by their bare names', async () => {
  const project = projectFixture({
    ...base,
    'packages.yml': 'packages: [{local: other}]\n',
    'other/dbt_project.yml': 'name: other\n',
    'other/macros/m.sql': `
{% test shaped(model) %}{% if execute %}select 1 as id where false{% else %}{{ other.shape() }}{% endif %}{% endtest %}
{% macro shape() %}select cast(null as {{ kind() }}){% endmacro %}
{% macro kind() %}text{% endmacro %}
`,
    'models/a.yml': 'models: [{name: a, data_tests: [other.shaped]}]\n',
  });
  fixture = project;
  expect(await runTsdbt(['deps'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
  expect(await runTsdbt(['build'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
});

test('an external table has all keys that dbt knows', async () => {
  await macrosOf({
    'models/s.yml': `sources: [{name: raw, tables: [{name: t, external: {location: x, more: 1, partitions: [{name: p}]}}]}]`,
  });
  const file = readFileSync(join(fixture!.root, 'target/manifest.json'), 'utf8');
  const { sources } = JSON.parse(file) as { sources: Record<string, { external: unknown }> };
  expect(sources['source.shop.raw.t']?.external).toEqual({
    location: 'x',
    file_format: null,
    row_format: null,
    tbl_properties: null,
    partitions: [{ name: 'p', description: '', data_type: '', meta: {} }],
    more: 1,
  });
});
