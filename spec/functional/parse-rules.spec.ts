import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../src/contracts/json.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// What a project brought from dbt may ask for, and what dbt 1.12 makes of it.

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

type Files = Readonly<Record<string, string>>;
const one = { 'models/a.sql': 'select 1 as id' };

async function run(files: Files, project = '', args = ['parse']) {
  fixture = projectFixture({ 'dbt_project.yml': `name: d\n${project}`, ...files });
  return await runTsdbt(args, { cwd: fixture.root });
}

function manifest(): Record<string, Record<string, Record<string, Json>>> {
  return JSON.parse(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'));
}

/** An incremental model `a` that asks `is_incremental()`, and its unit test. */
function incremental(test: object): Files {
  const unit = { name: 'u', model: 'a', expect: { rows: [{ id: 1 }] }, ...test };
  return {
    'models/a.sql':
      "{{ config(materialized='incremental') }} select 1 as id {% if is_incremental() %} where true {% endif %}",
    'models/p.yml': JSON.stringify({ unit_tests: [unit] }),
  };
}

describe('refused', () => {
  test.each<[string, Files, string, string]>([
    [
      'a group that is not there',
      {
        ...one,
        'models/p.yml':
          'groups: [{name: finance, owner: {name: o}}]\nmodels: [{name: a, config: {group: finances}}]\n',
      },
      '',
      'models/p.yml:2:29 TS1005: "group" in model "a" must be the name of a group, not finances.',
    ],
    [
      'an exposure that is perhaps on',
      {
        'models/p.yml':
          'exposures: [{name: e, type: dashboard, owner: {name: o}, config: {enabled: maybe}}]\n',
      },
      '',
      'models/p.yml:1:13 TS1005: "enabled" in exposure "e" must be true or false, not "maybe".',
    ],
    [
      'a group with a config of nothing',
      { ...one, 'models/p.yml': 'groups: [{name: g, owner: {name: o}, config: }]\n' },
      '',
      'models/p.yml:1:38 TS1005: "config" in group "g" has no value.',
    ],
    [
      'meta of an exposure that is a text',
      {
        'models/p.yml':
          'exposures: [{name: e, type: dashboard, owner: {name: o}, config: {meta: x}}]\n',
      },
      '',
      'models/p.yml:1:14 TS1005: "meta" in exposure "e" must be a mapping, not "x".',
    ],
    [
      'a unit test that is perhaps on',
      {
        ...one,
        'models/p.yml':
          'unit_tests: [{name: u, model: a, given: [], expect: {rows: [{id: 1}]}, config: {enabled: 1}}]\n',
      },
      '',
      'models/p.yml:1:14 TS1005: "enabled" in unit test "u" must be true or false, not 1.',
    ],
    [
      'build_after of a count alone',
      {
        ...one,
        'models/p.yml': 'models: [{name: a, config: {freshness: {build_after: {count: 1}}}}]\n',
      },
      '',
      '"build_after" in model "a" has `count` alone: give it both',
    ],
    [
      'a variable that a name macro wants',
      {
        ...one,
        'macros/m.sql':
          "{% macro generate_schema_name(custom, node) %}{{ var('place') }}{% endmacro %}",
      },
      '',
      'TS3009: A template of d asks for the variable "place"',
    ],
    [
      'a source with a space, where a flag says so',
      { 'models/p.yml': 'sources: [{name: my s, tables: [{name: t}]}]\n' },
      'flags: {require_source_and_semantic_model_names_without_spaces: true}\n',
      'TS1051: The name of the source "my s" has spaces in it.',
    ],
    [
      'two overrides of one source',
      {
        'packages/p/dbt_project.yml': 'name: p\n',
        'packages/p/models/p.yml': 'sources: [{name: s, tables: [{name: t}]}]\n',
        'packages.yml': 'packages: [{local: packages/p}]\n',
        'dbt_packages/p/dbt_project.yml': 'name: p\n',
        'dbt_packages/p/models/p.yml': 'sources: [{name: s, tables: [{name: t}]}]\n',
        'models/a.yml': 'sources: [{name: s, overrides: p, schema: x}]\n',
        'models/b.yml': 'sources: [{name: s, overrides: p, schema: y}]\n',
      },
      '',
      'Two resources are the override of the source "p.s": models/a.yml and models/b.yml.',
    ],
    [
      'a unit test that does not say whether the model is incremental',
      incremental({ given: [] }),
      '',
      'models/p.yml:1:16 TS1005: "overrides" in unit test "u" must say under `macros` whether `is_incremental` is true or false',
    ],
    [
      'a unit test of an incremental model without what the table holds',
      incremental({ overrides: { macros: { is_incremental: true } }, given: [] }),
      '',
      '"given" in unit test "u" must have the input `this`',
    ],
    [
      'two tests that keep their rows in one table',
      {
        ...one,
        'tests/x.sql': "{{ config(store_failures=true, alias='t') }} select 1 where false",
        'tests/y.sql': "{{ config(store_failures=true, alias='t') }} select 1 where false",
      },
      '',
      'TS3011: test.d.x and test.d.y would both build the relation',
    ],
    [
      'an ephemeral model of the name of another',
      {
        ...one,
        'models/b.sql': "{{ config(materialized='ephemeral', alias='a') }} select 1 as id",
      },
      '',
      'TS3011: model.d.a and model.d.b would both build the relation',
    ],
    [
      'tags of a column that are no list',
      { ...one, 'models/p.yml': 'models: [{name: a, columns: [{name: id, tags: x}]}]\n' },
      '',
      'models/p.yml:1:41 TS1005: "tags" in model "a", columns.[0] must be a list.',
    ],
    [
      'a mapping that is none',
      { 'models/a.sql': "{{ config(meta='x') }} select 1 as id" },
      '',
      'models/a.sql:1:11 TS1005: "meta" in model "a" must be a mapping, not "x".',
    ],
    [
      'a hook that is no text',
      { 'models/a.sql': '{{ config(\n  pre_hook=1.5) }} select 1 as id' },
      '',
      'models/a.sql:2:3 TS1005: "pre-hook" in model "a" must be texts, or mappings with `sql`',
    ],
    [
      'a limit that is no number',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, columns: [{name: id, tests: [{unique: {config: {limit: x}}}]}]}]\n',
      },
      '',
      'TS1005: "limit" in test "unique_a_id" must be a whole number, not "x".',
    ],
    [
      'a test that is perhaps on',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, columns: [{name: id, tests: [{unique: {config: {enabled: "x"}}}]}]}]\n',
      },
      '',
      'TS1005: "enabled" in test "unique_a_id" must be true or false, not "x".',
    ],
    [
      'a test with a colon and nothing below it',
      { ...one, 'models/p.yml': 'models:\n  - name: a\n    tests:\n      - unique:\n' },
      '',
      'Nothing stands below the test "unique": write it without the colon.',
    ],
    [
      'a selector by a method that there is not, though nobody asks for it',
      {
        ...one,
        'selectors.yml': 'selectors:\n  - name: s\n    definition: {union: [{value: x}]}\n',
      },
      '',
      'selectors.yml:3:5 TS3006: Selector "value:x": there is no method "value:".',
    ],
    [
      'docs that ask for what no template of docs has',
      {
        ...one,
        'models/d.md': "text {{ x y }}\n\n{% docs a %}\nx\n{{ ref('a') }}\n{% enddocs %}\n",
      },
      '',
      "models/d.md:5:4 TS2004: 'ref' is undefined",
    ],
  ])('%s', async (_, files, project, message) => {
    const parsed = await run(files, project);
    expect(parsed.output).toContain(message);
    expect(parsed.exitCode).toBe(2);
  });
});

describe('a severity that is none, in the project file', () => {
  const tested = 'models: [{name: a, columns: [{name: id, tests: [unique, not_null]}]}]\n';
  const project = 'data_tests: {+severity: wran}\n';
  const refusal =
    'models/p.yml:1:49 TS1005: "severity" in test "unique_a_id" must be warn or error, not "wran".';

  test('is told once, whatever number of tests have it', async () => {
    const parsed = await run({ ...one, 'models/p.yml': tested }, project);
    expect(parsed.output).toContain(refusal);
    expect(parsed.output.match(/TS1005/g)).toHaveLength(1);
    expect(parsed.exitCode).toBe(2);
  });

  test('is told of the first test that an edit adds', async () => {
    const before = await run({ ...one, 'models/p.yml': 'models: [{name: a}]\n' }, project);
    expect(before.exitCode).toBe(0);
    writeFileSync(join(fixture.root, 'models/p.yml'), tested);
    const parsed = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(parsed.output).toContain(refusal);
    expect(parsed.exitCode).toBe(2);
  });
});

test('a source with a space is warned of', async () => {
  const parsed = await run({ 'models/p.yml': 'sources: [{name: my s, tables: [{name: t}]}]\n' });
  expect(parsed.output).toContain('The name of the source "my s" has spaces in it.');
  expect(parsed.exitCode).toBe(0);
});

test('an edit that makes a model ask `is_incremental()` is seen by its unit test', async () => {
  const files = incremental({ given: [] });
  await run({ ...files, 'models/a.sql': 'select 1 as id' });
  const path = join(fixture.root, 'models/a.sql');
  writeFileSync(path, files['models/a.sql']!);
  const parsed = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(parsed.output).toContain('"overrides" in unit test "u" must say');
  expect(parsed.exitCode).toBe(2);
});

test('minus signs of the tags of a snapshot take the blanks around its text', async () => {
  await run({
    'snapshots/s.sql':
      "\n{%- snapshot s -%}\n\n{{ config(unique_key='id', strategy='check', check_cols='all', schema='x') }}\nselect 1 as id, {{ ref() }}\n{%- endsnapshot -%}\n",
  });
  const parsed = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(parsed.output).toContain('snapshots/s.sql:5:');
});

test('settings that are texts are those of Python', async () => {
  await run({
    'models/a.sql': '{{ config(schema=1.5, tags=[true, none, 7]) }} select 1 as id',
    'models/p.yml':
      'models: [{name: a, columns: [{name: id, tests: [{unique: {config: {limit: "5", where: 1}}}]}]}]\n',
  });
  const { nodes } = manifest();
  const [test] = Object.values(nodes!).filter((node) => node['resource_type'] === 'test');
  expect(nodes!['model.d.a']).toMatchObject({
    schema: 'main_1.5',
    tags: ['True', 'None', '7'],
    config: { schema: '1.5' },
  });
  expect(test).toMatchObject({ config: { limit: 5, where: '1' } });
});

test('null in a model does not take away what the project says, but gives the relation its name', async () => {
  await run(
    { 'models/a.sql': '{{ config(schema=none, full_refresh=none) }} select 1 as id' },
    'models: {+schema: x, +full_refresh: false}\n',
  );
  const { config, schema } = manifest()['nodes']!['model.d.a'] as Record<string, Json>;
  expect(config).toMatchObject({ schema: 'x', full_refresh: false });
  expect(schema).toBe('main');
});

describe('the manifest', () => {
  test('lists all that is switched off under one id, and unit tests of such models', async () => {
    const off = '{{ config(enabled=false) }} select 1 as id';
    await run({
      'models/x/a.sql': off,
      'models/y/a.sql': off,
      'models/p.yml': 'unit_tests: [{name: u, model: a, given: [], expect: {rows: [{id: 1}]}}]\n',
    });
    const { disabled } = manifest() as unknown as Record<
      string,
      Record<string, { path: string }[]>
    >;
    expect(disabled!['model.d.a']!.map(({ path }) => path)).toEqual(['x/a.sql', 'y/a.sql']);
    expect(disabled!['unit_test.d.a.u']).toHaveLength(1);
  });

  test('has no keys of a contract that nobody knows', async () => {
    await run({
      ...one,
      'models/p.yml': 'models: [{name: a, config: {contract: {enforce: true}}}]\n',
    });
    const { a } = { a: manifest()['nodes']!['model.d.a']! };
    const contract = { enforced: false, alias_types: true };
    expect(a['config']).toMatchObject({ contract });
    expect((a['config'] as Record<string, Json>)['contract']).toEqual(contract);
    expect(a['contract']).toEqual({ ...contract, checksum: null });
  });

  test('says where foreign keys lead once a model is compiled, and where tests keep their rows', async () => {
    const files = {
      ...one,
      'models/b.sql': 'select 1 as a_id, 2 as s_id',
      'models/p.yml': `sources: [{name: s, schema: raw, tables: [{name: t}]}]
models:
  - name: b
    columns: [{name: a_id, constraints: [{type: foreign_key, to: "ref('a')", to_columns: [id]}], data_tests: [not_null]}]
    constraints: [{type: foreign_key, columns: [s_id], to: "source('s', 't')", to_columns: [id]}]
`,
    };
    await run(files);
    expect(manifest()['nodes']!['model.d.b']!['constraints']).toMatchObject([
      { to: "source('s', 't')" },
    ]);
    await runTsdbt(['compile'], { cwd: fixture.root });
    const { columns, constraints } = manifest()['nodes']!['model.d.b']!;
    expect(columns).toMatchObject({ a_id: { constraints: [{ to: '"d"."main"."a"' }] } });
    expect(constraints).toMatchObject([{ to: '"d"."raw"."t"' }]);
    const ids = Object.keys(manifest()['nodes']!);
    const id = ids.find((name) => name.startsWith('test.'))!;
    expect(manifest()['nodes']![id]!['relation_name']).toBeNull();
    await runTsdbt(['build', '--store-failures'], { cwd: fixture.root });
    expect(manifest()['nodes']![id]!['relation_name']).toContain('not_null_b_a_id');
  });

  test('has analyses in the folders that a flag lets them be in', async () => {
    const files = { 'analyses/sub/x.sql': 'select 1' };
    const off = 'analyses: {d: {sub: {+enabled: false}}}\n';
    await run(files, `analysis-paths: [analyses]\n${off}`);
    expect(manifest()['nodes']).toHaveProperty(['analysis.d.x']);
    fixture.remove();
    const flags = 'flags: {require_corrected_analysis_fqns: true}\n';
    await run(files, `analysis-paths: [analyses]\n${off}${flags}`);
    expect(manifest()['nodes']).not.toHaveProperty(['analysis.d.x']);
  });
});

test('a package refers to its own model first where a flag says so', async () => {
  const files = {
    ...one,
    'dbt_packages/p/dbt_project.yml': 'name: p\n',
    'dbt_packages/p/models/a.sql': "{{ config(alias='other') }} select 1 as id",
    'dbt_packages/p/models/b.sql': "select * from {{ ref('a') }}",
  };
  const parents = () => manifest()['parent_map']!['model.p.b'];
  await run(files);
  expect(parents()).toEqual(['model.d.a']);
  fixture.remove();
  await run(files, 'flags: {require_ref_searches_node_package_before_root: true}\n');
  expect(parents()).toEqual(['model.p.a']);
});

test('packages are installed though the project file wants a variable, and the project was moved', async () => {
  const files = {
    'packages.yml': 'packages: [{local: packages/p}]\n',
    'packages/p/dbt_project.yml': 'name: p\n',
  };
  const project = 'models: {+materialized: "{{ var(\'how\') }}"}\n';
  fixture = projectFixture({ 'dbt_project.yml': `name: d\n${project}`, ...files });
  mkdirSync(join(fixture.root, 'dbt_packages'));
  symlinkSync(join(fixture.root, 'gone/p'), join(fixture.root, 'dbt_packages/p'));
  const deps = await runTsdbt(['deps'], { cwd: fixture.root });
  expect(deps.output).toContain('Installed p');
  const parsed = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(parsed.output).toContain('TS3009');
});

test('a folder outside of the project is cleaned when that is asked for, but not one around it', async () => {
  fixture = projectFixture({ 'in/dbt_project.yml': 'name: d\nclean-targets: [../out]\n' });
  const cwd = join(fixture.root, 'in');
  mkdirSync(join(fixture.root, 'out'));
  expect((await runTsdbt(['clean'], { cwd })).exitCode).toBe(2);
  expect((await runTsdbt(['clean', '--no-clean-project-files-only'], { cwd })).exitCode).toBe(0);
  expect(existsSync(join(fixture.root, 'out'))).toBe(false);
  writeFileSync(join(cwd, 'dbt_project.yml'), 'name: d\nclean-targets: [..]\n');
  expect((await runTsdbt(['clean', '--no-clean-project-files-only'], { cwd })).exitCode).toBe(2);
});

test('what is put into others has no result of its own when it is compiled', async () => {
  const files = {
    ...one,
    'models/e.sql': "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}",
    'models/b.sql': "select * from {{ ref('e') }}",
  };
  await run(files, '', ['compile']);
  const json = (name: string) =>
    JSON.parse(readFileSync(join(fixture.root, 'target', name), 'utf8')) as Record<string, Json>;
  const results = json('run_results.json')['results'] as readonly Record<string, Json>[];
  expect(results.map(({ unique_id: id }) => id)).toEqual(['model.d.a', 'model.d.b']);
});

test('the columns of a primary key are told in the order of their names', async () => {
  const files = {
    ...one,
    'models/p.yml': `models: [{name: a, constraints: [{type: primary_key, columns: [z, b, _c]}]}]\n`,
  };
  await run(files, '');
  const file = readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8');
  const { nodes } = JSON.parse(file) as { nodes: Record<string, { primary_key: string[] }> };
  expect(nodes['model.d.a']?.primary_key).toEqual(['_c', 'b', 'z']);
});
