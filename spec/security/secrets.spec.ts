import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const canary = 'c4n4ry-s3cr3t-value';
const env = { DBT_ENV_SECRET_KEY: canary };

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

test('a secret of the profile is in no output and no artifact', async () => {
  fixture = projectFixture({
    'project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop:\n  outputs:\n    default:\n      type: duckdb\n      path: target/shop.duckdb\n      settings: {temp_directory: "{{ env_var('DBT_ENV_SECRET_KEY') }}"}\n`,
    'models/a.sql': "select '{{ target }}' as t, '{{ target.settings }}' as s",
  });
  for (const args of [
    ['build'],
    ['debug'],
    ['docs', 'generate'],
    ['build', '--log-format', 'json'],
    ['build', '--log-path', 'target/logs', '--debug'],
    ['build', '--log-path', 'target/logs', '--log-format-file', 'json'],
  ]) {
    const run = await runTsdbt(args, { cwd: fixture.root, env });
    expect(run.output, args.join(' ')).not.toContain(canary);
  }
  expect(filesWith(join(fixture.root, 'target'), canary)).toEqual([]);
});

describe('what a template sees of the profile', () => {
  const profile = `shop:
  outputs:
    default:
      type: duckdb
      path: ':memory:'
      settings:
        home_directory: "{{ env_var('DBT_ENV_SECRET_KEY') }}"
        TimeZone: "{{ env_var('ZONE') }}"
      secrets:
        - {type: http, name: plain, bearer_token: "${canary}", scope: 'https://example.org/'}
      attach:
        - {path: ':memory:', alias: side}
      plugins:
        - {module: x, config: {url: 'postgres://me:${canary}@host/db', api_key: ${canary}}}
        - {module: y, config: {text: 'dbname=x password=${canary}', seats: 5}}
`;
  const files = {
    'project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': profile,
  };

  test('is masked before any filter gets it', async () => {
    const touched = [
      'target | string | upper',
      '(target.settings.home_directory | string)[::-1]',
      'target.settings.home_directory | list | join("-")',
      'target.settings.values() | list | tojson | replace("-", "")',
      'target.secrets[0].bearer_token | lower',
      'target.plugins | map(attribute="config") | list | string | title',
      'adapter.config.credentials | string | upper',
      'env | string | upper',
      'context["target"] | tojson | urlencode',
      '(target | tojson)[5:] | upper',
    ];
    const macro = `{% macro all() %}${touched.map((one) => `{{ ${one} }}`).join('\n')}{% endmacro %}`;
    fixture = projectFixture({
      ...files,
      'macros/m.sql': macro,
      'models/a.sql': 'select 1 as id /* {{ all() }} */',
    });
    const run = await runTsdbt(['-q', 'compile', '-s', 'a'], {
      cwd: fixture.root,
      env: { ...env, ZONE: 'UTC' },
    });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('*****');
    const parts = ['c4n4ry', 's3cr3t', 'value', 'yr4n4c', 't3rc3s', 'c-4-n-4'];
    for (const part of parts) expect(run.stdout.toLowerCase(), part).not.toContain(part);
  });

  test('keeps what is no secret', async () => {
    fixture = projectFixture({
      ...files,
      'models/a.sql':
        "select '{{ target.settings.TimeZone }} {{ target.secrets[0].scope }} {{ target.attach[0].alias }} {{ target.plugins[1].config.seats }} {{ target.name }}' as s",
    });
    const run = await runTsdbt(['-q', 'compile', '-s', 'a'], {
      cwd: fixture.root,
      env: { ...env, ZONE: 'UTC' },
    });
    expect(run.stdout).toBe("select 'UTC https://example.org/ side 5 default' as s");
  });
});

test('a model can not read a secret', async () => {
  fixture = projectFixture({ 'models/a.sql': "select '{{ env_var('DBT_ENV_SECRET_KEY') }}' as s" });
  const run = await runTsdbt(['build'], { cwd: fixture.root, env });
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain(
    "TS1015: Secret environment variable DBT_ENV_SECRET_KEY can't be read here.",
  );
  expect(run.output).not.toContain(canary);
});

test('variables given on the command line are not written to artifacts', async () => {
  fixture = projectFixture({ 'models/a.sql': 'select 1 as one' });
  await runTsdbt(['build', '--vars', `password: ${canary}`], { cwd: fixture.root });
  expect(filesWith(join(fixture.root, 'target'), canary)).toEqual([]);
});

test('control characters of names and values do not reach the terminal', async () => {
  fixture = projectFixture({
    'models/a.sql': "select chr(27) || '[31mred' as c",
    'models/a.yml':
      'models:\n  - name: a\n    columns:\n      - name: c\n        data_tests:\n          - accepted_values: {arguments: {values: [x]}}\n',
  });
  const run = await runTsdbt(['build'], { cwd: fixture.root });
  expect(run.exitCode).toBe(1);
  expect(run.output).toContain('[31mred');
  expect(run.output).not.toContain('\u001b');
});

test('no code of ours runs text as a program', () => {
  const src = join(import.meta.dirname, '../../src');
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
    .filter((file) =>
      /\bnew Function\b|\beval\(|node:vm|\.innerHTML\b|execSync\(|shell: true/.test(
        readFileSync(join(src, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, ''),
      ),
    );
  expect(found).toEqual([]);
});

test('a secret of .env is masked as one of the environment is', async () => {
  fixture = projectFixture({
    '.env': `DBT_ENV_SECRET_KEY=${canary}\nPLAIN=${canary}\n`,
    'models/a.sql': "select '{{ env_var('PLAIN') }}' as s",
    'macros/m.sql': "{% macro say() %}{% do print(env_var('PLAIN')) %}{% endmacro %}",
  });
  for (const args of [
    ['build', '--log-path', 'target/logs', '--debug'],
    ['run-operation', 'say'],
    ['show', '-s', 'a'],
  ]) {
    const run = await runTsdbt(args, { cwd: fixture.root });
    expect(run.exitCode).toBe(0);
    expect(run.output, args.join(' ')).not.toContain(canary);
  }
  const found = filesWith(join(fixture.root, 'target'), canary);
  expect(found.filter((file) => !file.includes('.duckdb'))).toEqual([]);
});

test('a private variable is none that templates can read', async () => {
  fixture = projectFixture({
    'models/a.sql': "select '{{ env_var('DBT_ENV_PRIVATE_X', 'none') }}' as s",
  });
  const run = await runTsdbt(['-q', 'compile', '-s', 'a'], {
    cwd: fixture.root,
    env: { DBT_ENV_PRIVATE_X: canary },
  });
  expect(run.stdout).toBe("select 'none' as s");
});
