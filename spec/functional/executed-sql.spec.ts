import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: p\nprofile: p\n',
    'profiles.yml': 'p: {target: t, outputs: {t: {type: duckdb, path: p.db, schema: main}}}\n',
    'seeds/s.csv': 'id\n1\n',
    'models/v.sql': "{{ config(pre_hook='select 1') }} select * from {{ ref('s') }}",
    'models/through_macro.sql':
      "{{ config(materialized='table', sql_header='set threads = 1;') }} select 1 as id",
    'models/i.sql':
      "{{ config(materialized='incremental', unique_key='id', post_hook='select 2') }} select id from {{ ref('s') }}",
    'models/broken.sql': 'selec 1',
    'models/m.yml': 'models: [{name: v, columns: [{name: id, data_tests: [not_null]}]}]\n',
  });
});
afterEach(() => fixture.remove());

const executed = (path: string) => readFileSync(join(fixture.root, 'target/run/p', path), 'utf8');

test('target/run holds the statements that built each node, without its hooks', async () => {
  await runTsdbt(['build'], { cwd: fixture.root });
  expect(executed('seeds/s.csv')).toContain('create or replace table "p"."main"."s" as (');
  expect(executed('models/v.sql')).toBe(
    'create or replace view "p"."main"."v" as (\n select * from "p"."main"."s"\n)',
  );
  expect(executed('models/through_macro.sql')).toMatch(
    /set threads = 1;\s+create\s+table\s+"p"."main"."through_macro__dbt_tmp"/,
  );
  expect(executed('models/broken.sql')).toContain('selec 1');
  expect(executed('models/m.yml/not_null_v_id.sql')).toMatch(/count\(\*\)[\s\S]*"p"."main"."v"/);
  const { nodes } = JSON.parse(
    readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'),
  ) as { nodes: Record<string, { build_path: string | null }> };
  for (const [id, file] of [
    ['seed.p.s', 'seeds/s.csv'],
    ['model.p.v', 'models/v.sql'],
    ['model.p.broken', 'models/broken.sql'],
  ] as const)
    expect(nodes[id]!.build_path).toBe(`target/run/p/${file}`);
  await runTsdbt(['run', '-s', 'i'], { cwd: fixture.root });
  expect(executed('models/i.sql').split(';\n\n')).toEqual([
    expect.stringMatching(/^create or replace temporary table/),
    expect.stringMatching(/^delete from "p"."main"."i"/),
    expect.stringMatching(/^insert into "p"."main"."i"/),
  ]);
});

test('each batch of a microbatch model has its file', async () => {
  fixture.write({
    'models/daily.sql':
      "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', begin='2020-01-01', batch_size='day') }} select timestamp '2020-01-01' as ts",
  });
  const window = ['--event-time-start', '2020-01-01', '--event-time-end', '2020-01-03'];
  await runTsdbt(['run', '-s', 'daily', ...window], { cwd: fixture.root });
  expect(executed('models/daily/daily_2020-01-01.sql')).toContain('"p"."main"."daily"');
  expect(executed('models/daily/daily_2020-01-02.sql')).toContain('"p"."main"."daily"');
});
