import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: w\nprofile: p\n',
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n',
    'models/a.sql': "{{ config(materialized='table', meta={'owner': 'x'}) }}select 1 as a",
    'models/b.sql': "select a from {{ ref('a') }}",
    'models/bad.sql': 'select nope',
    'models/after.sql': "select * from {{ ref('bad') }}",
    'models/s.yml':
      'groups: [{name: team, owner: {name: o, email: [a, b]}}]\nmodels:\n  - name: a\n    group: team\n    columns: [{name: a, data_tests: [not_null, {accepted_values: {arguments: {values: [5]}, config: {severity: warn}}}]}]\n',
    'seeds/sd.csv': 'id\n1\n',
    'snapshots/sn.yml':
      "snapshots:\n  - name: sn\n    relation: ref('sd')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
    'macros/m.sql':
      "{% macro say() %}{% do log('hidden') %}{% do log('told', info=true) %}{% do print('printed') %}{% endmacro %}",
  });
});
afterEach(() => fixture.remove());

interface Line {
  readonly info: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly level: string;
  };
  readonly data: Readonly<Record<string, unknown>> & {
    readonly node_info?: Readonly<Record<string, unknown>>;
  };
}

function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runTsdbt(args, { cwd: fixture.root, env });
}

async function logged(...args: readonly string[]): Promise<readonly Line[]> {
  const { stdout, stderr } = await call(['--log-format', 'json', ...args]);
  expect(stderr).toBe('');
  return stdout.split('\n').map((line) => JSON.parse(line) as Line);
}

const named = (lines: readonly Line[], name: string) =>
  lines.filter((line) => line.info.name === name);

/** Names, levels and keys are those of dbt 1.12 in the same project. */
describe('--log-format json', () => {
  test('tells a run in the order and under the names of dbt', async () => {
    const lines = await logged(
      '--log-level',
      'debug',
      'run',
      '-s',
      'a',
      'bad',
      'after',
      '--threads',
      '1',
    );
    expect(lines.map(({ info }) => `${info.level} ${String(info['code'])} ${info.name}`)).toEqual([
      'info A001 MainReportVersion',
      'debug A002 MainReportArgs',
      'info W006 FoundStats',
      'info Q027 ConcurrencyLine',
      'debug Q024 NodeStart',
      'info Q011 LogStartLine',
      'debug Q030 NodeCompiling',
      'debug Q031 NodeExecuting',
      'debug E016 SQLQuery',
      'debug E017 SQLQueryStatus',
      'info Q012 LogModelResult',
      'info Q025 NodeFinished',
      'debug Q024 NodeStart',
      'info Q011 LogStartLine',
      'debug Q030 NodeCompiling',
      'debug Q031 NodeExecuting',
      'debug E016 SQLQuery',
      'error Q012 LogModelResult',
      'info Q025 NodeFinished',
      'debug Z033 MarkSkippedChildren',
      'info Q034 SkippingDetails',
      'info Q025 NodeFinished',
      'debug Z033 MarkSkippedChildren',
      'info E047 FinishedRunningStats',
      'info Z030 EndOfRunSummary',
      'error Z022 RunResultFailure',
      'error Z024 RunResultError',
      'info Z023 StatsLine',
      'debug Q039 CommandCompleted',
    ]);
  });

  test('every line has the keys of dbt', async () => {
    const lines = await logged('build', '-s', 'a');
    for (const { info } of lines) {
      expect(Object.keys(info)).toEqual([
        'category',
        'code',
        'extra',
        'invocation_id',
        'level',
        'msg',
        'name',
        'pid',
        'thread',
        'ts',
      ]);
      expect(info['ts']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    }
    expect(new Set(lines.map(({ info }) => info['invocation_id'])).size).toBe(1);
  });

  test('node_info says which node it is, and how far', async () => {
    const lines = await logged('run', '-s', 'a');
    const [start] = named(lines, 'LogStartLine');
    const [result] = named(lines, 'LogModelResult');
    const same = {
      materialized: 'table',
      meta: { owner: 'x' },
      node_name: 'a',
      node_path: 'a.sql',
      node_relation: { alias: 'a', database: 'w', relation_name: '"w"."main"."a"', schema: 'main' },
      resource_type: 'model',
      unique_id: 'model.w.a',
    };
    expect(start?.data).toMatchObject({
      description: 'sql table model main.a',
      index: 1,
      total: 1,
    });
    expect(start?.data.node_info).toMatchObject({
      ...same,
      node_status: 'started',
      node_finished_at: '',
    });
    expect(result?.data).toMatchObject({
      description: 'sql table model main.a',
      index: 1,
      total: 1,
      status: 'OK',
      execution_time: expect.any(Number),
    });
    expect(result?.data.node_info).toMatchObject({ ...same, node_status: 'success' });
    expect(result?.data.node_info?.['node_finished_at']).toMatch(/^\d{4}-.*\.\d{6}$/);
    expect(result?.info['msg']).toMatch(/^1 of 1 OK created sql table model main\.a \.+ \[OK in /);
  });

  test('failures, warnings and what is skipped', async () => {
    const lines = await logged('--log-level', 'debug', 'build');
    const one = (name: string) => named(lines, name).map(({ info, data }) => [info.level, data]);
    expect(one('SkippingDetails')).toMatchObject([
      ['info', { node_name: 'after', resource_type: 'model', schema: 'main', total: 8 }],
    ]);
    expect(one('LogTestResult')).toMatchObject([
      [expect.any(String), { attached_node: 'model.w.a', num_models: 8 }],
      [expect.any(String), { attached_node: 'model.w.a', num_models: 8 }],
    ]);
    expect(one('LogSeedResult')).toMatchObject([
      ['info', { relation: 'sd', schema: 'main', status: 'success' }],
    ]);
    expect(one('LogSnapshotResult')).toMatchObject([
      ['info', { description: 'snapshot main.sn', status: 'success' }],
    ]);
    expect(one('LogModelResult').filter(([level]) => level === 'error')).toMatchObject([
      ['error', { status: 'error', description: 'sql view model main.bad' }],
    ]);
    expect(one('EndOfRunSummary')).toEqual([
      [
        'info',
        { keyboard_interrupt: false, num_errors: 1, num_partial_success: 0, num_warnings: 1 },
      ],
    ]);
    expect(one('RunResultFailure')).toMatchObject([
      ['error', { node_name: 'bad', path: 'models/bad.sql', resource_type: 'model' }],
    ]);
    expect(one('RunResultError')).toHaveLength(1);
    const group = { name: 'team', package_name: 'w', owner: { name: 'o', email: "['a', 'b']" } };
    expect(one('RunResultWarning')).toMatchObject([['warn', { group }]]);
    expect(one('LogTestResult')).toMatchObject([
      ['info', { group }],
      ['warn', { group }],
    ]);
    expect(one('RunResultFailure')[0]![1]).not.toHaveProperty('group');
    expect(one('RunResultWarning')).toMatchObject([
      ['warn', { node_name: 'accepted_values_a_a__5', resource_type: 'test' }],
    ]);
    expect(one('RunResultWarningMessage')).toMatchObject([
      ['warn', { msg: 'Got 1 result, configured to warn if != 0' }],
    ]);
    expect(one('StatsLine')).toEqual([
      ['info', { stats: { error: 1, noop: 0, pass: 5, reused: 0, skip: 1, total: 8, warn: 1 } }],
    ]);
    expect(one('CommandCompleted')).toMatchObject([
      ['debug', { command: 'tsdbt build', success: false, elapsed: expect.any(Number) }],
    ]);
  });

  test('hooks of the project have lines of their own', async () => {
    fixture.write({
      'dbt_project.yml':
        "name: w\nprofile: p\non-run-start: ['select 1', 'select nope', 'select 2']\n",
    });
    const lines = await logged('run', '-s', 'a');
    const hooks = lines.filter(({ info }) => info.name.startsWith('LogHook'));
    expect(hooks.map(({ info, data }) => [info.name, data['statement'], data['status']])).toEqual([
      ['LogHookStartLine', 'w.on-run-start.0', undefined],
      ['LogHookEndLine', 'w.on-run-start.0', 'success'],
      ['LogHookStartLine', 'w.on-run-start.1', undefined],
      ['LogHookEndLine', 'w.on-run-start.1', 'error'],
      ['LogHookEndLine', 'w.on-run-start.2', 'skipped'],
    ]);
    expect(hooks[1]?.data).toMatchObject({
      index: 1,
      total: 3,
      execution_time: expect.any(Number),
    });
    expect(hooks[1]?.info['msg']).toMatch(/^1 of 3 OK hook: w\.on-run-start\.0 \.+ \[OK in /);
    const [failed] = named(lines, 'RunResultFailure');
    expect(failed?.data).toMatchObject({
      node_name: 'w-on-run-start-1',
      resource_type: 'operation',
    });
  });

  test('at level debug the statements of nodes are told', async () => {
    const quiet = await logged('run', '-s', 'a');
    expect(named(quiet, 'SQLQuery')).toEqual([]);
    const lines = await logged('run', '-s', 'a', '-d');
    const statements = named(lines, 'SQLQuery').map(({ data }) => String(data['sql']));
    expect(
      statements.filter((sql) => sql.includes('create or replace table "w"."main"."a"')),
    ).toHaveLength(1);
    expect(named(lines, 'SQLQuery')[0]?.data).toMatchObject({ conn_name: 'model.w.a' });
  });

  test('what ls, show and compile print is in events, too', async () => {
    await call(['run', '-s', 'a', 'b']);
    expect(named(await logged('ls', '-s', 'b'), 'PrintEvent').map(({ data }) => data)).toEqual([
      { msg: 'w.b' },
    ]);
    const [shown] = named(await logged('show', '-s', 'b', '--output', 'json'), 'ShowNode');
    expect(shown?.data).toMatchObject({
      node_name: 'b',
      unique_id: 'model.w.b',
      is_inline: false,
      output_format: 'json',
      preview: '[{"a":1}]',
    });
    const [compiled] = named(await logged('compile', '-s', 'b'), 'CompiledNode');
    expect(compiled?.data).toMatchObject({
      node_name: 'b',
      unique_id: 'model.w.b',
      compiled: 'select a from "w"."main"."a"',
    });
  });

  test('what keeps a command from running is MainEncounteredError', async () => {
    const lines = await logged('run-operation', 'nope');
    const [failed] = named(lines, 'MainEncounteredError');
    expect(failed?.info.level).toBe('error');
    expect(failed?.data).toMatchObject({ code: 'TS3030' });
    expect((await call(['run', '-s', 'x:'], { DBT_LOG_FORMAT: 'json' })).stderr).toBe('');
  });

  test('a warning has the name that --warn-error-options takes', async () => {
    const lines = await logged('run', '-s', 'nope');
    expect(lines.filter(({ info }) => info.level === 'warn').map(({ info }) => info.name)).toEqual([
      'NoNodesForSelectionCriteria',
      'NothingToDo',
    ]);
  });
});

describe('--log-level', () => {
  const operation = ['run-operation', 'say'];

  test.each([
    ['debug', ['hidden', 'told', 'printed']],
    ['info', ['told', 'printed']],
    ['warn', ['printed']],
    ['error', ['printed']],
    ['none', []],
  ])('%s', async (level, lines) => {
    const { stdout } = await call([...operation, '--log-level', level]);
    expect(['hidden', 'told', 'printed'].filter((word) => stdout.includes(word))).toEqual(lines);
    expect(stdout.includes('tsdbt 0')).toBe(level === 'debug' || level === 'info');
  });

  test('warn leaves warnings and errors of a build, error the errors', async () => {
    const warn = await call(['build', '--log-level', 'warn']);
    expect(warn.output).not.toContain('START');
    expect(warn.output).not.toContain('Done in');
    expect(warn.output).toContain('WARN    test');
    expect(warn.output).toContain('Error in bad');
    const error = await call(['build', '--log-level', 'error']);
    expect(error.output).not.toContain('WARN');
    expect(error.output).toContain('Error in bad');
    expect((await call(['build', '--log-level', 'none'])).output).toBe('');
  });

  test('--debug is level debug', async () => {
    expect((await call([...operation, '-d'])).stdout).toContain('hidden');
    expect((await call(operation, { DBT_DEBUG: '1' })).stdout).toContain('hidden');
  });
});

describe('dbt.log', () => {
  const read = (folder = 'logs') => readFileSync(join(fixture.root, folder, 'dbt.log'), 'utf8');

  test('is written when a flag asks for it, at level debug, whatever the console shows', async () => {
    await call(['run', '-s', 'a']);
    expect(existsSync(join(fixture.root, 'logs'))).toBe(false);
    await call(['run', '-q', '-s', 'a', '--log-path', 'here']);
    const text = read('here');
    expect(text).toMatch(/^\n\n={30} \d\d:\d\d:\d\d\.\d{6} \| [0-9a-f-]{36} ={30}\n/);
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d\.\d{6} \[debug\] \[Thread-1\]: Began running node model\.w\.a$/m,
    );
    expect(text).toMatch(/\[info \] \[MainThread\]: Done\. PASS=1 WARN=0/);
    await call(['run', '-s', 'a'], { DBT_LOG_PATH: 'there' });
    expect(existsSync(join(fixture.root, 'there/dbt.log'))).toBe(true);
  });

  test('a level or a format for the file asks for logs/', async () => {
    await call(['run', '-s', 'a', '--log-level-file', 'info', '--log-format-file', 'json']);
    const lines = read()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(new Set(lines.map(({ info }) => info.level))).toEqual(new Set(['info']));
  });

  test('is added to, and put aside when it is full', async () => {
    const run = () =>
      call(['run', '-s', 'a', '--log-path', 'logs', '--log-file-max-bytes', '4000']);
    await run();
    await run();
    await run();
    expect(readdirSync(join(fixture.root, 'logs')).sort()).toContain('dbt.log.1');
    expect(Buffer.byteLength(read())).toBeLessThanOrEqual(8000);
  });

  test('that can not be written is an error', async () => {
    fixture.write({ taken: 'a file' });
    const run = await call(['run', '--log-path', 'taken']);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('TS1045');
  });
});

describe('output of commands', () => {
  test('--no-write-json leaves manifest and run results unwritten', async () => {
    await call(['run', '-s', 'a', '--no-write-json']);
    expect(existsSync(join(fixture.root, 'target/manifest.json'))).toBe(false);
    expect(existsSync(join(fixture.root, 'target/run_results.json'))).toBe(false);
    expect(existsSync(join(fixture.root, 'target/compiled/w/models/a.sql'))).toBe(true);
    await call(['run', '-s', 'a'], { DBT_WRITE_JSON: '0' });
    expect(existsSync(join(fixture.root, 'target/run_results.json'))).toBe(false);
  });

  test('compile --output json', async () => {
    const { stdout } = await call(['-q', 'compile', '-s', 'b', '--output', 'json']);
    expect(JSON.parse(stdout)).toEqual({ node: 'b', compiled: 'select a from "w"."main"."a"' });
  });

  test('--no-introspect lets no template ask the database', async () => {
    fixture.write({
      'models/asks.sql':
        "select {% if execute %}{{ run_query('select 7').columns[0].values()[0] }}{% endif %} as a",
    });
    expect((await call(['-q', 'compile', '-s', 'asks'])).stdout).toBe('select 7 as a');
    const run = await call(['compile', '-s', 'asks', 'a', '--no-introspect']);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain('TS1048: The database is asked something');
    // Which relations there are is known before.
    fixture.write({
      'models/grows.sql':
        "{{ config(materialized='incremental') }} select 1 as a {% if is_incremental() %}, 2 as b{% endif %}",
    });
    const grows = ['-q', 'compile', '-s', 'grows', '--no-introspect'];
    expect((await call(grows)).stdout.trim()).toBe('select 1 as a');
    await call(['run', '-s', 'grows']);
    expect((await call(grows)).stdout.trim()).toBe('select 1 as a , 2 as b');
    expect((await call(['compile', '-s', 'a', '--no-introspect'])).exitCode).toBe(0);
  });

  test('show --output json has numbers as numbers, all rows with --limit -1', async () => {
    const sql =
      "select range as n, 1.50::decimal(10,2) as d, 9007199254740993::bigint as b, timestamp '2020-01-01 01:02:03' as t, null as x from range(7)";
    const show = async (...args: string[]) =>
      JSON.parse((await call(['-q', 'show', '--inline', sql, '--output', 'json', ...args])).stdout);
    const { show: rows } = await show('--limit', '-1');
    expect(rows).toHaveLength(7);
    expect(await show('--limit', '1')).toEqual({
      show: [{ n: 0, d: 1.5, b: '9007199254740993', t: '2020-01-01T01:02:03', x: null }],
    });
  });

  test('compile --empty cuts inputs, seed --empty loads no rows', async () => {
    const { stdout } = await call(['-q', 'compile', '-s', 'b', '--empty']);
    expect(stdout).toBe('select a from (select * from "w"."main"."a" where false limit 0)');
    const count = async () => {
      const run = await call([
        '-q',
        'show',
        '--inline',
        "select count(*) as n from {{ ref('sd') }}",
        '--output',
        'json',
      ]);
      return JSON.parse(run.stdout);
    };
    await call(['seed', '--empty']);
    expect(await count()).toEqual({ show: [{ n: 0 }] });
    await call(['seed']);
    expect(await count()).toEqual({ show: [{ n: 1 }] });
  });

  test('compile prints the nodes that are named', async () => {
    const { stdout } = await call(['-q', 'compile', '-s', 'a', 'b']);
    expect(stdout).toBe('select 1 as a\nselect a from "w"."main"."a"');
  });
});

test('variables of the environment for logs and artifacts stand in both', async () => {
  const env = { DBT_ENV_CUSTOM_ENV_TEAM: 'blue', OTHER: 'x' };
  const run = await call(['--log-format', 'json', 'parse'], env);
  const lines = run.stdout.split('\n').map((line) => JSON.parse(line) as Line);
  expect(lines.map(({ info }) => info['extra'])).toEqual(lines.map(() => ({ TEAM: 'blue' })));
  const manifest = readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ metadata: { env: { TEAM: 'blue' } } });
});
