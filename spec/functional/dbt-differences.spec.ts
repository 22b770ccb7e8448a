import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Each was seen with dbt 1.12.6 and dbt-duckdb 1.11.1.

let project: ProjectFixture;
afterEach(() => project.remove());

function make(files: ProjectFiles, more = ''): void {
  project = projectFixture({
    'dbt_project.yml': `name: shop\nversion: 1.0.0\nprofile: p\n${more}`,
    'profiles.yml': 'p: {target: d, outputs: {d: {type: duckdb, path: x.duckdb}}}\n',
    'models/a.sql': 'select 1 as id',
    ...files,
  });
}

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runTsdbt(args, { cwd: project.root, env });

test('run-operation finds a macro of a package by its name alone, its own first', async () => {
  make({
    'packages.yml': 'packages: [{local: pkg}]\n',
    'pkg/dbt_project.yml': 'name: pkg\nversion: 1.0.0\n',
    'pkg/macros/m.sql':
      "{% macro hi(a) %}{% do print('pkg ' ~ a) %}{% endmacro %}{% macro both() %}{% do print('pkg') %}{% endmacro %}",
    'macros/m.sql': "{% macro both() %}{% do print('own') %}{% endmacro %}",
  });
  const found = await run(['-q', 'run-operation', 'hi', '--args', '{a: 3}']);
  expect([found.exitCode, found.stdout]).toEqual([0, 'pkg 3']);
  expect((await run(['-q', 'run-operation', 'both'])).stdout).toBe('own');
  const missing = await run(['run-operation', 'hj']);
  expect([missing.exitCode, missing.output]).toEqual([1, expect.stringContaining('TS3030')]);
});

test('what run-operation says of its call', async () => {
  make({
    'macros/m.sql': `{% macro told(a) %}{% set d = invocation_args_dict %}{% do print([d.macro, d.args, d.args.a.b, d.project_dir, d.log_path] | tojson) %}{% endmacro %}`,
  });
  const { stdout } = await run(['-q', 'run-operation', 'told', '--args', '{a: {b: 3}}']);
  const { root } = project;
  expect(JSON.parse(stdout)).toEqual(['told', { a: { b: 3 } }, 3, root, join(root, 'logs')]);
  expect(existsSync(join(root, 'logs'))).toBe(false);
});

test('tags of exposures in the project file are theirs', async () => {
  make(
    {
      'models/e.yml': `exposures:
  - {name: e, type: dashboard, owner: {name: x}, tags: [mine]}
  - {name: f, type: dashboard, owner: {name: x}, config: {tags: [cfg]}}
`,
    },
    'exposures:\n  tags: [top]\n  shop:\n    +tags: [own]\n',
  );
  const { stdout } = await run(
    '-q ls --resource-type exposure --output json --output-keys name tags'.split(' '),
  );
  expect(stdout.split('\n').map((line) => JSON.parse(line))).toEqual([
    { name: 'e', tags: ['mine', 'own', 'top'] },
    { name: 'f', tags: ['cfg', 'top'] },
  ]);
  expect((await run(['-q', 'ls', '-s', 'tag:top'])).stdout).toBe(
    'exposure:shop.e\nexposure:shop.f',
  );
});

test('an empty tests: of a version keeps the tests of the model, [] does not', async () => {
  make({
    'models/v_v1.sql': 'select 1 as id',
    'models/v_v2.sql': 'select 1 as id',
    'models/v_v3.sql': 'select 1 as id',
    'models/v.yml': `models:
  - name: v
    data_tests: [{unique: {arguments: {column_name: id}}}]
    versions:
      - {v: 1, tests: }
      - {v: 2, data_tests: []}
      - {v: 3}
`,
  });
  const { stdout } = await run(['-q', 'ls', '--resource-type', 'test']);
  expect(stdout.split('\n').sort()).toEqual(['shop.unique_v_v1_id', 'shop.unique_v_v3_id']);
});

test('keys of a profile that are not known are passed over with a warning', async () => {
  const output = (keys: string) => ({
    'profiles.yml': `p: {target: d, outputs: {d: {type: duckdb, path: x.duckdb, ${keys}}}}\n`,
  });
  make(output('host: abc, thread: 2, motherduck_token: t, is_ducklake: false'));
  const { exitCode, output: said } = await run(['build']);
  expect(exitCode).toBe(0);
  expect(said).toContain('profiles.yml:1: Unknown key "host" in profile "p", target "d". It has');
  expect(said).toContain('Unknown key "thread"');
  expect(said).toContain('Did you mean "threads"?');
  expect(said).not.toMatch(/motherduck_token|is_ducklake/);
  project.write(output('is_ducklake: true'));
  expect((await run(['build'])).exitCode).toBe(2);
});

test('in a project.yml project they are an error', async () => {
  project = projectFixture({
    'project.yml': 'name: shop\nprofile: p\n',
    'profiles.yml': 'p: {target: d, outputs: {d: {type: duckdb, thread: 2}}}\n',
  });
  const { exitCode, output } = await run(['parse']);
  expect([exitCode, output]).toEqual([2, expect.stringContaining('TS1004: Unknown key "thread"')]);
});

test('retry with --warn-error runs what warned', async () => {
  make({
    'models/a.yml':
      'models:\n  - name: a\n    data_tests: [{accepted_values: {arguments: {column_name: id, values: [2]}, config: {severity: warn}}}]\n',
  });
  expect((await run(['build'])).output).toContain('WARN=1');
  expect((await run(['retry'])).output).toContain('Nothing to do');
  await run(['build']);
  const { exitCode, output } = await run(['--warn-error', 'retry']);
  expect(output).not.toContain('Nothing to do');
  expect([exitCode, output]).toEqual([1, expect.stringContaining('accepted_values_a_id__2')]);
});

test('DBT_ENGINE_X of a flag is DBT_X as well, and the other way round', async () => {
  make({
    'models/e.sql':
      "select '{{ env_var('DBT_FULL_REFRESH', 'no') }} {{ env_var('DBT_ENGINE_FAIL_FAST', 'no') }} {{ env_var('DBT_MINE', 'no') }}' as e",
  });
  const env = { DBT_ENGINE_FULL_REFRESH: '1', DBT_FAIL_FAST: '0', DBT_ENGINE_MINE: '2' };
  expect((await run(['-q', 'compile', '-s', 'e'], env)).stdout).toBe("select '1 0 no' as e");
});

test.each(['invalid', '1', '"1"', '1.0', '1.2.3-rc.1', '01.0.0'])(
  'version: %s',
  async (version) => {
    make({ 'dbt_project.yml': `name: shop\nprofile: p\nversion: ${version}\n` });
    const { exitCode, output } = await run(['parse']);
    const isRefused = ['invalid', '"1"', '01.0.0'].includes(version);
    expect([exitCode, output.includes('dbt_project.yml:3:1 TS1005')]).toEqual([
      isRefused ? 2 : 0,
      isRefused,
    ]);
  },
);

test('a unit test of versions that includes some and excludes some', async () => {
  make({
    'models/v_v1.sql': 'select 1 as id',
    'models/v_v2.sql': 'select 1 as id',
    'models/v.yml': `models:
  - name: v
    versions: [{v: 1}, {v: 2}]
unit_tests:
  - name: u
    model: v
    versions: {include: [1], exclude: [2]}
    given: []
    expect: {rows: [{id: 1}]}
`,
  });
  const { exitCode, output } = await run(['build']);
  expect([exitCode, output]).toEqual([2, expect.stringContaining('include or exclude, not both')]);
});
