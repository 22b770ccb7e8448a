import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Batches, SQL, results and what is left after a failed batch: as dbt-core 1.12 with dbt-duckdb has them.

const events = (rows: string) =>
  `{{ config(materialized='table', event_time='ts') }} select * from (values ${rows}) t(id, ts)`;
const daily = (more = '') =>
  `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2020-01-01', batch_size='day', lookback=1${more}) }}
select id, ts, '{{ model.batch.id if model.batch }}' as batch, {{ 1 if is_incremental() else 0 }} as added from {{ ref('events') }}
where {{ "error('boom')" if model.batch and model.batch.id == var('bad', '') else 'true' }}`;

const three =
  "(1, timestamp '2020-01-01 10:00:00'), (2, timestamp '2020-01-02 00:00:00'), (3, timestamp '2020-01-03 23:00:00')";
const window = ['--event-time-start', '2020-01-01', '--event-time-end', '2020-01-04'];

let project: ProjectFixture;
afterEach(() => project.remove());

function make(more = '') {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'models/events.sql': events(three),
    'models/daily.sql': daily(more),
  });
}
const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const rows = (sql: string) => queryDatabase(join(project.root, 'shop.duckdb'), sql);
const resultOf = (name: string) =>
  readRunResults(project.root).find((r) => r.unique_id === `model.shop.${name}`)!;

test('each batch reads its own day and is written by itself', async () => {
  make();
  const run = await tsdbt('run', ...window);
  expect(run.exitCode).toBe(0);
  expect(await rows('select id, batch, added from daily order by id')).toEqual([
    { id: 1, batch: '20200101', added: 0 },
    { id: 2, batch: '20200102', added: 1 },
    { id: 3, batch: '20200103', added: 1 },
  ]);
  expect(resultOf('daily')).toMatchObject({
    status: 'success',
    message: 'SUCCESS',
    batch_results: {
      successful: [
        ['2020-01-01T00:00:00+00:00', '2020-01-02T00:00:00+00:00'],
        ['2020-01-02T00:00:00+00:00', '2020-01-03T00:00:00+00:00'],
        ['2020-01-03T00:00:00+00:00', '2020-01-04T00:00:00+00:00'],
      ],
      failed: [],
    },
  });
  const plan = await tsdbt('run', ...window, '--select', 'daily');
  expect(plan.exitCode).toBe(0);
  expect(await rows('select count(*)::int as n, min(added) as added from daily')).toEqual([
    { n: 3, added: 1 },
  ]);
});

test('a failed batch leaves the others, and retry runs it alone', async () => {
  make();
  await tsdbt('run', ...window);
  const run = await tsdbt('run', ...window, '--vars', '{bad: "20200102"}', '-s', 'daily');
  expect(run.exitCode).toBe(1);
  expect(resultOf('daily')).toMatchObject({
    status: 'partial success',
    message: 'PARTIAL SUCCESS (2/3)',
    batch_results: { failed: [['2020-01-02T00:00:00+00:00', '2020-01-03T00:00:00+00:00']] },
  });
  // The old rows of the failed day stand.
  expect(await rows('select count(*)::int as n from daily')).toEqual([{ n: 3 }]);
  const retry = await tsdbt('retry', '--vars', '{}');
  expect(retry.output).toContain('Batch 1 of 1 (2020-01-02) of daily');
  expect(retry.exitCode).toBe(0);
  expect(resultOf('daily').batch_results?.successful).toHaveLength(3);
});

test('when the first batch fails, nothing else is tried', async () => {
  make();
  const run = await tsdbt('run', ...window, '--vars', '{bad: "20200101"}');
  expect(run.exitCode).toBe(1);
  expect(resultOf('daily')).toMatchObject({ status: 'error' });
  expect(run.output).not.toContain('Batch 2 of 3');
  expect(run.output).toContain('boom');
});

test('hooks run once: before the first batch and after the last', async () => {
  make(
    ", pre_hook='create or replace table seen as select 0 as n', post_hook='insert into seen select count(*) from {{ this }}'",
  );
  await tsdbt('run', ...window);
  expect(await rows('select n::int as n from seen order by n')).toEqual([{ n: 0 }, { n: 3 }]);
});

const configured = (config: string) => ({
  'models/daily.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', ${config}) }} select * from {{ ref('events') }}`,
});

test.each([
  ["event_time='ts', begin='2020-01-01', batch_size='week'", /batch_size.*must be one of hour/],
  ["event_time='ts', batch_size='day'", /begin.*must be the date of the first batch/],
  ["event_time='ts', begin=2, batch_size='day'", /begin.*must be the date of the first batch/],
  ["begin='2020-01-01', batch_size='day'", /event_time.*must name the column/],
  ["event_time='ts', begin='2020-01-01', batch_size='day', lookback='two'", /lookback.*must be/],
])('a project with a model of %s is refused when it is parsed', async (config, pattern) => {
  make();
  project.write(configured(config));
  const parse = await tsdbt('parse');
  expect(parse.exitCode).toBe(2);
  expect(parse.output).toMatch(pattern);
});

test('a microbatch model with a unique_key fails when it is run', async () => {
  make();
  project.write(
    configured("event_time='ts', begin='2020-01-01', batch_size='day', unique_key='id'"),
  );
  const run = await tsdbt('run');
  expect(run.exitCode).toBe(1);
  expect(run.output).toMatch(/unique_key.*is not for microbatch/);
});

test.each([
  [['--event-time-start', '2020-01-01'], /must be given together/],
  [['--event-time-start', '2020-01-02', '--event-time-end', '2020-01-01'], /must be before/],
  [['--event-time-start', 'soon', '--event-time-end', '2020-01-01'], /must be a date or time/],
  [['--sample', '3 weeks'], /takes a number and hour, day, month, year/],
])('flags that make no sense: %s', async (flags, pattern) => {
  make();
  const run = await tsdbt('run', ...flags);
  expect(run.exitCode).toBe(2);
  expect(run.output).toMatch(pattern);
});

test('--empty builds every column without a row, --sample the rows of a window', async () => {
  make();
  project.write({ 'models/copy.sql': "select * from {{ ref('events') }}" });
  await tsdbt('run', '--empty', '-s', 'events', 'copy');
  const compiled = () =>
    readFileSync(join(project.root, 'target/compiled/shop/models/copy.sql'), 'utf8');
  expect(compiled()).toBe(
    'select * from (select * from "shop"."main"."events" where false limit 0)',
  );
  expect(await rows('select count(*)::int as n from copy')).toEqual([{ n: 0 }]);
  project.write({
    'models/inline.sql': "{{ config(materialized='ephemeral') }} select 1 as id",
    'models/of_inline.sql': "select * from {{ ref('inline') }}",
  });
  await tsdbt('run', '--empty', '-s', 'of_inline');
  expect(await rows('select count(*)::int as n from of_inline')).toEqual([{ n: 0 }]);
  await tsdbt('run', '--sample', '{start: 2020-01-02, end: 2020-01-03}', '-s', 'events', 'copy');
  expect(compiled()).toBe(
    `select * from (select * from "shop"."main"."events" where ts >= '2020-01-02 00:00:00+00:00' and ts < '2020-01-03 00:00:00+00:00')`,
  );
  expect(await rows('select id from copy')).toEqual([{ id: 2 }]);
});

test('the SQL of each batch is a file of its own, also of one that fails', async () => {
  make();
  const folder = () => join(project.root, 'target/compiled/shop/models');
  expect((await tsdbt('run', ...window)).exitCode).toBe(0);
  expect(readdirSync(join(folder(), 'daily')).sort()).toEqual([
    'daily_2020-01-01.sql',
    'daily_2020-01-02.sql',
    'daily_2020-01-03.sql',
  ]);
  expect(readdirSync(folder()).sort()).toEqual(['daily', 'events.sql']);
  const second = readFileSync(join(folder(), 'daily/daily_2020-01-02.sql'), 'utf8');
  expect(second).toContain(
    "ts >= '2020-01-02 00:00:00+00:00' and ts < '2020-01-03 00:00:00+00:00'",
  );
  rmSync(folder(), { recursive: true });
  const bad = await tsdbt('run', '--full-refresh', ...window, '--vars', '{bad: "20200101"}');
  expect(bad.exitCode).toBe(1);
  expect(readdirSync(join(folder(), 'daily'))).toEqual(['daily_2020-01-01.sql']);
  expect(readdirSync(folder()).sort()).toEqual(['daily', 'events.sql']);
});

test('begin is kept as the moment that it means, as in dbt', async () => {
  for (const [written, kept] of [
    ['2020-01-01', '2020-01-01T00:00:00'],
    ['2020-01-01 10:30', '2020-01-01T10:30:00'],
    ['2020-01-01T10:30:00+01:00', '2020-01-01T10:30:00+01:00'],
  ] as const) {
    project?.remove();
    make();
    const text = readFileSync(join(project.root, 'models/daily.sql'), 'utf8');
    writeFileSync(
      join(project.root, 'models/daily.sql'),
      text.replace("begin='2020-01-01'", `begin='${written}'`),
    );
    expect(await tsdbt('parse')).toMatchObject({ exitCode: 0 });
    const file = readFileSync(join(project.root, 'target/manifest.json'), 'utf8');
    const { nodes } = JSON.parse(file) as { nodes: Record<string, { config: { begin: string } }> };
    expect(nodes['model.shop.daily']?.config.begin).toBe(kept);
  }
});

test('the times of a batch are in UTC, also under the names they once had', async () => {
  make();
  project.write({
    'models/daily.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2020-01-01', batch_size='day') }}
select timestamp '2020-01-01' as ts, '{{ model.batch.event_time_start }}' as start,
  '{{ model.config.__dbt_internal_microbatch_event_time_start }}' as old_start,
  '{{ model.config.get("__dbt_internal_microbatch_event_time_end") }}' as old_end`,
  });
  const one = ['--event-time-start', '2020-01-01', '--event-time-end', '2020-01-02'];
  expect((await tsdbt('run', '-s', 'daily', ...one)).exitCode).toBe(0);
  expect(await rows('select start, old_start, old_end from daily')).toEqual([
    {
      start: '2020-01-01 00:00:00+00:00',
      old_start: '2020-01-01 00:00:00+00:00',
      old_end: '2020-01-02 00:00:00+00:00',
    },
  ]);
});
