import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

// A batch whose column has another type than the table: no value may change unless somebody says so.

let project: ProjectFixture;
afterEach(() => project.remove());

const dbtProject = {
  'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\n",
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: target/shop.duckdb, schema: main}\n',
};

/** A model whose rows of day 1 and day 2 have columns of the types given. */
function model(config: string, [first, second]: readonly [string, string]): string {
  return `{{ config(materialized='incremental'${config === '' ? '' : `, ${config}`}) }}
{% if var('day') == 1 %}
select 1 as id, timestamp '2024-01-01' as ordered_at, ${first} as amount
{% else %}
select 2 as id, timestamp '2024-01-02' as ordered_at, ${second} as amount
{% endif %}`;
}

async function days(sql: string, files: Record<string, string> = {}): Promise<TsdbtRun> {
  project = projectFixture({ 'models/orders.sql': sql, ...files });
  const first = await build(1);
  expect(first.output).toContain('ERROR=0');
  return await build(2);
}

function build(day: number): Promise<TsdbtRun> {
  return runTsdbt(['build', '--vars', `{day: ${day}}`], { cwd: project.root });
}

async function amounts(): Promise<string> {
  const rows = await queryDatabase(
    databasePath(),
    'select amount::varchar as a, typeof(amount) as t from main.orders order by id',
  );
  return `${rows.map((row) => row['a']).join(' ')} ${rows[0]!['t']}`;
}

const databasePath = () => join(project.root, 'target/shop.duckdb');

const wideTypes: readonly (readonly [string, string, string])[] = [
  ['10', '10.75', '10.00 10.75 DECIMAL(12,2)'],
  ['1000', '10.75::decimal(4,2)', '1000.00 10.75 DECIMAL(12,2)'],
  ['10', '3000000000', '10 3000000000 BIGINT'],
  ['1.25::decimal(8,2)', '9999999999.99::decimal(12,2)', '1.25 9999999999.99 DECIMAL(12,2)'],
  ['1.25::decimal(8,2)', '1.255::decimal(9,3)', '1.250 1.255 DECIMAL(9,3)'],
  ['10', '10.5::double', '10.0 10.5 DOUBLE'],
  [
    "date '2024-01-01'",
    "timestamp '2024-01-02 10:00'",
    '2024-01-01 00:00:00 2024-01-02 10:00:00 TIMESTAMP',
  ],
  ['[1]', '[3000000000]', '[1] [3000000000] BIGINT[]'],
  // The table's type has every value of the query's: nothing changes.
  ['10::bigint', '11::integer', '10 11 BIGINT'],
  ['10.50', '11', '10.50 11.00 DECIMAL(12,2)'],
  ["'a'", '11', 'a 11 VARCHAR'],
];

describe.each(['append_new_columns', 'sync_all_columns'])('%s', (policy) => {
  test.each(wideTypes.slice(0, 8))('%s, then %s', async (first, second, expected) => {
    const run = await days(model(`on_schema_change='${policy}'`, [first, second]));
    expect(run.output).toContain('column amount is widened from');
    expect(run.exitCode).toBe(0);
    expect(await amounts()).toBe(expected);
  });
});

test.each(wideTypes.slice(8))(
  'append_new_columns: %s, then %s',
  async (first, second, expected) => {
    const run = await days(model("on_schema_change='append_new_columns'", [first, second]));
    expect(run.exitCode).toBe(0);
    expect(await amounts()).toBe(expected);
  },
);

const strategies = [
  "incremental_strategy='append'",
  "incremental_strategy='delete+insert', unique_key='id'",
  "incremental_strategy='merge', unique_key='id'",
  "incremental_strategy='microbatch', event_time='ordered_at', begin='2024-01-01', batch_size='year', lookback=5",
];

describe.each(strategies)('%s', (strategy) => {
  test('refuses what the type of the table would change', async () => {
    const run = await days(model(strategy, ['10', '10.75']));
    expect(run.exitCode).toBe(1);
    if (!strategy.includes('microbatch')) expect(run.output).toContain('TS5014');
    expect(run.output).toContain(
      '1 value(s) of the column "amount", which is DECIMAL(4,2) in the query and INTEGER in the table, such as 10.75',
    );
    expect(await amounts()).toBe('10 INTEGER');
  });

  test('takes an exact cast', async () => {
    const run = await days(model(strategy, ['10', '11.00']));
    expect(run.exitCode).toBe(0);
    expect(run.output).not.toContain('amount');
    expect(await amounts()).toContain('INTEGER');
  });
});

test.each([
  ['10', '3000000000'],
  ['10', "'ten'"],
  ['10::bigint', '1e300::double'],
  ['1.5::decimal(3,1)', '1.55'],
  ["date '2024-01-01'", "timestamp '2024-01-01 10:00'"],
  ['0.5::float', '0.1::double'],
  ['[1]', '[1.5]'],
])('refuses %s, then %s', async (first, second) => {
  const run = await days(model("on_schema_change='ignore'", [first, second]));
  expect(run.exitCode).toBe(1);
  expect(run.output).toMatch(/1 value\(s\) of the column "amount"/);
  expect(run.output).toContain('--full-refresh');
});

test('sync_all_columns changes to a narrower type only where the table has no other values', async () => {
  const run = await days(model("on_schema_change='sync_all_columns'", ['3000000000', '11']));
  expect(run.exitCode).toBe(1);
  expect(run.output).toContain('which is BIGINT in the table and INTEGER in the query');
  expect(await amounts()).toBe('3000000000 BIGINT');
});

test('plan shows the check', async () => {
  project = projectFixture({ 'models/orders.sql': model('', ['10', '10.75']) });
  expect((await build(1)).exitCode).toBe(0);
  const run = await runTsdbt(['plan', '--vars', '{day: 2}'], { cwd: project.root });
  expect(run.output).toContain(
    'count the values that a cast would change: amount (DECIMAL(4,2) to INTEGER)',
  );
});

describe('a dbt project', () => {
  test('keeps what dbt does, and warns', async () => {
    const run = await days(
      model("on_schema_change='append_new_columns'", ['10', '10.75']),
      dbtProject,
    );
    expect(run.exitCode).toBe(0);
    expect(run.output).toContain('1 value(s) of the column "amount"');
    expect(await amounts()).toBe('10 11 INTEGER');
  });

  test('says nothing of an exact cast', async () => {
    const run = await days(model("on_schema_change='ignore'", ['10', '11.00']), dbtProject);
    expect(run.output).not.toContain('amount');
    expect(await amounts()).toBe('10 11 INTEGER');
  });
});

describe('snapshots', () => {
  const snapshot = (config: string) => ({
    'snapshots/s.yml': `snapshots:\n  - name: history\n    relation: ref('orders')\n    config: {unique_key: id, ${config}}\n`,
  });
  const orders = (first: string, second: string) =>
    `{{ config(materialized='table') }}\nselect 1 as id, {{ var('at', "timestamp '2024-01-01'") }} as ordered_at, {% if var('day') == 1 %}${first}{% else %}${second}{% endif %} as amount`;
  const versions = async () =>
    (
      await queryDatabase(
        databasePath(),
        'select amount::varchar as a from main.history order by dbt_valid_from, amount',
      )
    ).map((row) => row['a']);

  test.each([
    ['10', '10.00', ['10.00']],
    ['10', '10::bigint', ['10']],
    ['10', '10::double', ['10.0']],
    ['10', '10.75', ['10.00', '10.75']],
    ["date '2024-01-01'", "timestamp '2024-01-01'", ['2024-01-01 00:00:00']],
    ['10', "'10'", ['10']],
    ["'x'", '10', ['x', '10']],
  ])('check: %s, then %s, is %j', async (first, second, expected) => {
    const run = await days(orders(first, second), snapshot('strategy: check, check_cols: all'));
    expect(run.exitCode).toBe(0);
    await build(2);
    expect((await build(2)).exitCode).toBe(0);
    expect(await versions()).toEqual(expected);
  });

  test('check: refuses a value that the table can not have, each time', async () => {
    const run = await days(
      orders('10', "'ten'"),
      snapshot('strategy: check, check_cols: [amount]'),
    );
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain(
      '1 value(s) of the column "amount", which is VARCHAR in the query',
    );
    expect((await build(2)).exitCode).toBe(1);
    expect(await versions()).toEqual(['10']);
  });

  test('timestamp: a date that became a time makes one version', async () => {
    const sql = `{{ config(materialized='table') }}
select 1 as id, 5 as amount, {% if var('day') == 1 %}date '2024-01-01'{% else %}timestamp '2024-01-02 10:00'{% endif %} as ordered_at`;
    const run = await days(sql, snapshot('strategy: timestamp, updated_at: ordered_at'));
    expect(run.exitCode).toBe(0);
    await build(2);
    await build(2);
    const rows = await queryDatabase(
      databasePath(),
      'select dbt_valid_from::varchar as f from main.history order by 1',
    );
    expect(rows.map((row) => row['f'])).toEqual(['2024-01-01 00:00:00', '2024-01-02 10:00:00']);
  });

  test('a dbt project warns of what is rounded', async () => {
    const files = { ...dbtProject, ...snapshot('strategy: check, check_cols: all') };
    const run = await days(orders('10', '10.75'), files);
    expect(run.exitCode).toBe(0);
    expect(run.output).toContain('1 value(s) of the column "amount"');
    expect(await versions()).toEqual(['10', '11']);
  });

  test('a dbt project has no version of an exact cast', async () => {
    const files = { ...dbtProject, ...snapshot('strategy: check, check_cols: all') };
    await days(orders('10', '10.00'), files);
    expect(await versions()).toEqual(['10']);
  });
});
