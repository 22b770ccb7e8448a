import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

interface Told {
  readonly info: { readonly name: string; readonly code: string; readonly msg: string };
  readonly data: Readonly<Record<string, unknown>>;
}

function project(files: Readonly<Record<string, string>>, more = ''): void {
  fixture = projectFixture({
    'dbt_project.yml': `name: d\nprofile: p\n${more}`,
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n',
    'models/a.sql': 'select 1 as a',
    ...files,
  });
}

/** What a command warns of, in its JSON log. */
async function told(...args: readonly string[]): Promise<readonly Told[]> {
  const run = await runTsdbt(['--log-format', 'json', ...args], { cwd: fixture.root });
  expect(run.output).not.toContain('"level":"error"');
  return run.stdout
    .split('\n')
    .map((line) => JSON.parse(line) as Told & { info: { level: string } })
    .filter(({ info }) => info.level === 'warn');
}

const names = (list: readonly Told[]) => list.map(({ info }) => info.name);

const oldTests = `models:
  - name: a
    columns:
      - name: a
        data_tests:
          - accepted_values: {values: [1]}
          - not_null: {severity: warn}
          - accepted_values: {values: [1, 2], name: other}
          - accepted_values: {arguments: {values: [1, 2, 3]}, config: {severity: warn}}
`;

describe('each deprecation is told once, and counted', () => {
  test('in the log, with codes of dbt', async () => {
    project({ 'models/s.yml': oldTests });
    const found = await told('parse');
    expect(found.map(({ info }) => `${info.code} ${info.name}`)).toEqual([
      'D039 MissingArgumentsPropertyInGenericTestDeprecation',
      'D030 PropertyMovedToConfigDeprecation',
      'D028 DeprecationsSummary',
    ]);
    expect(found[0]!.info.msg).toContain('models/s.yml:6: the arguments of the test');
    expect(found[1]!.info.msg).toContain('models/s.yml:7: `severity` of the test "not_null"');
    expect(found[2]!.data).toEqual({
      summaries: [
        {
          event_name: 'MissingArgumentsPropertyInGenericTestDeprecation',
          event_code: 'D039',
          occurrences: 2,
        },
        { event_name: 'PropertyMovedToConfigDeprecation', event_code: 'D030', occurrences: 1 },
      ],
      show_all_hint: true,
    });
  });

  test('all of them with a flag; the terminal has the sum only where some were left out', async () => {
    project({ 'models/s.yml': oldTests });
    const all = await told('parse', '--show-all-deprecations');
    expect(names(all)).toEqual([
      'MissingArgumentsPropertyInGenericTestDeprecation',
      'PropertyMovedToConfigDeprecation',
      'MissingArgumentsPropertyInGenericTestDeprecation',
      'DeprecationsSummary',
    ]);
    const { stderr } = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(stderr).toMatch(/met: Missing\w+ \(2\), PropertyMoved\w+ \(1\)\. --show-all/);
    const full = await runTsdbt(['parse', '--show-all-deprecations'], { cwd: fixture.root });
    expect(full.stderr.split('\n')).toHaveLength(3);
  });

  test('silenced ones are counted; the sum can be silenced, and is no error', async () => {
    project({ 'models/s.yml': oldTests });
    const silence = '{silence: [PropertyMovedToConfigDeprecation]}';
    const found = await told('--warn-error-options', silence, 'parse');
    expect(names(found)).toEqual([
      'MissingArgumentsPropertyInGenericTestDeprecation',
      'DeprecationsSummary',
    ]);
    expect(found[1]!.info.msg).toContain('PropertyMovedToConfigDeprecation (1)');
    const none = '{silence: [Deprecations]}';
    expect(await told('--warn-error-options', none, 'parse')).toEqual([]);
    const error = await runTsdbt(
      ['--warn-error-options', '{error: [DeprecationsSummary]}', 'parse'],
      { cwd: fixture.root },
    );
    expect(error.exitCode).toBe(0);
  });
});

test('without the flag for it, `arguments` of a test is an argument', async () => {
  project(
    {
      'models/s.yml': 'models: [{name: a, data_tests: [{mine: {arguments: {x: 1}}}]}]\n',
      'macros/t.sql': '{% test mine(model, arguments) %}select {{ arguments.x }}{% endtest %}',
    },
    'flags: {require_generic_test_arguments_property: false}\n',
  );
  expect(names(await told('parse'))).toEqual([
    'ArgumentsPropertyInGenericTestDeprecation',
    'DeprecationsSummary',
  ]);
  const compiled = await runTsdbt(['compile', '-s', 'test_type:generic'], { cwd: fixture.root });
  expect(compiled.stdout).toContain('select 1');
});

describe('of files', () => {
  test('keys that are there twice, in property files and the project file', async () => {
    project({ 'models/s.yml': 'models:\n  - {name: b}\nmodels:\n  - {name: a}\n' }, 'name: d\n');
    const found = await told('parse', '--show-all-deprecations');
    expect(found.map(({ info }) => info.msg.split('\n')[0])).toEqual([
      'models/s.yml:3: the key "models" is there twice. The last one counts.',
      'dbt_project.yml:3: the key "name" is there twice. The last one counts.',
      'Deprecations, and how often they were met: DuplicateYAMLKeysDeprecation (2).',
    ]);
    expect(found[0]!.info.name).toBe('DuplicateYAMLKeysDeprecation');
  });

  test('tags between macros mean nothing, also where they end what never began', async () => {
    project({
      'macros/m.sql':
        '{% set x = 1 %}\n{% macro one() %}1{% endmacro %}\n{% endmacro %}\n{% macro two() %}2{% endmacro %}',
      'models/b.sql': 'select {{ one() }} as a, {{ two() }} as b',
    });
    const found = await told('parse', '--show-all-deprecations');
    expect(found.slice(0, 2).map(({ info }) => info.msg)).toEqual([
      'macros/m.sql:1: {% set %} stands between macros, where it means nothing.',
      'macros/m.sql:3: {% endmacro %} stands between macros, where it means nothing.',
    ]);
    expect(names(found)[0]).toBe('UnexpectedJinjaBlockDeprecation');
    const { stdout } = await runTsdbt(['compile', '-s', 'b'], { cwd: fixture.root });
    expect(stdout).toContain('select 1 as a, 2 as b');
  });

  test('a project of ours is held to more', async () => {
    fixture = projectFixture({
      'project.yml': 'name: d\n',
      'macros/m.sql': '{% macro one() %}1{% endmacro %}{% endmacro %}',
      'models/a.sql': 'select 1 as a',
    });
    const run = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain("unknown tag 'endmacro'");
  });

  test('names with spaces: one line each, and their number', async () => {
    project(
      {
        'models/b c.sql': 'select 1 as a',
        'models/d e.sql': 'select 1 as a',
        'models/s.yml': 'sources: [{name: s s, tables: [{name: t}, {name: u}]}]\n',
      },
      'flags: {require_resource_names_without_spaces: false}\n',
    );
    const found = await told('parse', '--show-all-deprecations');
    expect(names(found)).toEqual([
      'SpacesInResourceNameDeprecation',
      'SpacesInResourceNameDeprecation',
      'ResourceNamesWithSpacesDeprecation',
      'SpacesInResourceNameDeprecation',
      'ResourceNamesWithSpacesDeprecation',
      'DeprecationsSummary',
    ]);
    expect(found[2]!.info.msg).toContain('2 found');
  });

  test('overrides of sources that are not there', async () => {
    project({
      'models/s.yml': 'sources: [{name: s, overrides: gone, tables: [{name: t}]}]\n',
    });
    const found = await told('parse');
    expect(names(found)).toContain('UnusedTables');
  });
});

test('flags in profiles.yml count where the project has none', async () => {
  const profile = 'p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n';
  const flags = 'config: {warn_error: true, require_resource_names_without_spaces: false}\n';
  project({ 'profiles.yml': profile + flags, 'models/b c.sql': 'select 1 as a' });
  const env = { DBT_WARN_ERROR: 'false' };
  const run = await runTsdbt(['parse'], { cwd: fixture.root, env });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain('`config` of profiles.yml is deprecated');
  expect((await runTsdbt(['parse'], { cwd: fixture.root })).output).toContain(
    'This is the warning ProjectFlagsMovedDeprecation',
  );
  fixture.write({ 'dbt_project.yml': 'name: d\nprofile: p\nflags: {debug: false}\n' });
  const both = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(both.exitCode).toBe(2);
  expect(both.output).toMatch(
    /profiles\.yml:2:1 TS1005: "config" in .*stands beside `flags` of dbt_project\.yml/,
  );
});

test('modules.itertools', async () => {
  project({
    'models/b.sql':
      'select {% for x in modules.itertools.chain([1], [2]) %}{{ x }} as a{{ x }},{% endfor %} 3 as c',
  });
  const found = await told('parse');
  expect(found[0]!.info).toMatchObject({ name: 'ModulesItertoolsUsageDeprecation', code: 'D034' });
  expect(found[0]!.info.msg).toContain('modules.itertools');
});

describe('of packages', () => {
  const packaged = {
    'packages.yml': 'packages: [{local: pk}]\n',
    'pk/dbt_project.yml': 'name: pk\n',
    'pk/models/p.sql': "select * from {{ ref('a') }}",
  };

  test('a node that depends on one of the project, unless it names it', async () => {
    project(packaged);
    await runTsdbt(['deps'], { cwd: fixture.root });
    const found = await told('parse');
    expect(found.map(({ info }) => `${info.code} ${info.name}`)).toEqual([
      'I077 PackageNodeDependsOnRootProjectNode',
    ]);
    fixture.write({ 'pk/models/p.sql': "select * from {{ ref('d', 'a') }}" });
    expect(await told('parse')).toEqual([]);
    fixture.write({ 'pk/models/p.sql': "select 1 as a, * from {{ ref('a') }}" });
    expect(await told('parse')).toHaveLength(1);
    fixture.write({
      'dbt_project.yml':
        'name: d\nprofile: p\nflags: {require_ref_searches_node_package_before_root: true}\n',
    });
    expect(await told('parse')).toEqual([]);
  });

  test('a package that replaces a built-in materialization', async () => {
    project(
      {
        ...packaged,
        'pk/models/p.sql': 'select 1 as p',
        'pk/macros/m.sql':
          "{% materialization view, default %}{{ return({'relations': []}) }}{% endmaterialization %}",
      },
      'flags: {require_explicit_package_overrides_for_builtin_materializations: false}\n',
    );
    await runTsdbt(['deps'], { cwd: fixture.root });
    expect(names(await told('parse'))).toEqual([
      'PackageMaterializationOverrideDeprecation',
      'DeprecationsSummary',
    ]);
  });

  test('the folder that packages were once in', async () => {
    project({}, 'clean-targets: [dbt_modules, target]\n');
    const run = await runTsdbt(['clean'], { cwd: fixture.root });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('Packages are in dbt_packages, no longer in dbt_modules');
    fixture.write({
      'dbt_project.yml':
        'name: d\nprofile: p\nclean-targets: [dbt_modules]\npackages-install-path: dbt_modules\n',
    });
    expect((await runTsdbt(['clean'], { cwd: fixture.root })).stderr).toBe('');
  });
});

test('source freshness: a file of its own for the report, and hooks that are left out', async () => {
  project(
    {
      'models/s.yml':
        'sources: [{name: s, schema: main, tables: [{name: a, config: {loaded_at_field: now(), freshness: {warn_after: {count: 1, period: day}}}}]}]\n',
    },
    "on-run-start: ['select 1']\nflags: {source_freshness_run_project_hooks: false}\n",
  );
  await runTsdbt(['run'], { cwd: fixture.root });
  expect(names(await told('source', 'freshness', '-o', 'x.json'))).toEqual([
    'CustomOutputPathInSourceFreshnessDeprecation',
    'SourceFreshnessProjectHooksNotRun',
    'DeprecationsSummary',
  ]);
});

test('a microbatch model whose inputs have no event_time reads all of them', async () => {
  const config = `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2026-01-01', batch_size='day') }}`;
  project({
    'models/a.sql': "select timestamp '2026-01-01' as at",
    'models/m.sql': `${config} select * from {{ ref('a') }}`,
  });
  expect(names(await told('parse'))).toEqual(['MicrobatchModelNoEventTimeInputs']);
  fixture.write({
    'models/a.sql': "{{ config(event_time='at') }} select timestamp '2026-01-01' as at",
  });
  expect(await told('parse')).toEqual([]);
  fixture.write({ 'models/a.sql': "select timestamp '2026-01-01' as at" });
  expect(names(await told('parse'))).toEqual(['MicrobatchModelNoEventTimeInputs']);
});

test('edits of property files change what is told of them, and nothing else', async () => {
  const other = oldTests.replaceAll('name: a', 'name: b');
  project({ 'models/b.sql': 'select 1 as a', 'models/s.yml': oldTests, 'models/t.yml': other });
  const all = async () =>
    (await told('parse', '--show-all-deprecations')).map(({ info }) => info.msg);
  const before = await all();
  expect(before).toHaveLength(7);
  fixture.write({ 'models/t.yml': `# one line more\n${other}`, 'models/a.sql': 'select 2 as a' });
  const after = await all();
  expect(after).toEqual(
    before.map((text) => text.replace(/t\.yml:(\d+)/, (_, line) => `t.yml:${Number(line) + 1}`)),
  );
  fixture.write({ 'models/t.yml': 'models: [{name: b}]\n' });
  expect(await all()).toEqual([
    ...before.slice(0, 3),
    before[6]!.replace('(4)', '(2)').replace(/(Moved\w+) \(2\)/, '$1 (1)'),
  ]);
});
