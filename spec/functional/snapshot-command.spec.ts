import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const model = (value: string, day: string) =>
  `{{ config(materialized='table') }}\nselect 1 as id, '${value}' as v, timestamp '${day}' as updated_at\n`;

test('a snapshot of a project keeps each state of a row, and a second one adds nothing', async () => {
  fixture = projectFixture({
    'models/m.sql': model('a', '2026-01-01'),
    'snapshots/s.yml':
      "snapshots:\n  - name: m_history\n    relation: ref('m')\n    config: {strategy: timestamp, unique_key: id, updated_at: updated_at}\n",
  });
  const { root } = fixture;
  expect((await runTsdbt(['build'], { cwd: root })).exitCode).toBe(0);
  fixture.write({ 'models/m.sql': model('b', '2026-01-02') });
  expect((await runTsdbt(['build'], { cwd: root })).exitCode).toBe(0);
  const again = await runTsdbt(['snapshot'], { cwd: root });
  expect([again.exitCode, /m_history {2}0 rows/.test(again.stdout)]).toEqual([0, true]);
  const history = await queryDatabase(
    join(root, 'target/shop.duckdb'),
    'select id, v, dbt_valid_from::date as since, dbt_valid_to::date as until from m_history order by since',
  );
  expect(history).toEqual([
    { id: 1, v: 'a', since: '2026-01-01', until: '2026-01-02' },
    { id: 1, v: 'b', since: '2026-01-02', until: null },
  ]);
});

test('its compiled SQL is in a folder of its file, where dbt 1.12 has it; what is in the way goes', async () => {
  fixture = projectFixture({
    'models/m.sql': model('a', '2026-01-01'),
    'snapshots/s.yml':
      "snapshots:\n  - name: m_history\n    relation: ref('m')\n    config: {strategy: timestamp, unique_key: id, updated_at: updated_at}\n",
    'target/compiled/shop/snapshots/s.yml': 'left by another version',
  });
  const run = await runTsdbt(['build'], { cwd: fixture.root });
  expect(run.exitCode, run.output).toBe(0);
  const path = 'target/compiled/shop/snapshots/s.yml/m_history.sql';
  expect(readFileSync(join(fixture.root, path), 'utf8').trim()).toBe(
    'select * from "shop"."main"."m"',
  );
  const manifest = JSON.parse(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8')) as {
    nodes: Record<string, { compiled_path: string | null }>;
  };
  expect(manifest.nodes['snapshot.shop.m_history']!.compiled_path).toBe(path);
});

test.each([
  ["strategy='timestamp', updated_at='t'", /needs a unique_key/],
  ["strategy='timestamp', unique_key='id'", /needs updated_at/],
  ["strategy='check', unique_key='id'", /needs check_cols/],
  [
    "strategy='timestamp', unique_key='id', updated_at='t', check_cols=['id']",
    /check_cols are for/,
  ],
  ["unique_key='id'", /needs a strategy/],
])('a project with a snapshot of %s is refused when it is parsed', async (config, pattern) => {
  fixture = projectFixture({
    'snapshots/s.sql': `{% snapshot s %}{{ config(${config}) }} select 1 as id, now() as t{% endsnapshot %}`,
  });
  const parse = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(parse.exitCode).toBe(2);
  expect(parse.output).toMatch(/snapshots\/s\.sql.*TS5013/);
  expect(parse.output).toMatch(pattern);
});
