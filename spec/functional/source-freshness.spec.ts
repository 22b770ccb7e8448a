import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

const orders = `create or replace table raw.orders as
  select now() - interval 2 hour as zoned, (now() at time zone 'UTC') - interval 2 hour as naive,
    null::timestamp as empty, 1 as id`;

const rules = '{warn_after: {count: 1, period: hour}, error_after: {count: 1, period: day}}';

const table = (name: string, settings: string) =>
  `      - {name: ${name}, identifier: orders, ${settings}}\n`;

beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': `name: shop
profile: shop
on-run-start: ["create schema if not exists raw", "${orders.replaceAll('\n', ' ')}"]
vars: {column: naive}
`,
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, settings: {TimeZone: Asia/Tokyo}}}}\n',
    'models/raw.yml': `sources:
  - name: raw
    config: {freshness: ${rules}}
    tables:
${table('zoned', 'config: {loaded_at_field: zoned}')}${table('naive', `config: {loaded_at_field: "{{ var('column') }}"}`)}${table('asked', `config: {loaded_at_query: "select min({{ var('column') }}) from {{ this }} -- {{ model.name }}"}`)}${table('empty', 'config: {loaded_at_field: empty}')}${table('lenient', 'config: {loaded_at_field: empty, freshness: {error_after: null}}')}${table('unknown', 'description: no column tells')}${table('number', 'config: {loaded_at_field: id}')}`,
  });
});
afterEach(() => fixture.remove());

interface Entry {
  readonly unique_id: string;
  readonly status: string;
  readonly max_loaded_at?: string;
  readonly max_loaded_at_time_ago_in_s?: number;
  readonly criteria?: unknown;
  readonly error?: string;
}

async function freshness(...args: readonly string[]) {
  const ran = await runTsdbt(['source', 'freshness', ...args], { cwd: fixture.root });
  const { results } = JSON.parse(
    readFileSync(join(fixture.root, 'target/sources.json'), 'utf8'),
  ) as { results: readonly Entry[] };
  return { ...ran, of: new Map(results.map((one) => [one.unique_id.split('.').at(-1), one])) };
}

describe('source freshness', () => {
  test('times are taken in their zone, fields and queries are templates', async () => {
    const { of, exitCode } = await freshness();
    expect(exitCode).toBe(1);
    for (const name of ['zoned', 'naive', 'asked']) {
      const one = of.get(name)!;
      expect(one).toMatchObject({ status: 'warn' });
      expect(one.max_loaded_at_time_ago_in_s).toBeGreaterThan(7100);
      expect(one.max_loaded_at_time_ago_in_s).toBeLessThan(7500);
      expect(one.max_loaded_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
    }
  });

  test('a source without a time is as old as can be, and one that nothing is said of an error', async () => {
    const { of, output } = await freshness();
    expect(of.get('empty')).toMatchObject({
      status: 'error',
      max_loaded_at: '0001-01-01T00:00:00+00:00',
    });
    expect(of.get('lenient')).toMatchObject({
      status: 'warn',
      criteria: {
        warn_after: { count: 1, period: 'hour' },
        error_after: null,
        filter: null,
      },
    });
    expect(of.get('unknown')).toMatchObject({ status: 'runtime error' });
    expect(output).toContain('Warning: The source "raw.unknown" (models/raw.yml)');
    expect(output).toContain('TS5060');
    expect(of.get('number')?.error).toContain("can't be told: 1 is no time");
    expect(output).toContain('models/raw.yml TS5061');
  });

  test("a project's own collect_freshness is asked, even if it returns the table only", async () => {
    fixture.write({
      'macros/age.sql': `{% macro collect_freshness(source, loaded_at_field, filter) %}
  {{ return(run_query("select now() - interval 30 hour, now() from " ~ source)) }}
{% endmacro %}`,
    });
    const { of } = await freshness('--select', 'source:raw.zoned');
    expect(of.get('zoned')).toMatchObject({ status: 'error' });
  });

  test('field and query together are refused, as is an empty field', async () => {
    for (const [settings, error] of [
      ['loaded_at_field: a, loaded_at_query: select 1', 'only one of them can be asked'],
      ["loaded_at_field: ''", 'loaded_at_field'],
    ] as const) {
      fixture.write({
        'models/raw.yml': `sources: [{name: raw, tables: [{name: orders, ${settings}}]}]\n`,
      });
      const ran = await runTsdbt(['parse'], { cwd: fixture.root });
      expect(ran.exitCode).toBe(2);
      expect(ran.output).toContain('models/raw.yml:1');
      expect(ran.output).toContain(error);
    }
  });
});
