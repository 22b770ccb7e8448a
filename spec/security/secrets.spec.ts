import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
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
