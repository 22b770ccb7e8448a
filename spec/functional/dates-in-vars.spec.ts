import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const printed = `{{ var('start').year }} {{ var('start') }} {{ var('start') is string }}
{{ var('at') }} {{ var('at').hour }} {{ var('zoned') }}
{{ var('list') }} {{ var('text') }} {{ var('text') is string }}`;

const vars = `
  start: 2020-01-01
  at: 2020-01-01 10:00:00
  zoned: 2020-01-01T10:00:00Z
  list: [2020-01-02]
  text: "2020-01-01"
`;

async function compiled(...args: readonly string[]): Promise<readonly string[]> {
  const run = await runTsdbt(['compile', '-q', '-s', 'b', ...args], { cwd: fixture.root });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return readFileSync(join(fixture.root, 'target/compiled/d/models/b.sql'), 'utf8').split('\n');
}

/** As dbt 1.12 prints them. */
const expected = [
  '2020 2020-01-01 False',
  '2020-01-01 10:00:00 10 2020-01-01 10:00:00+00:00',
  '[datetime.date(2020, 1, 2)] 2020-01-01 True',
];

test('dates and times without quotes are those of Python', async () => {
  fixture = projectFixture({
    'dbt_project.yml': `name: d\nvars:${vars}`,
    'models/b.sql': printed,
  });
  expect(await compiled()).toEqual(expected);
  expect(await compiled('--vars', '{start: 2022-05-06, text: 2022-01-01}')).toEqual([
    '2022 2022-05-06 False',
    expected[1],
    '[datetime.date(2020, 1, 2)] 2022-01-01 False',
  ]);
  fixture.write({ 'dbt_project.yml': 'name: d\n', 'vars.yml': `vars:${vars}` });
  expect(await compiled()).toEqual(expected);
});

test('a cached project notices that quotes came or went', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\nvars: {start: 2020-01-01}\n',
    'models/b.sql': "{{ config(tags=['text' if var('start') is string else 'date']) }} select 1",
  });
  const list = async () =>
    (await runTsdbt(['ls', '-s', 'tag:date'], { cwd: fixture.root })).stdout.trim();
  expect(await list()).toBe('d.b');
  fixture.write({ 'dbt_project.yml': 'name: d\nvars: {start: "2020-01-01"}\n' });
  expect(await list()).toBe('');
});

test('elsewhere in the project file, and in what is written of variables, they are texts', async () => {
  fixture = projectFixture({
    'dbt_project.yml':
      'name: d\nvars: {start: 2020-01-01, no_day: 2020-13-45}\nmodels: {+meta: {since: 2020-01-01}}\n',
    'models/b.sql': "{{ config(meta={'from': var('start')}) }}{{ var('no_day') is string }}",
  });
  expect(await compiled()).toEqual(['True']);
  const { nodes } = JSON.parse(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'));
  expect(nodes['model.d.b'].config.meta).toEqual({ since: '2020-01-01', from: '2020-01-01' });
});

test('arguments of an operation', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'macros/m.sql': '{% macro m(day) %}{{ print(day.year + 1) }}{% endmacro %}',
  });
  const args = ['run-operation', 'm', '--args', '{day: 2020-01-01}'];
  const run = await runTsdbt(args, { cwd: fixture.root });
  expect(run.stdout).toContain('2021');
});

test('in a project of ours they are texts', async () => {
  fixture = projectFixture({
    'project.yml': 'name: d\nvars: {start: 2020-01-01}\n',
    'models/b.sql': "{{ var('start') is string }}",
  });
  expect(await compiled()).toEqual(['True']);
  expect(await compiled('--vars', '{start: 2022-05-06}')).toEqual(['True']);
});
