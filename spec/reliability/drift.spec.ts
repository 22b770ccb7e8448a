import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { Trials } from './trials.ts';

// What becomes of an incremental table when the columns of its query change, for every kind of change
// and every `on_schema_change`: as dbt 1.12 with dbt-duckdb has it, but for names that differ in case
// alone, which are one column in DuckDB and two to dbt, which then fails.

const drifts: Readonly<Record<string, readonly [before: string, after: string]>> = {
  added: ["select 1 as id, 'a' as name", "select 2 as id, 'b' as name, 7 as extra"],
  removed: ["select 1 as id, 'a' as name, 7 as extra", "select 2 as id, 'b' as name"],
  retyped: ['select 1 as id, 10::int as n', "select 2 as id, 'text' as n"],
  widened: ['select 1 as id, 10::int as n', 'select 2 as id, 20000000000::bigint as n'],
  renamed: ["select 1 as id, 'a' as name", "select 2 as id, 'b' as title"],
  reordered: ["select 1 as id, 'a' as name", "select 'b' as name, 2 as id"],
  recased: ["select 1 as id, 'a' as name", 'select 2 as id, \'b\' as "Name"'],
};

const policies = ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const;

/** Status of the second run, the table's columns, its rows with `-` for null. */
const expected: Readonly<Record<string, readonly [string, string, string]>> = {
  added__append_new_columns: ['success', 'id:INTEGER name:VARCHAR extra:INTEGER', '1/a/- 2/b/7'],
  added__fail: ['error', 'id:INTEGER name:VARCHAR', '1/a'],
  added__ignore: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  added__sync_all_columns: ['success', 'id:INTEGER name:VARCHAR extra:INTEGER', '1/a/- 2/b/7'],
  recased__append_new_columns: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  recased__fail: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  recased__ignore: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  recased__sync_all_columns: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  removed__append_new_columns: ['success', 'id:INTEGER name:VARCHAR extra:INTEGER', '1/a/7 2/b/-'],
  removed__fail: ['error', 'id:INTEGER name:VARCHAR extra:INTEGER', '1/a/7'],
  removed__ignore: ['error', 'id:INTEGER name:VARCHAR extra:INTEGER', '1/a/7'],
  removed__sync_all_columns: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  renamed__append_new_columns: ['success', 'id:INTEGER name:VARCHAR title:VARCHAR', '1/a/- 2/-/b'],
  renamed__fail: ['error', 'id:INTEGER name:VARCHAR', '1/a'],
  renamed__ignore: ['error', 'id:INTEGER name:VARCHAR', '1/a'],
  renamed__sync_all_columns: ['success', 'id:INTEGER title:VARCHAR', '1/- 2/b'],
  reordered__append_new_columns: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  reordered__fail: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  reordered__ignore: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  reordered__sync_all_columns: ['success', 'id:INTEGER name:VARCHAR', '1/a 2/b'],
  retyped__append_new_columns: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  retyped__fail: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  retyped__ignore: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  retyped__sync_all_columns: ['success', 'id:INTEGER n:VARCHAR', '1/10 2/text'],
  widened__append_new_columns: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  widened__fail: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  widened__ignore: ['error', 'id:INTEGER n:INTEGER', '1/10'],
  widened__sync_all_columns: ['success', 'id:INTEGER n:BIGINT', '1/10 2/20000000000'],
};

test('columns that are added, removed, renamed, moved or of another type', {
  timeout: 600_000,
}, async () => {
  const trials = new Trials('drift');
  const models: Record<string, string> = {};
  for (const [drift, [before, after]] of Object.entries(drifts)) {
    for (const policy of policies) {
      models[`models/${drift}__${policy}.sql`] =
        `{{ config(materialized='incremental', unique_key='id', on_schema_change='${policy}') }}\n` +
        `{% if is_incremental() %}${after}{% else %}${before}{% endif %}`;
    }
  }
  const { root, remove } = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {outputs: {default: {type: duckdb, path: shop.duckdb, threads: 1}}}\n',
    ...models,
  });
  try {
    expect((await runTsdbt(['run'], { cwd: root })).exitCode).toBe(0);
    expect((await runTsdbt(['run'], { cwd: root })).exitCode).toBe(1);
    const statuses = new Map(
      readRunResults(root).map(({ unique_id: id, status }) => [id.split('.').at(-1), status]),
    );
    for (const [name, wanted] of Object.entries(expected)) {
      const database = join(root, 'shop.duckdb');
      const columns = await queryDatabase(
        database,
        `select column_name || ':' || data_type as c from duckdb_columns() where table_name = '${name}' order by column_index`,
      );
      const rows = (await queryDatabase(database, `select * from ${name}`)).map((row) =>
        Object.values(row)
          .map((value) => (value === null ? '-' : String(value)))
          .join('/'),
      );
      const found = [
        statuses.get(name),
        columns.map(({ c }) => c).join(' '),
        rows.sort().join(' '),
      ];
      const same = JSON.stringify(found) === JSON.stringify(wanted);
      trials.note(
        same ? undefined : `${name}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`,
      );
    }
  } finally {
    remove();
  }
  expect(trials.report()).toBe('drift: 28 trials, 0 failures');
});
