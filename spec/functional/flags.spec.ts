import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { envNames, flagTable } from '../../src/config/flags/flag-table.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(() => {
  fixture = projectFixture(files());
});
afterEach(() => fixture.remove());

function files(flags = ''): Record<string, string> {
  return {
    'dbt_project.yml': `name: p\nprofile: p\n${flags}`,
    'profiles.yml': `p:
  target: dev
  outputs:
    dev: {type: duckdb, path: dev.duckdb, threads: 2}
    other: {type: duckdb, path: other.duckdb, threads: 2}
`,
    'models/m.sql': 'select 1 as a',
    'macros/say.sql': `{% macro say(names) %}
{%- for name in names %}{% do print(name ~ '=' ~ flags[name]) %}{% endfor %}
{%- endmacro %}
{% macro args(names) %}
{%- for name in names %}{% do print(name ~ '=' ~ invocation_args_dict[name]) %}{% endfor %}
{%- endmacro %}
{% macro where() %}{% do print(target.name) %}{% endmacro %}
{% macro log_all() %}{% do log('hidden') %}{% do log('told', info=true) %}{% do print('printed') %}{% endmacro %}`,
  };
}

type Env = Readonly<Record<string, string>>;

function call(args: readonly string[], env: Env = {}): Promise<TsdbtRun> {
  return runTsdbt(args, { cwd: fixture.root, env });
}

/** What `flags` has inside a macro that is called quietly. */
async function said(macro: string, names: string, args: readonly string[] = [], env: Env = {}) {
  const operation = ['run-operation', macro, '--args', `{names: [${names}]}`];
  const run = await call(['-q', ...operation, ...args], env);
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return run.stdout.split('\n').filter((line) => line !== '');
}

/** What dbt 1.12 answers in the same project. */
describe('precedence', () => {
  const flag = 'FAIL_FAST';

  test('command line, environment, project, default', async () => {
    expect(await said('say', flag)).toEqual(['FAIL_FAST=False']);
    fixture.write(files('flags: {fail_fast: true}\n'));
    expect(await said('say', flag)).toEqual(['FAIL_FAST=True']);
    expect(await said('say', flag, [], { DBT_FAIL_FAST: 'no' })).toEqual(['FAIL_FAST=False']);
    expect(await said('say', flag, ['-x'], { DBT_FAIL_FAST: 'no' })).toEqual(['FAIL_FAST=True']);
    expect(await said('say', flag, ['--no-fail-fast'])).toEqual(['FAIL_FAST=False']);
  });

  test('DBT_ENGINE_X counts before DBT_X, an empty variable not at all', async () => {
    const both = { DBT_FAIL_FAST: '0', DBT_ENGINE_FAIL_FAST: '1' };
    expect(await said('say', flag, [], both)).toEqual(['FAIL_FAST=True']);
    expect(await said('say', flag, [], { ...both, DBT_ENGINE_FAIL_FAST: '' })).toEqual([
      'FAIL_FAST=False',
    ]);
  });

  test('a variable counts for the commands that have the flag', async () => {
    const env = { DBT_FULL_REFRESH: '1', DBT_ENGINE_TARGET: 'other' };
    expect(await said('say', 'FULL_REFRESH, WHICH', [], env)).toEqual([
      'FULL_REFRESH=False',
      'WHICH=run-operation',
    ]);
    const run = await call(['-q', 'run-operation', 'where'], env);
    expect(run.stdout).toBe('other');
  });

  test('--log-level says what --log-level-file is while that is not given', async () => {
    const names = 'log_level, log_level_file, log_format_file, use_colors_file';
    expect(await said('args', names, ['--no-use-colors'], { DBT_LOG_LEVEL: 'WARN' })).toEqual([
      'log_level=warn',
      'log_level_file=warn',
      'log_format_file=debug',
      'use_colors_file=False',
    ]);
  });
});

describe('flags in templates', () => {
  test("have dbt's names and values; others are undefined", async () => {
    const names =
      'FULL_REFRESH, STORE_FAILURES, EMPTY, WARN_ERROR, INDIRECT_SELECTION, INTROSPECT, LOG_FORMAT, PRINTER_WIDTH, NO_PRINT, VERSION_CHECK, WRITE_JSON, DEFER, LOG_LEVEL, full_refresh, NOPE';
    expect(await said('say', names)).toEqual([
      'FULL_REFRESH=False',
      'STORE_FAILURES=False',
      'EMPTY=None',
      'WARN_ERROR=None',
      'INDIRECT_SELECTION=eager',
      'INTROSPECT=True',
      'LOG_FORMAT=default',
      'PRINTER_WIDTH=80',
      'NO_PRINT=None',
      'VERSION_CHECK=True',
      'WRITE_JSON=True',
      'DEFER=',
      'LOG_LEVEL=',
      'full_refresh=',
      'NOPE=',
    ]);
  });

  test('invocation_args_dict has all of them, and behavior flags', async () => {
    const names = 'defer, vars, require_resource_names_without_spaces, fail_fast, which';
    expect(await said('args', names, ['--vars', '{a: 1}'])).toEqual([
      'defer=False',
      "vars={'a': 1}",
      'require_resource_names_without_spaces=True',
      'fail_fast=',
      'which=run-operation',
    ]);
  });

  test('args of run_results.json are those of dbt, without the values of --vars', async () => {
    await call(['run', '--vars', '{pass: word}', '--threads', '1', '--defer', '--state', 's']);
    await call(['run', '--vars', '{pass: word}', '--threads', '1', '-f']);
    const text = readFileSync(join(fixture.root, 'target/run_results.json'), 'utf8');
    expect(text).not.toContain('word');
    const { args } = JSON.parse(text);
    expect(args).toMatchObject({
      which: 'run',
      full_refresh: true,
      threads: 1,
      defer: false,
      empty: false,
      favor_state: false,
      indirect_selection: 'eager',
      log_format: 'default',
      log_level: 'info',
      partial_parse: true,
      printer_width: 80,
      state_modified_compare_vars: false,
      strict_mode: false,
      warn_error_options: { error: [], warn: [], silence: [] },
      invocation_command: 'tsdbt run --vars … --threads 1 -f',
    });
    expect(args).not.toHaveProperty('fail_fast');
    expect(args).not.toHaveProperty('store_failures');
  });
});

describe('what is said', () => {
  test('log() only with info, print() also when quiet, nothing with --no-print', async () => {
    const operation = ['run-operation', 'log_all'];
    expect((await call(operation)).stdout.split('\n').slice(1)).toEqual(['told', 'printed']);
    expect((await call([...operation, '-q'])).stdout).toBe('printed');
    expect((await call([...operation, '-q', '--no-print'])).stdout).toBe('');
    expect((await call([...operation, '-q'], { DBT_NO_PRINT: '1' })).stdout).toBe('');
  });
});

describe('mistakes', () => {
  test.each([
    [['run', '--fail-fats'], {}, 'Did you mean --fail-fast?'],
    [['run', '--log-format', 'foo'], {}, "TS1040: --log-format can't be foo."],
    [['run', '--threads', 'two'], {}, "TS1040: --threads can't be two."],
    [['run'], { DBT_LOG_FORMAT: 'foo' }, "TS1040: DBT_LOG_FORMAT can't be foo."],
    [['run'], { DBT_ENGINE_QUIET: 'foo' }, "TS1040: DBT_ENGINE_QUIET can't be foo."],
    [['-x', 'run', '--no-fail-fast'], {}, 'TS1041: fail_fast was provided both before and after'],
    [['run', '--warn-error'], { DBT_WARN_ERROR_OPTIONS: '{error: all}' }, 'TS1042'],
    [['run', '--warn-error-options', '{warn: [Nope]}'], {}, 'TS1043'],
    [
      ['run', '--warn-error-options', '{error: [NoNodesForSelectionCriterion]}'],
      {},
      'Did you mean "NoNodesForSelectionCriteria"?',
    ],
  ])('%j %j', async (args, env, message) => {
    const run = await call(args, env as Env);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(message);
  });

  test('a flag of the project with a wrong value is shown where it stands', async () => {
    fixture.write(files('flags:\n  fail_fast: maybe\n'));
    const run = await call(['parse']);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('dbt_project.yml:4:3');
    expect(run.output).toContain(`TS1040: flags: fail_fast can't be "maybe".`);
  });
});

test('a dbt command line with flags that mean nothing here runs', async () => {
  const run = await call(
    '--cache-selected-only --no-populate-cache --log-cache-events --printer-width 100 --no-send-anonymous-usage-stats --no-static-parser --no-hints-enabled run -r timing.txt --no-use-experimental-parser --macro-debugging --sqlparse {} --single-threaded'.split(
      ' ',
    ),
  );
  expect(run.output).toContain('1 thread\n');
  expect(run.exitCode).toBe(0);
});

describe('command lines of dbt', () => {
  const json = (path: string) => JSON.parse(readFileSync(join(fixture.root, path), 'utf8'));

  test('docs generate with a selection compiles and catalogs what it picks', async () => {
    fixture.write({ 'models/n.sql': 'select 2 as b' });
    await call(['run']);
    const compiled = () =>
      Object.values(
        json('target/manifest.json').nodes as Record<string, { compiled?: boolean; name: string }>,
      )
        .filter((node) => node.compiled === true)
        .map((node) => node.name);
    expect((await call(['docs', 'generate', '--select', 'n'])).exitCode).toBe(0);
    expect(Object.keys(json('target/catalog.json').nodes)).toEqual(['model.p.n']);
    expect(compiled()).toEqual(['n']);
    expect((await call(['docs', 'generate', '--empty-catalog', '--static'])).exitCode).toBe(0);
    expect(json('target/catalog.json').nodes).toEqual({});
    expect(compiled()).toEqual(['m', 'n']);
  });

  test('source freshness: another file, its old name, and warnings as errors', async () => {
    fixture.write({
      'models/t.sql': "{{ config(materialized='table') }} select timestamp '2020-01-01' as ts",
      'models/s.yml':
        'sources:\n  - name: raw\n    schema: main\n    tables:\n      - name: t\n        config: {loaded_at_field: ts, freshness: {warn_after: {count: 1, period: hour}}}\n',
    });
    await call(['run', '-s', 't']);
    const fresh = await call(['source', 'snapshot-freshness', '-o', 'fresh.json']);
    expect(fresh.exitCode).toBe(0);
    expect(json('fresh.json').results).toMatchObject([
      { unique_id: 'source.p.raw.t', status: 'warn' },
    ]);
    expect((await call(['source', 'freshness', '--warn-error'])).exitCode).toBe(1);
    const logged = await call(['source', 'freshness', '--log-format', 'json']);
    const line = logged.stdout.split('\n').find((text) => text.includes('LogFreshnessResult'))!;
    expect(JSON.parse(line)).toMatchObject({
      info: { level: 'warn' },
      data: { status: 'warn', source_name: 'raw', table_name: 't', index: 1, total: 1 },
    });
  });

  test('source freshness runs the hooks of the project, unless a flag says no', async () => {
    const hooked = (flags: string) =>
      fixture.write({
        'dbt_project.yml': `name: p
profile: p
on-run-start: create table if not exists main.started as select 1 as x
on-run-end: "create or replace table main.ended as select {{ results | length }} as n, '{{ results[0].status }} {{ results[0].node.name }}' as what"
${flags}`,
      });
    fixture.write({
      'models/t.sql': "{{ config(materialized='table') }} select timestamp '2020-01-01' as ts",
      'models/s.yml':
        'sources:\n  - name: raw\n    schema: main\n    tables:\n      - name: t\n        config: {loaded_at_field: ts, freshness: {warn_after: {count: 1, period: hour}}}\n',
    });
    await call(['run', '-s', 't']);
    hooked('flags: {source_freshness_run_project_hooks: false}\n');
    const path = join(fixture.root, 'dev.duckdb');
    const tables = () =>
      queryDatabase(
        path,
        "select table_name as t from duckdb_tables() where table_name in ('started', 'ended') order by 1",
      );
    expect((await call(['source', 'freshness'])).exitCode).toBe(0);
    expect(await tables()).toEqual([]);
    hooked('');
    expect((await call(['source', 'freshness'])).exitCode).toBe(0);
    expect(await tables()).toEqual([{ t: 'ended' }, { t: 'started' }]);
    expect(await queryDatabase(path, 'select n, what from main.ended')).toEqual([
      { n: 1, what: 'warn t' },
    ]);
    fixture.write({ 'dbt_project.yml': 'name: p\nprofile: p\non-run-start: select nope\n' });
    const failed = await call(['source', 'freshness']);
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain('nope');
    expect(json('target/sources.json').results).toEqual([]);
  });

  test('show --inline-direct is no template, debug --config-dir a folder', async () => {
    const shown = await call([
      'show',
      '--inline-direct',
      "select '{{ x }}' as t",
      '--output',
      'json',
    ]);
    expect(JSON.parse(shown.stdout)).toEqual({ show: [{ t: '{{ x }}' }] });
    expect((await call(['debug', '--config-dir'])).stdout).toBe(fixture.root);
    expect((await call(['debug', '--config-dir', '--profiles-dir', 'models'])).stdout).toBe(
      join(fixture.root, 'models'),
    );
  });

  test('retry --full-refresh builds what failed anew', async () => {
    fixture.write({
      'models/inc.sql':
        "{{ config(materialized='incremental') }} select 1 as a {% if var('bad', false) %} from nope {% endif %}",
    });
    await call(['run', '-s', 'inc']);
    await call(['run', '-s', 'inc', '--vars', '{bad: true}']);
    const run = await call(['retry', '--vars', '{bad: false}', '--full-refresh']);
    expect(run.exitCode).toBe(0);
    expect(json('target/run_results.json').args).toMatchObject({ full_refresh: true });
  });
});

test('docs/flags.md names every flag, and every variable that is read for those that have an effect', () => {
  const page = readFileSync('docs/flags.md', 'utf8');
  const hidden = new Set(
    [...flagTable.values()].filter((flag) => flag.help === undefined).map((flag) => flag.name),
  );
  const missing = [...flagTable.values()].flatMap((flag) => {
    const long = `--${flag.name.replaceAll('_', '-')}`;
    const env = envNames(flag).at(-1);
    return [long, ...(hidden.has(flag.name) || env === undefined ? [] : [env])];
  });
  expect(missing.filter((name) => !page.includes(name))).toEqual([]);
});
