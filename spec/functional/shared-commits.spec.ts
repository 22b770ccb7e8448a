import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Views of many nodes are committed together; what each node comes to is as if they were not.

const count = 80;
const numbers = Array.from({ length: count }, (_, i) => i);
let fixture: ProjectFixture;

beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main, threads: 4}}}\n',
    ...Object.fromEntries(numbers.map((i) => [`models/v${i}.sql`, modelOf(i)])),
  });
});
afterEach(() => fixture.remove());

/** Ten models of their own; each of the others reads one of these. */
function modelOf(i: number): string {
  return i < 10 ? `select ${i} as id` : `select id + 10 as id from {{ ref('v${i % 10}') }}`;
}

const run = (...args: readonly string[]) => runTsdbt(['run', ...args], { cwd: fixture.root });

const statuses = (): Record<string, string> =>
  Object.fromEntries(
    readRunResults(fixture.root).map(({ unique_id: id, status }) => [id.split('.')[2]!, status]),
  );

async function views(): Promise<readonly string[]> {
  const rows = await queryDatabase(
    join(fixture.root, 'shop.duckdb'),
    "select view_name from duckdb_views() where not internal and schema_name = 'main'",
  );
  return rows.map((row) => String(row['view_name'])).sort();
}

describe('many views', () => {
  test('are built, and built again over tables', async () => {
    for (const args of [[], ['--vars', 'n: 1']]) {
      const { exitCode, output } = await run(...args);
      expect(exitCode, output).toBe(0);
      expect(await views()).toEqual(numbers.map((i) => `v${i}`).sort());
    }
    fixture.write({
      'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {+materialized: table}\n',
    });
    expect((await run()).exitCode).toBe(0);
    expect(await views()).toEqual([]);
    fixture.write({ 'dbt_project.yml': 'name: shop\nprofile: shop\n' });
    expect((await run()).exitCode).toBe(0);
    expect(
      await queryDatabase(
        join(fixture.root, 'shop.duckdb'),
        'select v0.id a, v75.id b from v0, v75',
      ),
    ).toEqual([{ a: 0, b: 15 }]);
  });

  test('those that fail are told, and what reads them is skipped', async () => {
    fixture.write({
      'models/v3.sql': 'select * from not_there',
      'models/v47.sql': "select id, {{ 'nothing' }} from {{ ref('v7') }}",
      'models/v58.sql': "select id /* from {{ ref('v8') }}",
    });
    const { exitCode, output } = await run();
    expect(exitCode).toBe(1);
    expect(output).toContain('not_there');
    const failed = new Set(['v3', 'v47', 'v58']);
    const skipped = new Set(numbers.filter((i) => i > 9 && i % 10 === 3).map((i) => `v${i}`));
    const wanted = numbers.map((i): [string, string] => {
      const name = `v${i}`;
      return [name, failed.has(name) ? 'error' : skipped.has(name) ? 'skipped' : 'success'];
    });
    expect(statuses()).toEqual(Object.fromEntries(wanted));
    const built = wanted.filter(([, status]) => status === 'success').map(([name]) => name);
    expect(await views()).toEqual(built.sort());
  });

  test('of two databases are built in both', async () => {
    fixture.write({
      'profiles.yml':
        'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main, threads: 4, attach: [{path: other.duckdb, alias: other}]}}}\n',
      ...Object.fromEntries(
        numbers
          .filter((i) => i % 2 === 1)
          .map((i) => [`models/v${i}.sql`, `{{ config(database='other') }} ${modelOf(i)}`]),
      ),
    });
    const { exitCode, output } = await run();
    expect(exitCode, output).toBe(0);
    expect(await views()).toHaveLength(count / 2);
  });

  test('with one thread are built one after the other', async () => {
    const { output } = await run('--threads', '1', '--log-format', 'json');
    const events = output
      .split('\n')
      .map((line) => (JSON.parse(line) as { info: { name: string } }).info.name)
      .filter((name) => name === 'LogStartLine' || name === 'LogModelResult');
    expect(events).toEqual(numbers.flatMap(() => ['LogStartLine', 'LogModelResult']));
  });
});
