import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

function project(files: Readonly<Record<string, string>>): void {
  fixture = projectFixture({
    'dbt_project.yml': 'name: v\n',
    'models/a.sql':
      "select '{{ var('x', 'none') }}' as x, '{{ env_var('PLACE', 'none') }}' as place",
    ...files,
  });
}

async function compiled(args: readonly string[] = [], env = {}, folder = '.'): Promise<string> {
  const cwd = join(fixture.root, folder);
  const run = await runTsdbt(['-q', 'compile', '-s', 'a', ...args], { cwd, env });
  expect(run.stderr).toBe('');
  return run.stdout;
}

/** What dbt 1.12.6 answers. */
describe('require-dbt-version', () => {
  test.each([
    ['">=1.12.0"', true],
    ['">=1.0.0,<2.0.0"', true],
    ['[">=1.0.0", "<2.0.0"]', true],
    ['"1.12.6"', true],
    ['">=1.12.0b1"', true],
    ['">=2.0.0"', false],
    ['[">=1.0.0", "<1.5.0"]', false],
    ['"=1.12.0"', false],
  ])('%s', async (rule, fits) => {
    project({ 'dbt_project.yml': `name: v\nrequire-dbt-version: ${rule}\n` });
    const run = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(run.exitCode).toBe(fits ? 0 : 2);
    if (!fits) expect(run.output).toContain('TS1046: "v" requires dbt');
    const unchecked = await runTsdbt(['--no-version-check', 'parse'], { cwd: fixture.root });
    expect(unchecked.exitCode).toBe(0);
  });

  test('that no version can keep, and that is no version', async () => {
    project({ 'dbt_project.yml': 'name: v\nrequire-dbt-version: ">2.0.0,<1.0.0"\n' });
    const never = await runTsdbt(['ls'], { cwd: fixture.root });
    expect(never.exitCode).toBe(2);
    expect(never.output).toContain('No dbt version can keep what "v" requires: >2.0.0, <1.0.0.');
    fixture.write({ 'dbt_project.yml': 'name: v\nrequire-dbt-version: abc\n' });
    expect((await runTsdbt(['ls'], { cwd: fixture.root })).output).toContain('TS1038');
  });

  test('of a package; and switched off by the environment or the project', async () => {
    project({ 'dbt_packages/p/dbt_project.yml': 'name: p\nrequire-dbt-version: ">=2.0.0"\n' });
    const run = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('TS1046: "p" requires dbt >=2.0.0');
    const env = { DBT_VERSION_CHECK: 'false' };
    expect((await runTsdbt(['parse'], { cwd: fixture.root, env })).exitCode).toBe(0);
    fixture.write({ 'dbt_project.yml': 'name: v\nflags: {version_check: false}\n' });
    expect((await runTsdbt(['ls'], { cwd: fixture.root })).exitCode).toBe(0);
  });
});

describe('vars.yml', () => {
  test('has the variables, which the project file may use; --vars count before', async () => {
    project({
      'vars.yml': 'vars:\n  x: of the file\n  schema: elsewhere\n',
      'dbt_project.yml': 'name: v\nmodels: {v: {+schema: "{{ var(\'schema\') }}"}}\n',
    });
    expect(await compiled()).toContain("'of the file' as x");
    expect(await compiled(['--vars', '{x: given}'])).toContain("'given' as x");
    const list = await runTsdbt(['ls', '--output', 'json', '--output-keys', 'schema'], {
      cwd: fixture.root,
    });
    expect(JSON.parse(list.stdout)).toEqual({ schema: 'main_elsewhere' });
  });

  test('a change of it is seen by what is cached', async () => {
    project({
      'vars.yml': "vars: {wanted: 'true'}\n",
      'models/a.sql': "{{ config(enabled=var('wanted') == 'true') }} select 1 as x",
      'models/b.sql': 'select 1 as x',
    });
    const names = async () => (await runTsdbt(['ls'], { cwd: fixture.root })).stdout;
    expect(await names()).toBe('v.a\nv.b');
    fixture.write({ 'vars.yml': "vars: {wanted: 'false'}\n" });
    expect(await names()).toBe('v.b');
  });

  test('beside vars: of the project file is an error', async () => {
    project({
      'vars.yml': 'vars: {x: 1}\n',
      'dbt_project.yml': 'name: v\nvars:\n  y: 2\n',
    });
    const run = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('dbt_project.yml:2:1 TS1047: Variables are defined in both');
  });

  test('that has no mapping is an error', async () => {
    project({ 'vars.yml': 'vars: [1]\n' });
    expect((await runTsdbt(['parse'], { cwd: fixture.root })).output).toContain(
      'vars.yml:1:1 TS1005',
    );
  });
});

describe('.env', () => {
  test('of the folder or the nearest above it; what is set counts before', async () => {
    project({ '.env': 'PLACE=of the file\nDBT_QUIET=0\n' });
    expect(await compiled()).toContain("'of the file' as place");
    expect(await compiled([], { PLACE: 'set' })).toContain("'set' as place");
    expect(await compiled([], {}, 'models')).toContain("'of the file' as place");
  });

  test('sets flags', async () => {
    project({ '.env': 'DBT_ENGINE_LOG_FORMAT=json\n' });
    const run = await runTsdbt(['ls'], { cwd: fixture.root });
    expect(run.stdout).toContain('"name":"PrintEvent"');
  });
});

describe('dbt_project.yml is read as PyYAML reads it', () => {
  const query = "select {{ [var('y'), var('n'), var('f'), var('o')] }} '{{ var('last') }}'";

  test('words that are booleans, floats, octal numbers, no blanks at the end', async () => {
    project({
      'dbt_project.yml':
        'name: v\nvars:\n  y: yes\n  n: off\n  f: 1.0\n  o: 010\n  last: |\n    text \n\n',
      'models/a.sql': query,
    });
    expect(await compiled()).toContain("select [True, False, 1.0, 8] 'text'");
    expect(await compiled(['--vars', '{y: no, o: 0b11}'])).toContain(
      "select [False, False, 1.0, 3] 'text'",
    );
  });

  test('a project of our own is YAML 1.2', async () => {
    fixture = projectFixture({
      'project.yml': 'name: v\nvars: {y: yes, n: off, f: 1.0, o: 010, last: text}\n',
      'models/a.sql': query,
    });
    expect(await compiled()).toContain("select ['yes', 'off', 1.0, 10] 'text'");
  });

  test('so are profiles and selectors', async () => {
    project({
      'dbt_project.yml': 'name: v\nprofile: p\n',
      'profiles.yml':
        'p: {target: dev, outputs: {dev: {type: duckdb, path: v.duckdb, threads: 0x2}}}\n',
      'selectors.yml':
        'selectors: [{name: one, default: yes, definition: {method: fqn, value: b}}]\n',
      'models/b.sql': 'select 1 as id',
    });
    const run = await runTsdbt(['ls'], { cwd: fixture.root });
    expect(run.stdout.trim()).toBe('v.b');
  });
});
