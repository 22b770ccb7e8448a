import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { binary } from '../example-copy.ts';

let outer: ProjectFixture;
let root: string;
let outside: string;

beforeEach(() => {
  outer = projectFixture({ 'outside/x.csv': 'a\n7\n' });
  root = join(outer.root, 'p');
  outside = join(outer.root, 'outside');
});

afterEach(() => outer.remove());

function write(files: ProjectFiles): void {
  const entries = Object.entries(files).map(([path, contents]) => [join('p', path), contents]);
  outer.write(Object.fromEntries(entries));
}

const profile = (more = '') =>
  `p:\n  outputs:\n    default:\n      type: duckdb\n      path: target/p.duckdb\n${more}`;
const project = 'name: p\nprofile: p\n';

/** As a program of its own: relative paths in statements are from its folder. */
function tsdbtIn(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, output: stdout + stderr };
}

const tsdbt = (...args: string[]) => tsdbtIn(root, ...args);

const landing: ProjectFiles = {
  'landing/c/2026-01-01.csv': 'k\n1\n',
  'models/raw_c.sql': "select k, processing_date, _file, _line from {{ source('l', 't') }}",
  'models/l.yml': `sources:
  - name: l
    tables:
      - name: t
        landing: {path: 'landing/c/*.csv', format: csv}
        columns: [{name: k, data_type: integer}]
models:
  - name: raw_c
    config: {materialized: landing}
`,
};

describe('what a statement tries', () => {
  const tries: Record<string, (folder: string) => string> = {
    'read a text': () => "select * from read_text('/etc/hostname')",
    'read a table': (to) => `select * from read_csv('${to}/x.csv')`,
    'read a table by its name alone': (to) => `select * from '${to}/x.csv'`,
    'read by a relative path': () => "select * from read_csv('../outside/x.csv')",
    'read through a folder that is allowed': () =>
      "select * from read_csv('target/../../outside/x.csv')",
    'read the profile': () => "select * from read_text('profiles.yml')",
    'list a folder': (to) => `select * from glob('${to}/*')`,
    'read from the network': () => "select * from read_csv('http://127.0.0.1:1/x.csv')",
    'write a file': (to) => `{{ config(post_hook="copy (select 1) to '${to}/y.csv'") }} select 1`,
    'attach a database': (to) =>
      `{{ config(pre_hook="attach '${to}/y.duckdb' as y") }} select 1 as id`,
    'export all': (to) => `{{ config(pre_hook="export database '${to}/y'") }} select 1 as id`,
    'log to a file': (to) =>
      `{{ config(pre_hook="set log_query_path = '${to}/y'") }} select 1 as id`,
    'spill elsewhere': (to) =>
      `{{ config(pre_hook="set temp_directory = '${to}/y'") }} select 1 as id`,
    'open the sandbox': () =>
      '{{ config(pre_hook="set enable_external_access = true") }} select 1 as id',
    'widen the sandbox': () =>
      '{{ config(pre_hook="set allowed_directories = [\'/\']") }} select 1 as id',
    'unlock it': () => '{{ config(pre_hook="reset lock_configuration") }} select 1 as id',
    'undo the guard of checkpoints': () =>
      '{{ config(pre_hook="set checkpoint_threshold = \'1KB\'") }} select 1 as id',
    'load an extension': () => '{{ config(pre_hook="load spatial") }} select 1 as id',
    'install an extension': () => '{{ config(pre_hook="install spatial") }} select 1 as id',
    'ask while compiling': (to) =>
      `select '{{ run_query("select content from read_text('${to}/x.csv')").rows[0][0] if execute }}' as x`,
  };

  test.each(Object.entries(tries))('%s', async (_, sql) => {
    write({ 'project.yml': project, 'profiles.yml': profile(), 'models/m.sql': sql(outside) });
    const run = tsdbt('build');
    expect([run.exitCode, run.output]).toEqual([1, expect.stringContaining('TS4009: The sandbox')]);
    expect(run.output).toContain('docs/sandbox.md');
    expect(existsSync(join(outside, 'y.csv'))).toBe(false);
    expect(run.output).not.toContain('a\n7');
  });

  test('in a dbt project it may, unless the profile says sandbox: true', async () => {
    write({
      'dbt_project.yml': 'name: p\nversion: 1.0.0\nprofile: p\n',
      'profiles.yml': profile(),
      'models/m.sql': `select * from read_csv('${outside}/x.csv')`,
    });
    expect(tsdbt('build').exitCode).toBe(0);
    write({ 'profiles.yml': profile('      sandbox: true\n') });
    expect(tsdbt('build').output).toContain('TS4009');
  });

  test.each([
    '      sandbox: false\n',
    '      sandbox: {allow: [../outside]}\n',
    "      settings: {allowed_directories: ['../outside']}\n",
    "      settings: {allowed_paths: ['../outside/x.csv']}\n",
  ])('the profile lets it: %s', async (more) => {
    write({
      'project.yml': project,
      'profiles.yml': profile(more),
      'models/m.sql': `select * from read_csv('${outside}/x.csv')`,
    });
    expect(tsdbt('build').exitCode).toBe(0);
    expect(await queryDatabase(join(root, 'target/p.duckdb'), 'select a from m')).toEqual([
      { a: '7' },
    ]);
  });

  test('a package widens it by no file that it names', async () => {
    write({
      'project.yml': project,
      'profiles.yml': profile(),
      'packages.yml': 'packages: [{local: pkg}]\n',
      'pkg/project.yml': 'name: pkg\n',
      'pkg/models/s.yml': `sources:\n  - name: s\n    meta: {external_location: '${outside}/x.csv'}\n    tables: [{name: x}]\n`,
      'pkg/models/r.sql': "select * from {{ source('s', 'x') }}",
      'pkg/models/e.sql': `{{ config(materialized='external', location='${outside}/e.csv') }} select 1 as a`,
    });
    const run = tsdbt('build');
    expect(run.output.match(/TS4009/g)).toHaveLength(2);
  });
});

describe('what a project works with', () => {
  const all: ProjectFiles = {
    ...landing,
    'seeds/s.csv': 'a\n1\n',
    'models/x.yml': `sources:\n  - name: files\n    meta: {external_location: '{name}/*.csv'}\n    tables: [{name: data}]\n`,
    'models/from_files.sql':
      "{{ config(materialized='table') }} select * from {{ source('files', 'data') }}",
    'data/one.csv': 'a\n5\n',
    'models/ext.sql': "{{ config(materialized='external') }} select 1 as a",
    'models/ext_in.sql':
      "{{ config(materialized='external', location='out/deep.csv') }} select 1 as a",
    'out/.keep': '',
    'models/spills.sql':
      "{{ config(materialized='table', pre_hook=\"set memory_limit = '60MB'\") }} select count(*) as n from (select row_number() over (order by t) as r from (select md5(range::varchar) as t from range(1000000)))",
    'models/zone.sql': '{{ config(pre_hook="set timezone = \'UTC\'") }} select 1 as id',
    'models/secret.sql':
      '{{ config(pre_hook="create or replace secret s (type http, bearer_token \'x\')") }} select 1 as id',
    'models/side.sql': "{{ config(materialized='table', database='side') }} select 3 as id",
    'models/side.yml':
      'models:\n  - name: side\n    columns: [{name: id, data_tests: [{accepted_values: {arguments: {values: [9]}, config: {severity: warn, store_failures: true}}}]}]\n',
  };
  const attach = "      attach: [{path: '../outside/side.duckdb', alias: side}]\n";
  const strict = `      settings: {enable_external_access: false, lock_configuration: true, allowed_directories: ['.'], TimeZone: UTC}\n`;

  test.each([
    ['by default', attach],
    ['with external_root', `${attach}      external_root: ../outside\n`],
    ['as DuckDB has it', attach + strict],
  ])('goes on: %s', async (name, more) => {
    const files = { ...all, 'project.yml': project, 'profiles.yml': profile(more) };
    // With a locked configuration no statement may change a setting.
    const locked = name.startsWith('as DuckDB');
    write(
      Object.fromEntries(
        Object.entries(files).filter(([path]) => !locked || !/(zone|spills)\.sql/.test(path)),
      ),
    );
    const first = tsdbt('build');
    expect(first.output).not.toContain('TS');
    expect([first.exitCode, tsdbt('build').exitCode]).toEqual([0, 0]);
    expect(
      await queryDatabase(
        join(root, 'target/p.duckdb'),
        'select (select k from raw_c) as k, (select a from s) as a, (select a from from_files) as f',
      ),
    ).toEqual([{ k: 1, a: 1, f: '5' }]);
    const exported = name.includes('external_root') ? outside : root;
    expect(existsSync(join(exported, 'ext.parquet'))).toBe(true);
    expect(readFileSync(join(root, 'out/deep.csv'), 'utf8')).toBe('a\n1\n');
  });

  test('from a folder of links, and a landing folder that is one', async () => {
    write({
      ...landing,
      'project.yml': project,
      'profiles.yml': profile(),
      'seeds/s.csv': 'a\n1\n',
    });
    const links = join(outer.root, 'links');
    mkdirSync(links);
    for (const name of ['project.yml', 'profiles.yml', 'models', 'seeds', 'landing'])
      symlinkSync(join(root, name), join(links, name));
    const run = tsdbtIn(links, 'build');
    expect([run.exitCode, run.output]).toEqual([0, expect.stringContaining('PASS=2')]);
  });

  test('lists where DuckDB takes them, under settings and config_options', async () => {
    write({
      'dbt_project.yml': 'name: p\nversion: 1.0.0\nprofile: p\n',
      'profiles.yml': profile(
        "      settings: {custom_profiling_settings: '{}', allowed_directories: [a, b]}\n",
      ),
      'models/m.sql': "select len(current_setting('allowed_directories')) as n",
    });
    writeFileSync(join(root, 'unused'), '');
    tsdbt('build');
    const shown = tsdbt('-q', 'show', '-s', 'm', '--output', 'json');
    expect(shown.stdout).toContain('"n": 2');
  });

  test('a key of sandbox that there is not', async () => {
    write({
      'project.yml': project,
      'profiles.yml': profile('      sandbox: {alow: [x]}\n'),
      'models/m.sql': 'select 1 as id',
    });
    const run = tsdbt('build');
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('profiles.yml:6:')]);
  });
});
