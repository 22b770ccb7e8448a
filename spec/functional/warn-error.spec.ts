import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: w\nprofile: p\n',
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n',
    'models/a.sql': 'select 1 as a',
    'models/s.yml': 'models:\n  - name: ghost\n',
    'tests/t.sql': "{{ config(severity='warn') }} select 1 as a from {{ ref('a') }}",
  });
});
afterEach(() => fixture.remove());

const ghost = 'NoNodeForYamlKey';

function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runTsdbt(args, { cwd: fixture.root, env });
}

function withOptions(options: string, ...args: readonly string[]) {
  return call(['--warn-error-options', options, ...args]);
}

/** Exit codes are those of dbt 1.12 in the same project. */
describe('--warn-error', () => {
  test('a warning of the project ends the command before anything runs', async () => {
    for (const [args, env] of [
      [['run', '--warn-error'], {}],
      [['run'], { DBT_WARN_ERROR: '1' }],
      [['run', '--warn-error-options', '{"error": "all"}'], {}],
      [['run'], { DBT_ENGINE_WARN_ERROR_OPTIONS: `{error: [${ghost}]}` }],
      [['ls', '--warn-error'], {}],
      [['parse', '--warn-error'], {}],
    ] as const) {
      const run = await call(args, env);
      expect({ args, exitCode: run.exitCode }).toEqual({ args, exitCode: 2 });
      expect(run.output).toContain('TS1044');
      expect(run.output).toContain(`This is the warning ${ghost}`);
      expect(run.output).not.toContain('START');
    }
  });

  test('from flags: of the project, as yes and as options', async () => {
    fixture.write({ 'dbt_project.yml': 'name: w\nprofile: p\nflags: {warn_error: true}\n' });
    expect((await call(['parse'])).exitCode).toBe(2);
    fixture.write({
      'dbt_project.yml': `name: w\nprofile: p\nflags:\n  warn_error_options:\n    error: all\n    warn: [${ghost}]\n`,
    });
    expect((await call(['parse'])).exitCode).toBe(0);
    expect((await call(['run', '-s', 'nope'])).exitCode).toBe(2);
  });

  test('what is silenced is not said', async () => {
    const said = await call(['parse']);
    expect(said.stderr).toMatch(/^Warning: .*ghost/);
    const silent = await withOptions(`{silence: [${ghost}]}`, 'parse');
    expect(silent).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

test('all warnings that are errors are told, and those of a project that is wrong beside them', async () => {
  fixture.write({ 'models/s.yml': 'models: [{name: ghost}, {name: ghoul}, {name: a, hue: 1}]\n' });
  const run = await call(['parse', '--warn-error']);
  expect(run.exitCode).toBe(2);
  expect(run.output.match(/TS1044: .*/g)).toEqual([
    'TS1044: Unknown key "hue" in model "a".',
    'TS1044: There are properties for the model "ghost", but no such model.',
    'TS1044: There are properties for the model "ghoul", but no such model.',
  ]);
  expect(run.output).toContain('3 errors. Nothing was run.');
  const some = await withOptions(`{error: [${ghost}]}`, 'parse');
  expect(some.stderr).toContain('Warning: Unknown key "hue"');
  expect(some.output).toContain('2 errors.');
  fixture.write({ 'models/b.sql': "select * from {{ ref('nowhere') }}" });
  const both = await call(['parse', '--warn-error']);
  expect(both.output.match(/TS(1044|3\d+):/g)).toHaveLength(4);
  const warned = await call(['parse']);
  expect(warned.exitCode).toBe(2);
  expect(warned.stderr.match(/^Warning: /gm)).toHaveLength(3);
});

describe('selections', () => {
  test('that pick nothing', async () => {
    const none = 'NoNodesForSelectionCriteria';
    const run = await withOptions(`{error: [${none}]}`, 'run', '-s', 'nope');
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('matches no node');
    const nothing = await withOptions(
      `{error: all, silence: [${none}, ${ghost}]}`,
      'run',
      '-s',
      'nope',
    );
    expect(nothing.exitCode).toBe(2);
    expect(nothing.output).toContain('This is the warning NothingToDo');
    const warned = await withOptions(`{silence: [${ghost}]}`, 'run', '-s', 'nope');
    expect(warned).toMatchObject({
      exitCode: 0,
      stderr:
        'Warning: The selector "nope" matches no node\nWarning: Nothing to do: the selection is empty.',
    });
  });
});

describe('tests that warn', () => {
  const build = ['build', '-s', 'a', 't'];

  test('fail under --warn-error, with the condition of the warning', async () => {
    for (const options of [`{error: all, warn: [${ghost}]}`, '{error: [LogTestResult]}']) {
      const run = await withOptions(options, ...build);
      expect(run.exitCode).toBe(1);
      expect(run.output).toContain('Failed: t  Got 1 result, configured to fail if != 0');
      expect(run.output).toContain('PASS=1 WARN=0 ERROR=1');
    }
  });

  test('warn where LogTestResult is excepted, and are not shown one by one where it is silenced', async () => {
    const warned = await withOptions(`{error: all, warn: [LogTestResult, ${ghost}]}`, ...build);
    expect(warned.exitCode).toBe(0);
    expect(warned.output).toContain('WARN    test');
    const silent = await withOptions('{silence: [LogTestResult]}', ...build);
    expect(silent.exitCode).toBe(0);
    expect(silent.output).not.toContain('WARN    test');
    expect(silent.output).toContain('Warning: t  Got 1 result, configured to warn if != 0');
  });
});

test('a warning that a model raises is the error of this model', async () => {
  fixture.write({
    'models/says.sql': "{{ config(tags='says') }}{% do exceptions.warn('mind') %} select 1 as a",
  });
  const run = await withOptions(
    `{error: [JinjaLogWarning], silence: [${ghost}]}`,
    'run',
    '--no-partial-parse',
    '-s',
    'tag:says',
  );
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain('TS1044: mind');
  const warned = await call(['run', '-s', 'tag:says']);
  expect(warned).toMatchObject({ exitCode: 0 });
  expect(warned.stderr).toContain('Warning: mind');
  expect(await queryDatabase(join(fixture.root, 'w.duckdb'), 'select a from main.says')).toEqual([
    { a: 1 },
  ]);
});

test('Deprecations stands for all of them, the exact name counts before it', async () => {
  fixture.write({ 'models/s.yml': 'models:\n  - name: a\n    hue: blue\n' });
  const name = 'CustomKeyInObjectDeprecation';
  expect((await withOptions('{error: [Deprecations]}', 'parse')).exitCode).toBe(2);
  expect((await withOptions('{silence: [Deprecations]}', 'parse')).stderr).toBe('');
  const excepted = await withOptions(`{error: [Deprecations], warn: [${name}]}`, 'parse');
  expect(excepted.exitCode).toBe(0);
  expect(excepted.stderr).toContain('hue');
});
