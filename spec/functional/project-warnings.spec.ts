import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

interface Warned {
  readonly name: string;
  readonly text: string;
}

/** All warnings of `parse`, without their sum, under the names that dbt 1.12 has for them in the same project. */
async function warnings(
  projectFile: string,
  files: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Warned[]> {
  fixture = projectFixture({
    'dbt_project.yml': `name: d\n${projectFile}`,
    'models/a.sql': 'select 1 as a',
    ...files,
  });
  const command = args.length === 0 ? ['parse'] : args;
  const flags = ['--log-format', 'json', '--show-all-deprecations'];
  const run = await runTsdbt([...flags, ...command], { cwd: fixture.root, env });
  expect(run.exitCode).toBe(0);
  return run.stdout
    .split('\n')
    .map((line) => JSON.parse(line) as { info: { name: string; level: string; msg: string } })
    .filter(({ info }) => info.level === 'warn' && info.name !== 'DeprecationsSummary')
    .map(({ info }) => ({ name: info.name, text: info.msg }));
}

describe('keys of the project file', () => {
  test.each([
    [
      'source-paths: [old]',
      'ConfigSourcePathDeprecation',
      '`source-paths` of dbt_project.yml has been renamed to `model-paths`.',
    ],
    [
      'data-paths: [old]',
      'ConfigDataPathDeprecation',
      '`data-paths` of dbt_project.yml has been renamed to `seed-paths`.',
    ],
    [
      'log-path: elsewhere',
      'ConfigLogPathDeprecation',
      '`log-path` of dbt_project.yml is deprecated: use --log-path or DBT_LOG_PATH instead.',
    ],
    [
      'target-path: elsewhere',
      'ConfigTargetPathDeprecation',
      '`target-path` of dbt_project.yml is deprecated: use --target-path or DBT_TARGET_PATH instead.',
    ],
  ])('%s', async (key, name, text) => {
    expect(await warnings(`${key}\n`)).toEqual([{ name, text }]);
  });

  test('the default of a deprecated key is not worth a word; ours may have another', async () => {
    expect(await warnings('log-path: logs\ntarget-path: target\n')).toEqual([]);
    fixture.remove();
    fixture = projectFixture({ 'project.yml': 'name: d\ntarget-path: out\n' });
    expect((await runTsdbt(['parse'], { cwd: fixture.root })).stderr).toBe('');
  });

  test('renamed ones are read', async () => {
    await warnings('source-paths: [old]\n', { 'old/b.sql': 'select 2 as b' });
    const list = await runTsdbt(['ls'], { cwd: fixture.root });
    expect(list.stdout).toBe('d.b');
  });

  test.each([
    ['source-paths: [old]\nmodel-paths: [models]', 'TS1050: source-paths and model-paths are both'],
    [
      'tests: {+severity: warn}\ndata_tests: {+severity: warn}',
      'TS1050: tests and data_tests are both',
    ],
    ['modules-path: mods', 'TS1004: Unknown key "modules-path"'],
  ])('%s is an error', async (keys, message) => {
    fixture = projectFixture({ 'dbt_project.yml': `name: d\n${keys}\n` });
    const run = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(message);
  });
});

describe('configuration that leads to no resource', () => {
  test.each([
    ['models: {d: {nofolder: {+tags: x}}}', 'models.d.nofolder'],
    ['tests: {d: {+severity: warn}}', 'data_tests.d'],
    ['seeds: {d: {+quote_columns: true}}\nmodels: {other: {+tags: x}}', 'models.other, seeds.d'],
  ])('%s', async (trees, paths) => {
    expect(await warnings(`${trees}\n`)).toEqual([
      {
        name: 'UnusedResourceConfigPath',
        text: `Configuration paths exist in dbt_project.yml which do not apply to any resources: ${paths}.`,
      },
    ]);
  });

  test('models that are there, disabled ones too, are led to', async () => {
    const tree = 'models:\n  +tags: x\n  d:\n    +meta: {a: 1}\n    sub: {+enabled: false}\n';
    expect(await warnings(tree, { 'models/sub/b.sql': 'select 1 as b' })).toEqual([]);
  });
});

test('a test of what is not there is not run, and warned of', async () => {
  const files = {
    'models/s.yml':
      "models: [{name: a, columns: [{name: a, data_tests: [{relationships: {arguments: {to: ref('nowhere'), field: id}}}]}]}]\n",
    'tests/t.sql': "select * from {{ source('x', 'y') }}",
  };
  const found = await warnings('', files);
  expect(found.map(({ name }) => name)).toEqual([
    'NodeNotFoundOrDisabled',
    'NodeNotFoundOrDisabled',
  ]);
  const list = await runTsdbt(['ls'], { cwd: fixture.root });
  expect(list.stdout).toBe('d.a');
  fixture.remove();
  fixture = projectFixture({
    'project.yml': 'name: d\n',
    'models/a.sql': 'select 1 as a',
    ...files,
  });
  expect((await runTsdbt(['ls'], { cwd: fixture.root })).exitCode).toBe(2);
});

test('names with spaces are errors, or warned of where a flag lets them be', async () => {
  const files = { 'models/a b.sql': 'select 1 as a' };
  fixture = projectFixture({ 'dbt_project.yml': 'name: d\n', ...files });
  const run = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain(
    'models/a b.sql TS1051: The name of the model "a b" has spaces in it.',
  );
  fixture.remove();
  const [one] = await warnings('flags: {require_resource_names_without_spaces: false}\n', files);
  expect(one?.name).toBe('SpacesInResourceNameDeprecation');
});

describe('how flags are given', () => {
  test.each([
    [['ls', '-m', 'a'], {}, 'ModelParamUsageDeprecation'],
    [['ls'], { DBT_NO_PRINT: '1' }, 'EnvironmentVariableRenamed'],
    [['ls', '--warn-error-options', '{include: []}'], {}, 'WEOIncludeExcludeDeprecation'],
    [['ls'], { DBT_WARN_ERROR_OPTIONS: '{exclude: []}' }, 'WEOIncludeExcludeDeprecation'],
    [['ls'], { DBT_ENGINE_TRAGET: 'x' }, 'EnvironmentVariableNamespaceDeprecation'],
  ])('%j %j', async (args, env, name) => {
    const found = await warnings('', {}, args, env as Readonly<Record<string, string>>);
    expect(found.map((one) => one.name)).toEqual([name]);
  });

  test('a flag of the project that looks like another', async () => {
    const [one] = await warnings('flags:\n  fial_fast: true\n');
    expect(one).toEqual({
      name: 'UnknownProjectFlag',
      text: 'dbt_project.yml:3: there is no flag "fial_fast". Did you mean "fail_fast"?',
    });
    expect(existsSync(join(fixture.root, 'logs'))).toBe(false);
  });
});

test('keys of columns that nobody knows are warned of, and handed on in the manifest', async () => {
  const properties = `models:
  - name: a
    columns: [{name: a, label: The A, weights: {one: 1.0}}]
sources:
  - name: s
    tables: [{name: t, columns: [{name: c, label: The C}]}]
`;
  const found = await warnings('', { 'models/p.yml': properties });
  expect(found.map(({ text }) => text)).toEqual([
    'Unknown key "label" in model "a", columns.[0].',
    'Unknown key "weights" in model "a", columns.[0].',
    'Unknown key "label" in source "s", tables.[0].columns.[0].',
  ]);
  const columnsOf = () => {
    const text = readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8');
    const { nodes, sources } = JSON.parse(text) as Record<
      string,
      Record<string, { columns: Record<string, unknown> }>
    >;
    return [nodes!['model.d.a']!.columns, sources!['source.d.s.t']!.columns];
  };
  const expected = [
    { a: { name: 'a', label: 'The A', weights: { one: 1 } } },
    { c: { name: 'c', label: 'The C' } },
  ];
  expect(columnsOf()).toMatchObject(expected);
  await runTsdbt(['compile'], { cwd: fixture.root });
  expect(columnsOf()).toMatchObject(expected);
});

test('tests at the top of a property file are of nothing: they are told of, not read', async () => {
  const [told, ...others] = await warnings('', {
    'models/s.yml': `
models: [{name: a}]
tests:
  - unique: {column_name: a}
  - no_such_test: {expression: "{{ ref('a') }}"}
`,
  });
  expect(others).toEqual([]);
  expect(told!.name).toBe('CustomTopLevelKeyDeprecation');
  expect(told!.text).toContain('models/s.yml: `tests` at the top of a file');
});

test('properties in the section of another kind are told of', async () => {
  const found = await warnings('', {
    'seeds/s.csv': 'id\n1\n',
    'models/p.yml': 'models: [{name: s}, {name: gone}]\nsnapshots: [{name: a}]\n',
  });
  expect(found.map(({ name, text }) => `${name} ${text}`).sort()).toEqual([
    'NoNodeForYamlKey There are properties for the model "gone", but no such model.',
    'WrongResourceSchemaFile There are properties for the model "s", but no such model. What has this name is of another kind.',
    'WrongResourceSchemaFile There are properties for the snapshot "a", but no such snapshot. What has this name is of another kind.',
  ]);
});

test('a key below meta is not found by its bare name', async () => {
  const found = await warnings(
    '',
    { 'models/b.sql': "{{ config(meta={'k': 1}) }} select '{{ config.get('k', 2) }}' as b" },
    ['compile', '-s', 'b'],
  );
  expect(found).toEqual([
    {
      name: 'GetMetaKeyWarning',
      text: "model.d.b: config.get('k') does not find \"k\" below `meta`; config.meta_get('k') does.",
    },
  ]);
});

test('properties of macros and exposures are held against what they describe', async () => {
  const files = {
    'macros/m.sql': '{% macro m(one, two) %}{% endmacro %}{% macro fine(a) %}{% endmacro %}',
    'macros/p.yml': `macros:
  - {name: m, arguments: [{name: one, type: "list[dict[str, any]]"}, {name: too, type: "list[tuple]"}]}
  - {name: fine, arguments: [{name: a, type: "optional[relation]"}, {name: b}]}
  - {name: gone}
`,
    'models/p.yml': 'exposures: [{name: my board, type: dashboard, owner: {email: o}}]\n',
  };
  const found = await warnings('', files);
  expect(found.map(({ name, text }) => `${name} ${text}`).sort()).toEqual([
    'ExposureNameDeprecation The exposure "my board" should have letters, digits, _ and - in its name, and nothing else.',
    'InvalidMacroAnnotation macros/p.yml: "list[tuple]" is no type for the argument "too" of the macro "m".',
    'InvalidMacroAnnotation macros/p.yml: the macro "fine" has 1 arguments, its properties 2.',
    'InvalidMacroAnnotation macros/p.yml: the macro "m" has "two" where its properties have "too".',
    'MacroNotFoundForPatch macros/p.yml: There are properties for the macro "gone", but no such macro.',
  ]);
  fixture.remove();
  const quiet = await warnings('flags: {validate_macro_args: false}\n', files);
  expect(quiet.map(({ name }) => name).sort()).toEqual([
    'ExposureNameDeprecation',
    'MacroNotFoundForPatch',
  ]);
});
