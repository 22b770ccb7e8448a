import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

const models = {
  'models/people.sql':
    "select 1::int as id, 'x'::varchar as name, 1.5::decimal(10,2) as amt, date '2020-01-01' as d, [1,2] as l",
  'models/doubled.sql':
    "with loud as (select id, upper(name) as name, amt, d, l from {{ ref('people') }})\nselect id, name, amt * 2 as amt2, d + 1 as d, l from loud",
  'models/newer.sql':
    "{{ config(materialized='incremental', unique_key='id') }}\nselect id, name from {{ ref('people') }}\n{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}",
};

let project: ProjectFixture | undefined;
afterEach(() => project?.remove());

/** Runs one unit test on the models above and gives its result. */
async function runOne(yaml: string, command = 'test', more: Record<string, string> = {}) {
  project = projectFixture({ ...models, ...more, 'models/unit.yml': `unit_tests:\n${yaml}` });
  const run = await runTsdbt([command], { cwd: project.root });
  const results = readRunResults(project.root);
  return {
    run,
    results,
    unit: results.find((result) => result.unique_id.startsWith('unit_test.'))!,
  };
}

const given = (rows: string) => `  given:\n  - input: ref('people')\n    rows: ${rows}\n`;

test('rows in any order; the first expected row says which columns are compared, as in dbt', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: doubled\n${given('[{id: 1, name: ab, amt: 2, d: 2020-02-28, l: [1, 2]}, {id: 2}]')}  expect: {rows: [{id: 2, name: null}, {id: 1, name: AB}]}`,
  );
  expect(unit).toMatchObject({ status: 'pass', failures: 0 });
});

test('rows that differ are shown beside what is expected', async () => {
  const { run, unit } = await runOne(
    `- name: t\n  model: doubled\n  given:\n  - input: ref('people')\n    format: csv\n    rows: |\n      id,name,amt\n      1,ab,\n      2,,3\n      3,zz,1\n  expect:\n    format: csv\n    rows: |\n      id,name,amt2\n      1,AX,\n      2,,6`,
  );
  expect(unit).toMatchObject({ status: 'fail', failures: 1 });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain(
    [
      'actual differs from expected:',
      '',
      '  @@   id  name   amt2',
      '  ---  --  -----  ----',
      '       2   NULL   6.00',
      '  →    1   AX→AB  NULL',
      '  +++  3   ZZ     2.00',
    ].join('\n'),
  );
});

test('an input without rows is empty, and so is what comes of it', async () => {
  const { unit } = await runOne(`- name: t\n  model: doubled\n${given('[]')}  expect: {rows: []}`);
  expect(unit).toMatchObject({ status: 'pass' });
});

test('rows written as SQL', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: doubled\n  given:\n  - input: ref('people')\n    format: sql\n    rows: select 7 as id, 'q' as name, 1 as amt, date '2020-01-01' as d, [1] as l\n  expect:\n    format: sql\n    rows: select 7 as id, 'Q' as name`,
  );
  expect(unit).toMatchObject({ status: 'pass' });
});

test('a seed without rows stands for itself', async () => {
  const { unit } = await runOne(
    "- name: t\n  model: of_seed\n  given: [{input: ref('numbers')}]\n  expect: {rows: [{n: 3}]}",
    'test',
    {
      'seeds/numbers.csv': 'id,v\n1,1\n2,2\n',
      'models/of_seed.sql': "select sum(v) as n from {{ ref('numbers') }}",
    },
  );
  expect(unit).toMatchObject({ status: 'pass' });
  project?.remove();
  const model = await runOne(
    "- name: t\n  model: doubled\n  given: [{input: ref('people')}]\n  expect: {rows: []}",
  );
  expect(model.run.output).toContain("the input ref('people') has no rows, which only a seed may");
});

test('rows from fixture files', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: doubled\n  given:\n  - input: ref('people')\n    format: csv\n    fixture: in\n  expect: {format: csv, fixture: out}`,
    'test',
    { 'tests/fixtures/in.csv': 'id,name\n4,d\n', 'tests/fixtures/out.csv': 'id,name\n4,D\n' },
  );
  expect(unit).toMatchObject({ status: 'pass' });
});

test('an incremental model on rows given for `this`', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: newer\n  overrides: {macros: {is_incremental: true}}\n  given:\n  - input: ref('people')\n    rows: [{id: 1}, {id: 5, name: z}]\n  - input: this\n    rows: [{id: 3}]\n  expect: {rows: [{id: 5, name: z}]}`,
  );
  expect(unit).toMatchObject({ status: 'pass' });
});

test('variables and environment variables are replaced for the test alone', async () => {
  const { unit } = await runOne(
    "- name: t\n  model: settings\n  given: []\n  overrides: {vars: {region: north}, env_vars: {STAGE: test}, macros: {answer: 42, 'shop.other': 7}}\n  expect: {rows: [{region: north, stage: test, answer: 42, other: 7}]}",
    'test',
    {
      'models/settings.sql':
        'select \'{{ var("region", "south") }}\' as region, \'{{ env_var("STAGE", "none") }}\' as stage, {{ answer() }} as answer, {{ shop.other() }} as other',
      'macros/m.sql': '{% macro answer() %}1{% endmacro %}{% macro other() %}2{% endmacro %}',
    },
  );
  expect(unit).toMatchObject({ status: 'pass' });
});

test('the table after the merge is what the strategy makes of it', async () => {
  const { unit, run } = await runOne(
    `- name: t\n  model: newer\n  given:\n  - input: ref('people')\n    rows: [{id: 1, name: old}, {id: 5, name: z}]\n  - input: this\n    rows: [{id: 3, name: c}, {id: 5, name: before}]\n  expect_after_merge: {rows: [{id: 3, name: c}, {id: 5, name: before}]}`,
  );
  expect(run.stderr).toBe('');
  expect(unit).toMatchObject({ status: 'pass' });
});

test('a wrong merged table fails', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: newer\n  given:\n  - input: ref('people')\n    rows: [{id: 6, name: z}]\n  - input: this\n    rows: [{id: 3, name: c}]\n  expect_after_merge: {rows: [{id: 3, name: c}]}`,
  );
  expect(unit.status).toBe('fail');
  expect(unit.message).toContain('actual differs from expected of the merged table');
});

test('common table expressions are checked by name', async () => {
  const { unit } = await runOne(
    `- name: t\n  model: doubled\n${given('[{id: 1, name: ab}]')}  expect_ctes: {loud: {rows: [{id: 1, name: AB}]}}`,
  );
  expect(unit).toMatchObject({ status: 'pass' });
  project?.remove();
  const wrong = await runOne(
    `- name: t\n  model: doubled\n${given('[{id: 1, name: ab}]')}  expect_ctes: {loud: {rows: [{id: 1, name: ab}]}}`,
  );
  expect(wrong.unit.message).toContain('actual differs from expected of CTE "loud"');
  project?.remove();
  const unknown = await runOne(
    `- name: t\n  model: doubled\n${given('[]')}  expect_ctes: {quiet: {rows: []}}`,
  );
  expect(unknown.run.output).toContain('no common table expression named "quiet"');
});

test.each([
  ['text', "{text: 'amount / 100'}", 'pass'],
  ['other text', "{text: 'amount / 10'}", 'fail'],
])('the text a macro gives: %s', async (_name, expectation, status) => {
  const { unit } = await runOne(
    `- name: t\n  macro: in_euros\n  args: [amount]\n  expect: ${expectation}`,
    'test',
    { 'macros/m.sql': '{% macro in_euros(column) %}\n  {{ column }} / 100\n{% endmacro %}' },
  );
  expect(unit.status).toBe(status);
});

test('the value a macro returns, and the rows of a macro that is a query', async () => {
  const { results } = await runOne(
    `- name: value\n  macro: listed\n  args: {upto: 3}\n  expect: {value: [0, 1, 2]}\n- name: rows\n  macro: only_named\n  args: ["ref('people')"]\n  given:\n  - input: ref('people')\n    rows: [{id: 1}, {id: 2, name: b}]\n  expect: {rows: [{id: 2}]}\n- name: mocked\n  macro: first_value\n  overrides: {macros: {run_query: [{v: 9}]}}\n  expect: {value: 9}`,
    'test',
    {
      'macros/m.sql':
        "{% macro listed(upto) %}{{ return(range(upto) | list) }}{% endmacro %}{% macro only_named(relation) %}select * from {{ relation }} where name is not null{% endmacro %}{% macro first_value() %}{{ return(run_query('select 1 as v').rows[0]['v']) }}{% endmacro %}",
    },
  );
  expect(results.map((result) => result.status)).toEqual(['pass', 'pass', 'pass']);
});

test('in a build a failing unit test keeps its model, and what follows, from being built', async () => {
  const { results } = await runOne(
    `- name: t\n  model: doubled\n${given('[{id: 1}]')}  expect: {rows: [{id: 2}]}`,
    'build',
    { 'models/last.sql': "select * from {{ ref('doubled') }}" },
  );
  const statuses = Object.fromEntries(results.map((r) => [r.unique_id, r.status]));
  expect(statuses).toMatchObject({
    'model.shop.people': 'success',
    'unit_test.shop.doubled.t': 'fail',
    'model.shop.doubled': 'skipped',
    'model.shop.last': 'skipped',
  });
});

test.each([
  [
    'a column the input does not have',
    `- name: t\n  model: doubled\n${given('[{idx: 1}]')}  expect: {rows: []}`,
    /models\/unit\.yml:2:?\d* TS5020: .*no column "idx"[\s\S]*Did you mean "id"\?/,
  ],
  [
    'a column the model does not have',
    `- name: t\n  model: doubled\n${given('[{id: 1}]')}  expect: {rows: [{idx: 1}]}`,
    /models\/unit\.yml:2:?\d* TS5020: The expectation of the model has no column "idx"/,
  ],
  [
    'an input that is not given',
    '- name: t\n  model: doubled\n  given: []\n  expect: {rows: []}',
    /models\/doubled\.sql:1:\d+ TS5021: .*gives no rows for ref\('people'\)/,
  ],
  [
    'an input that leads nowhere',
    "- name: t\n  model: doubled\n  given: [{input: ref('nobody'), rows: []}]\n  expect: {rows: []}",
    /models\/unit\.yml:4:12 TS5022: .*ref\('nobody'\) leads to no model/,
  ],
])('%s is an error with its place', async (_name, yaml, pattern) => {
  const { run, unit } = await runOne(yaml);
  expect(unit.status).toBe('error');
  expect(run.output).toMatch(pattern);
});

test.each([
  ['- name: t\n  expect: {rows: []}', 'model'],
  ['- name: t\n  model: doubled', 'expect'],
  ['- name: t\n  model: doubled\n  expect: {text: a}', 'expect'],
  ['- name: t\n  model: doubled\n  args: [1]\n  expect: {rows: []}', 'args'],
])('a unit test that says too little is an error of the project: %s', async (yaml, key) => {
  project = projectFixture({ ...models, 'models/unit.yml': `unit_tests:\n${yaml}` });
  const run = await runTsdbt(['parse'], { cwd: project.root });
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain(`models/unit.yml:2:3 TS`);
  expect(run.output).toContain(key);
});

test.each([
  ["ref('people'", "TS2003: unexpected '}', expected ')'"],
  ["nowhere('people')", "TS2004: 'nowhere' is undefined"],
  ["ref('nobody')", "TS5022: unit_test.shop.doubled.t: the input ref('nobody') leads to no model"],
])('an input that can not be read is shown at its line: %s', async (input, message) => {
  const { run } = await runOne(
    `- name: other\n  model: doubled\n${given('[{id: 1}]')}  expect: {rows: [{id: 1}]}\n- name: t\n  model: doubled\n  given:\n  - rows: [{id: 1}]\n    input: ${input}\n  expect: {rows: [{id: 1}]}`,
  );
  expect(run.exitCode).toBe(1);
  expect(run.output).toContain(`models/unit.yml:12:5 ${message}`);
});

test('variables of templates may be overridden like macros', async () => {
  const { unit } = await runOne(
    '- name: t\n  model: told\n  overrides: {macros: {invocation_id: abc}}\n  given: []\n  expect: {rows: [{id: abc}]}',
    'test',
    { 'models/told.sql': "select '{{ invocation_id }}' as id" },
  );
  expect(unit).toMatchObject({ status: 'pass' });
});
