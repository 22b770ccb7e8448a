import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { binary, copyExample } from '../example-copy.ts';

interface Line {
  readonly info: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly node_info?: Readonly<Record<string, unknown>>;
    readonly run_result?: Readonly<Record<string, unknown>>;
  };
}

const linesOf = (output: string) => output.split('\n').map((line) => JSON.parse(line) as Line);

describe('the events that Dagster waits for', () => {
  let project: ProjectFixture;
  beforeEach(() => {
    project = projectFixture({
      'models/a.sql': 'select 1 as id union all select 1',
      'models/b.sql': "{{ config(materialized='table') }} select nope from {{ ref('a') }}",
      'models/c.sql': "select * from {{ ref('b') }}",
      'models/m.yml':
        'models:\n  - name: a\n    columns: [{name: id, data_tests: [not_null, {unique: {config: {severity: warn}}}]}]\n',
      'seeds/s.csv': 'id\n1\n',
    });
  });
  afterEach(() => project.remove());

  async function finished(...args: string[]): Promise<readonly Line[]> {
    const run = await runTsdbt(['build', '--log-format', 'json', ...args], { cwd: project.root });
    return linesOf(run.stdout).filter(({ info }) => info['name'] === 'NodeFinished');
  }

  test('one for each node, at info, with what is read of it', async () => {
    const found = await finished();
    expect(
      found
        .map(({ info, data }) => [
          info['level'],
          data.node_info!['unique_id'],
          data.node_info!['node_status'],
        ])
        .sort(),
    ).toEqual([
      ['info', 'model.shop.a', 'success'],
      ['info', 'model.shop.b', 'error'],
      ['info', 'model.shop.c', 'skipped'],
      ['info', 'seed.shop.s', 'success'],
      ['info', expect.stringMatching(/^test\.shop\.not_null_a_id\./), 'pass'],
      ['info', expect.stringMatching(/^test\.shop\.unique_a_id\./), 'warn'],
    ]);
    const a = found.find(({ data }) => data.node_info!['unique_id'] === 'model.shop.a')!;
    expect(a.info).toMatchObject({
      name: 'NodeFinished',
      code: 'Q025',
      invocation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      msg: expect.any(String),
    });
    expect(a.data).toMatchObject({
      node_info: {
        materialized: 'view',
        resource_type: 'model',
        node_name: 'a',
        node_started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
        node_finished_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
      },
      run_result: { status: 'success', execution_time: expect.any(Number) },
      execution_time: expect.any(Number),
    });
    const unique = found.find(({ data }) => data.node_info!['node_status'] === 'warn')!;
    expect(unique.data['num_failures']).toBe(1);
    for (const { info, data } of found) {
      const result = linesOf(JSON.stringify({ info, data }))[0]!;
      expect(Object.keys(result.data.node_info!)).toContain('node_relation');
    }
  });

  test('the file of the log has them at debug, as dbt has, and --quiet none', async () => {
    expect(await finished('--quiet')).toEqual([]);
    const run = await runTsdbt(
      ['build', '--log-path', 'logs', '--log-format-file', 'json', '--log-level-file', 'info'],
      { cwd: project.root },
    );
    expect(run.exitCode).toBe(1);
    expect((await finished('--log-level', 'warn')).length).toBe(0);
  });
});

describe('a project in a folder of links', () => {
  let example: ReturnType<typeof copyExample>;
  let links: string;
  beforeEach(() => {
    example = copyExample();
    links = mkdtempSync(join(tmpdir(), 'tsdbt-links-'));
  });
  afterEach(() => {
    example.remove();
    rmSync(links, { recursive: true });
  });

  /** As Cosmos does: links to the entries of the project, but for what a run makes. */
  function link(): void {
    for (const name of readdirSync(example.root))
      if (name !== 'target' && name !== 'profiles.yml')
        symlinkSync(join(example.root, name), join(links, name));
  }

  function tsdbt(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
      cwd: links,
      env: { ...process.env, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    return { exitCode: status, output: stdout + stderr };
  }

  const profile = (path: string) =>
    `shop:\n  outputs:\n    dev:\n      type: duckdb\n      path: ${path}\n  target: dev\n`;

  function writeProfile(folder: string, path: string): void {
    mkdirSync(folder, { recursive: true });
    const fixture = projectFixture({ 'profiles.yml': profile(path) });
    spawnSync('cp', [join(fixture.root, 'profiles.yml'), folder]);
    fixture.remove();
  }

  test('is built, landing files and all, into the database of the project', async () => {
    link();
    const run = tsdbt('build');
    expect([run.exitCode, run.output]).toEqual([0, expect.not.stringContaining('ERROR  ')]);
    expect(existsSync(join(links, 'target/run_results.json'))).toBe(true);
    expect(existsSync(join(links, 'target/shop.duckdb'))).toBe(false);
    const before = await queryDatabase(example.database, 'select count(*) as n from dim_customer');
    expect(Number(before[0]!['n'])).toBeGreaterThan(0);
    const again = await runTsdbt(['build'], { cwd: example.root });
    expect(again.output).toContain('0 rows');
  });

  test('a relative path is from the folder of the real profiles.yml', () => {
    link();
    writeProfile(example.root, 'data/x.duckdb');
    const run = tsdbt('build', '--profile', 'shop', '--profiles-dir', example.root);
    expect([run.exitCode, existsSync(join(example.root, 'data/x.duckdb'))]).toEqual([0, true]);
    symlinkSync(join(example.root, 'profiles.yml'), join(links, 'profiles.yml'));
    expect(tsdbt('build', '--profile', 'shop').exitCode).toBe(0);
    expect(existsSync(join(links, 'data'))).toBe(false);
  });

  test('is refused where profiles.yml is somewhere else', () => {
    link();
    writeProfile(links, 'data/x.duckdb');
    const run = tsdbt('build', '--profile', 'shop');
    expect([run.exitCode, run.output]).toEqual([
      2,
      expect.stringContaining('TS1022: The path data/x.duckdb of the profile is relative'),
    ]);
    writeProfile(links, join(example.root, 'abs.duckdb'));
    expect(tsdbt('build', '--profile', 'shop').exitCode).toBe(0);
  });

  test('links below a landing folder may not lead out of the project', () => {
    mkdirSync(join(example.root, '..', 'elsewhere'), { recursive: true });
    const outside = mkdtempSync(join(tmpdir(), 'tsdbt-outside-'));
    symlinkSync(outside, join(example.root, 'landing/customers/out'));
    link();
    const run = tsdbt('run', '-s', 'raw_customers');
    rmSync(outside, { recursive: true });
    expect(run.output).toContain('TS1014');
  });
});

describe('a dbt_project.yml beside project.yml', () => {
  async function parse(ours: string, dbts: string) {
    const project = projectFixture({
      'project.yml': ours,
      'dbt_project.yml': dbts,
      'models/a.sql': 'select 1 as id',
    });
    const run = await runTsdbt(['parse'], { cwd: project.root });
    project.remove();
    return run;
  }

  test.each([
    ['name: shop\n', 'name: shop\n'],
    [
      'name: shop\nprofiles: {shop: {outputs: {default: {type: duckdb}}}}\n',
      'name: shop\nversion: 1.0.0\nconfig-version: 2\n',
    ],
    [
      'name: shop\nversion: "1.0"\nmodels: {shop: {+tags: [x]}}\n',
      'name: shop\nmodels:\n  shop:\n    +tags:\n      - x\n',
    ],
  ])('may repeat what that says', async (ours, dbts) => {
    expect((await parse(ours, dbts)).exitCode).toBe(0);
  });

  test.each([
    ['name: shop\n', 'name: shop\nmodel-paths: [other]\n', 'dbt_project.yml:2:1', 'model-paths'],
    ['name: shop\n', '# a comment\nname: store\n', 'dbt_project.yml:2:1', 'name'],
    ['name: shop\n', 'name: shop\nvars: {a: 1}\n', 'dbt_project.yml:2:1', 'vars'],
  ])('may say nothing else', async (ours, dbts, place, key) => {
    const run = await parse(ours, dbts);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(`${place} TS1003`);
    expect(run.output).toContain(`"${key}" of dbt_project.yml is not what project.yml says`);
  });
});
