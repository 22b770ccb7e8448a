import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\nversion: 1.0.0\nprofile: shop\n',
    'profiles.yml': `shop:
  target: dev
  outputs:
    prod: {type: duckdb, path: shop.duckdb, schema: live}
    dev: {type: duckdb, path: shop.duckdb, schema: dev}
`,
    'seeds/sd.csv': 'id\n1\n',
    'models/a.sql':
      "{{ config(materialized='table') }} select id, '{{ target.name }}' as made from {{ ref('sd') }}",
    'models/e.sql': "{{ config(materialized='ephemeral') }} select id, made from {{ ref('a') }}",
    'models/b.sql': "select id, made from {{ ref('e') }}",
    'models/c.sql':
      "{{ config(materialized='table') }} select b.made as b_made, a.made as a_made from {{ ref('b') }} b join {{ ref('a') }} a using (id)",
    'models/m.yml': 'models:\n  - name: b\n    columns: [{name: id, data_tests: [not_null]}]\n',
    'snapshots/sn.yml':
      "snapshots:\n  - name: sn\n    relation: ref('a')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
  });
  await ok('build', '--target', 'prod', '--target-path', 'state', '--exclude', 'sn');
});
afterEach(() => fixture.remove());

async function ok(...args: readonly string[]): Promise<string> {
  const run = await runTsdbt(args, { cwd: fixture.root });
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return run.stdout;
}

const deferring = ['--defer', '--state', 'state'];

/** The relations that the compiled SQL of `c` reads. */
async function readBy(...args: readonly string[]): Promise<readonly string[]> {
  const sql = await ok('compile', '--select', 'c', ...args);
  return [...sql.matchAll(/(?:from|join) ("\S+)/g)].map((found) => found[1]!.replaceAll('"', ''));
}

/** What dbt 1.12 reads in the same project. */
describe('--defer', () => {
  test('what is not built here is read from the other state', async () => {
    await ok('run', '--select', 'c', ...deferring);
    const path = join(fixture.root, 'shop.duckdb');
    expect(await queryDatabase(path, 'select * from dev.c')).toEqual([
      { b_made: 'prod', a_made: 'prod' },
    ]);
  });

  test('what stands here is read here, unless the state is favored', async () => {
    await ok('run', '--select', 'a', ...deferring);
    expect(await readBy(...deferring)).toEqual(['shop.live.b', 'shop.dev.a']);
    expect(await readBy(...deferring, '--favor-state')).toEqual(['shop.live.b', 'shop.live.a']);
    expect(await readBy()).toEqual(['shop.dev.b', 'shop.dev.a']);
  });

  test('what is selected and stands here is read here, also when the state is favored', async () => {
    await ok('run', '--select', 'a', 'c', ...deferring, '--favor-state');
    const path = join(fixture.root, 'shop.duckdb');
    expect(await queryDatabase(path, 'select * from dev.c')).toEqual([
      { b_made: 'prod', a_made: 'dev' },
    ]);
  });

  test('inside of an ephemeral model', async () => {
    const sql = await ok('compile', '--select', 'b', '--indirect-selection', 'empty', ...deferring);
    expect(sql).toContain('from "shop"."live"."a"');
    expect(sql).toContain('from __dbt__cte__e');
  });

  test('tests, snapshots, show and plan', async () => {
    expect(await ok('test', '--select', 'b', ...deferring)).toContain('PASS');
    await ok('snapshot', ...deferring);
    const path = join(fixture.root, 'shop.duckdb');
    expect(await queryDatabase(path, 'select id, made from dev.sn')).toEqual([
      { id: 1, made: 'prod' },
    ]);
    const inline = "select made from {{ ref('a') }}";
    const shown = await ok('show', '--inline', inline, '--output', 'json', ...deferring);
    expect(JSON.parse(shown)).toMatchObject({ show: [{ made: 'prod' }] });
    expect(await ok('plan', '--select', 'c', ...deferring)).toContain('"shop"."live"."b"');
  });

  test('the environment says the same, and options go before it', async () => {
    const env = { DBT_DEFER: 'true', DBT_STATE: 'nowhere', DBT_DEFER_STATE: 'state' };
    const compile = async (...args: readonly string[]) =>
      (
        await runTsdbt(['compile', '--select', 'b', '--indirect-selection', 'empty', ...args], {
          cwd: fixture.root,
          env,
        })
      ).stdout;
    expect(await compile('--state', 'state')).toContain('from "shop"."live"."a"');
    expect(await compile('--state', 'state', '--no-defer')).toContain('from "shop"."dev"."a"');
  });

  test('without a state, or one that has no manifest, it says so', async () => {
    const failed = async (...args: readonly string[]) => {
      const run = await runTsdbt(['run', '--select', 'c', '--defer', ...args], {
        cwd: fixture.root,
      });
      return [run.exitCode, run.stderr.match(/TS\d+/)?.[0]];
    };
    expect(await failed()).toEqual([2, 'TS3047']);
    expect(await failed('--state', 'models')).toEqual([2, 'TS3046']);
    expect(await failed('--state', 'state', '--changed')).toEqual([2, 'TS1001']);
  });
});

test('a state that the run itself overwrites is warned of', async () => {
  await ok('compile', '--target', 'prod');
  const same = ['ls', '--select', 'state:modified', '--state', 'target'];
  const listed = await runTsdbt(same, { cwd: fixture.root });
  expect(listed.exitCode).toBe(0);
  expect(listed.stderr).toContain('The folder of --state is the target folder');
});
