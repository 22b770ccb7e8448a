import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

// `unique` on a column with one value that comes twice: configuration, and the status, failures and
// message that dbt-core 1.11 gives.

const fail = 'Got 1 result, configured to fail if != 0';
const warn = 'Got 1 result, configured to warn if != 0';
const cases: Readonly<Record<string, readonly [string, string, number, string | null]>> = {
  plain: ['', 'fail', 1, fail],
  severity: ['severity: warn', 'warn', 1, warn],
  capitals: ['severity: WARN', 'warn', 1, warn],
  warn_if: ['severity: warn, warn_if: ">1"', 'pass', 0, null],
  error_if: ['severity: error, error_if: ">5"', 'warn', 1, warn],
  both: ['error_if: ">5", warn_if: ">=1"', 'warn', 1, 'Got 1 result, configured to warn if >=1'],
  neither: ['error_if: ">5", warn_if: ">5"', 'pass', 0, null],
  limit: ['limit: 1', 'fail', 1, fail],
  no_rows: ['limit: 0', 'pass', 0, null],
  where: ['where: "id > 1"', 'pass', 0, null],
  calc: ['fail_calc: "sum(n_records)"', 'fail', 2, 'Got 2 results, configured to fail if != 0'],
  calc_max: [
    'fail_calc: "max(n_records)", error_if: "> 2", warn_if: "> 1"',
    'warn',
    2,
    'Got 2 results, configured to warn if > 1',
  ],
  between: [
    'error_if: "between 1 and 3"',
    'fail',
    1,
    'Got 1 result, configured to fail if between 1 and 3',
  ],
  none: ['error_if: "=0"', 'warn', 1, warn],
  store: ['store_failures: true', 'fail', 1, fail],
  store_view: ['store_failures_as: view', 'fail', 1, fail],
  store_not: ['store_failures: true, store_failures_as: ephemeral', 'fail', 1, fail],
  store_table: ['store_failures: false, store_failures_as: table', 'fail', 1, fail],
  store_pass: ['store_failures: true, where: "id > 1"', 'pass', 0, null],
  elsewhere: ['alias: my_alias, store_failures: true, schema: aud', 'fail', 1, fail],
};

let project: ProjectFixture;
let run: TsdbtRun;
beforeAll(async () => {
  const unique = Object.entries(cases).map(
    ([name, [config]]) => `      - unique: {name: t_${name}, config: {${config}}}`,
  );
  project = projectFixture({
    'models/m.sql': "select * from (values (1,'a'),(1,'b'),(2,null),(3,'c')) t(id,v)",
    'models/o.sql': "select 'a' as v",
    'models/p.yml': `models:
- name: m
  columns:
  - name: id
    data_tests:
${unique.join('\n')}
  - name: v
    data_tests:
      - not_null: {name: t_nulls}
      - accepted_values: {name: t_values, arguments: {values: [a, b]}}
      - relationships: {name: t_parents, arguments: {to: ref('o'), field: v}}
      - is_odd: {name: t_custom, arguments: {mod: 2}}
`,
    'tests/t_singular.sql': "select * from {{ ref('m') }} where id = 1",
    'tests/t_broken.sql': "select nope from {{ ref('m') }}",
    'tests/generic/g.sql':
      "{% test is_odd(model, column_name, mod) %}{{ config(severity='warn') }} select * from {{ model }} where length({{ column_name }}) % {{ mod }} = 1{% endtest %}",
  });
  run = await runTsdbt(['build', '--audit', 'none'], { cwd: project.root });
});
afterAll(() => project.remove());

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly failures: number | null;
  readonly message: string | null;
}
const results = () =>
  JSON.parse(readFileSync(join(project.root, 'target', 'run_results.json'), 'utf8')) as {
    readonly results: readonly Result[];
  };
const named = (name: string) => {
  const found = results().results.find((r) => r.unique_id.split('.')[2] === name);
  return found === undefined ? undefined : [found.status, found.failures, found.message];
};

test.each(Object.entries(cases))('%s', (name, [, ...expected]) => {
  expect(named(`t_${name}`)).toEqual(expected);
});

test.each([
  ['t_nulls', 'fail', 1, fail],
  ['t_values', 'fail', 1, fail],
  ['t_parents', 'fail', 2, 'Got 2 results, configured to fail if != 0'],
  ['t_custom', 'warn', 3, 'Got 3 results, configured to warn if != 0'],
  ['t_singular', 'fail', 2, 'Got 2 results, configured to fail if != 0'],
])('%s', (name, ...expected) => {
  expect(named(name)).toEqual(expected);
});

test('a query that can not run is an error, and the exit code is 1', () => {
  expect(named('t_broken')?.slice(0, 2)).toEqual(['error', null]);
  expect(run.exitCode).toBe(1);
});

test('failing rows are kept where dbt keeps them', async () => {
  const rows = await queryDatabase(
    join(project.root, 'target', 'shop.duckdb'),
    "select table_schema || '.' || table_name || ' ' || table_type as t from information_schema.tables where table_schema not in ('main', '_tsdbt') order by 1",
  );
  expect(rows.map((row) => row['t'])).toEqual([
    'main_aud.my_alias BASE TABLE',
    'main_dbt_test__audit.t_store BASE TABLE',
    'main_dbt_test__audit.t_store_pass BASE TABLE',
    'main_dbt_test__audit.t_store_table BASE TABLE',
    'main_dbt_test__audit.t_store_view VIEW',
  ]);
});

test('store_failures_as that is none of its kinds is an error of the test', async () => {
  project.write({
    'tests/t_odd.sql': "{{ config(store_failures_as='file') }} select 1 as id",
  });
  const odd = await runTsdbt(['test', '-s', 't_odd'], { cwd: project.root });
  expect(odd.exitCode).toBe(1);
  expect(odd.output).toMatch(/store_failures_as.*must be ephemeral, table or view, not "file"/);
});
