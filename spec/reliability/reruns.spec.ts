import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { contentHash, queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { Trials } from './trials.ts';

// What a user runs again, retries after an error, or feeds late, twice and out of order must come to
// the tables of a clean run. `TSDBT_BATCH_HISTORIES` asks for more histories than CI tries.
const histories = Number(process.env['TSDBT_BATCH_HISTORIES'] ?? 15);

const incremental: Readonly<Record<string, string>> = {
  deleted: "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'",
  merged: "materialized='incremental', incremental_strategy='merge', unique_key='id'",
  batched:
    "materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day', begin='2026-01-01', lookback=9",
};

const days = '--event-time-start 2026-01-01 --event-time-end 2026-01-06'.split(' ');

/** `{{ boom() }}` in every node: the run that names the node fails there, after what came before. */
const boom = `{% macro boom() %}{% if var('boom', '') == model.name %}, nowhere as bad{% endif %}{% endmacro %}`;

function project(): ProjectFixture {
  const body = "select id, day, v {{ boom() }} from {{ ref('input') }}";
  return projectFixture({
    'project.yml': 'name: shop\nvars: {rows: "(1, date \'2026-01-01\', 0)"}\n',
    'macros/boom.sql': boom,
    'seeds/codes.csv': 'id,code\n1,a\n2,b\n',
    'models/input.sql':
      "{{ config(materialized='table', event_time='day') }} select id, day, v {{ boom() }} from (values {{ var('rows') }}) t(id, day, v)",
    'models/seen.sql': `{{ config(materialized='view') }} ${body}`,
    'models/copied.sql': `{{ config(materialized='table') }} ${body}`,
    ...Object.fromEntries(
      Object.entries(incremental).map(([name, config]) => [
        `models/${name}.sql`,
        `{{ config(${config}) }} ${body}`,
      ]),
    ),
    'snapshots/kept.sql': `{% snapshot kept %}{{ config(strategy='check', check_cols=['v'], unique_key='id', target_schema='main') }} ${body}{% endsnapshot %}`,
  });
}

const content = {
  schemas: ['main'],
  without: ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to'],
};

async function run(root: string, rows: string, more: readonly string[] = []) {
  const vars = JSON.stringify({ rows, ...(more[0] === undefined ? {} : { boom: more[0] }) });
  return await runTsdbt(['build', ...days, '--vars', vars], { cwd: root });
}

const rows = "(1, date '2026-01-01', 10), (2, date '2026-01-03', 20), (3, date '2026-01-05', 30)";
const database = (root: string) => join(root, 'target/shop.duckdb');

test('the same run, once, twice and thrice, leaves the same', { timeout: 600_000 }, async () => {
  const trials = new Trials('run again');
  const { root, remove } = project();
  try {
    const first = await run(root, rows);
    expect(first.exitCode, first.output).toBe(0);
    const expected = JSON.stringify(await contentHash(database(root), content));
    for (let again = 0; again < 2; again++) {
      const { exitCode, output } = await run(root, rows);
      const same = JSON.stringify(await contentHash(database(root), content)) === expected;
      trials.note(exitCode === 0 && same ? undefined : output);
    }
  } finally {
    remove();
  }
  expect(trials.report()).toBe('run again: 2 trials, 0 failures');
});

test('a retry after any node failed comes to a clean run', { timeout: 600_000 }, async () => {
  const trials = new Trials('retry');
  const clean = project();
  await run(clean.root, "(1, date '2026-01-01', 0)");
  await run(clean.root, rows);
  const expected = JSON.stringify(await contentHash(database(clean.root), content));
  clean.remove();
  for (const failing of ['input', 'seen', 'copied', ...Object.keys(incremental), 'kept']) {
    for (const isFirst of [true, false]) {
      const { root, remove } = project();
      try {
        if (!isFirst) await run(root, "(1, date '2026-01-01', 0)");
        const failed = await run(root, rows, [failing]);
        expect(failed.exitCode, `${failing}: ${failed.output}`).toBe(1);
        const retry = ['retry', '--vars', JSON.stringify({ rows })];
        const { exitCode, output } = await runTsdbt(retry, { cwd: root });
        // In a first run the snapshot has no earlier version of the row.
        if (isFirst) {
          const found = await queryDatabase(
            database(root),
            'select (select count(*) from deleted) + (select count(*) from merged) + (select count(*) from batched) + (select count(*) from copied) + (select count(*) from seen) + (select count(*) from kept) as n',
          );
          trials.note(
            exitCode === 0 && Number(found[0]!['n']) === 18 ? undefined : `${failing}: ${output}`,
          );
          continue;
        }
        const same = JSON.stringify(await contentHash(database(root), content)) === expected;
        trials.note(exitCode === 0 && same ? undefined : `${failing}: ${output}`);
      } finally {
        remove();
      }
    }
  }
  expect(trials.report()).toBe('retry: 14 trials, 0 failures');
});

interface Row {
  readonly id: number;
  readonly day: number;
  readonly v: number;
}

const batch = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    day: fc.integer({ min: 1, max: 5 }),
    v: fc.nat(99),
  }),
  { selector: (row) => row.id, minLength: 1, maxLength: 5 },
);

/** Batches as they come: some once more, some late, in any order. */
const history = fc
  .array(batch, { minLength: 1, maxLength: 4 })
  .chain((batches) => fc.array(fc.constantFrom(...batches), { minLength: 1, maxLength: 5 }));

/** What each strategy must leave: the last row of a key; by days, the last batch that had the day. */
function modelOf(batches: readonly (readonly Row[])[]): Readonly<Record<string, string>> {
  const byId = new Map<number, Row>();
  const byDay = new Map<number, Row[]>();
  for (const one of batches) {
    for (const row of one) byId.set(row.id, row);
    for (const day of [1, 2, 3, 4, 5])
      byDay.set(
        day,
        one.filter((row) => row.day === day),
      );
  }
  const text = (list: Iterable<Row>) =>
    [...list]
      .map(({ id, day, v }) => `${id}/${day}/${v}`)
      .sort()
      .join(' ');
  return {
    deleted: text(byId.values()),
    merged: text(byId.values()),
    batched: text([...byDay.values()].flat()),
  };
}

test('batches that come late, twice and out of order', { timeout: 0 }, async () => {
  const trials = new Trials('batches');
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      const { root, remove } = project();
      try {
        for (const one of batches) {
          const list = one
            .map(({ id, day, v }) => `(${id}, date '2026-01-0${day}', ${v})`)
            .join(', ');
          const { exitCode, output } = await run(root, list);
          expect(exitCode, output).toBe(0);
        }
        const found: Record<string, string> = {};
        for (const name of Object.keys(incremental)) {
          const [row] = await queryDatabase(
            database(root),
            `select coalesce(string_agg(id || '/' || date_part('day', day) || '/' || v, ' ' order by id || '/' || date_part('day', day) || '/' || v), '') as rows from ${name}`,
          );
          found[name] = String(row!['rows']);
        }
        expect(found).toEqual(modelOf(batches));
        trials.note(undefined);
      } finally {
        remove();
      }
    }),
    { seed: 20_260_128, numRuns: histories },
  );
  expect(trials.report()).toBe(`batches: ${histories} trials, 0 failures`);
});
