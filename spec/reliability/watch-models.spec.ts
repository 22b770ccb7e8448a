import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isTsdbtError } from '../../src/errors/tsdbt-error.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { type Started, startCli } from '../built-cli.ts';

let project: ProjectFixture;
let watch: Started | undefined;
afterEach(async () => {
  watch?.process.kill('SIGKILL');
  await watch?.ended;
  project.remove();
});

const files = {
  'seeds/places.csv': 'id,name\n1,Bonn\n',
  'macros/twice.sql': '{% macro twice(x) %}{{ x }} * 2{% endmacro %}\n',
  'models/one.sql': "{{ config(materialized='table') }}\nselect {{ twice(1) }} as id\n",
  'models/two.sql': 'select id from {{ ref("one") }}\n',
  'models/other.sql': 'select 3 as id\n',
  'models/models.yml':
    'models:\n  - name: one\n    columns: [{name: id, data_tests: [not_null]}]\n',
};

async function start(...args: readonly string[]): Promise<Started> {
  watch = startCli(['build', '--watch', 'models', ...args], project.root);
  await watch.until(/Watching .*models.*for edits/);
  return watch;
}

/** What is printed after an edit, up to the summary of its pass. */
async function edit(
  change: Readonly<Record<string, string>>,
  until: RegExp = /Edited:[\s\S]*Done in/,
): Promise<string> {
  const before = watch!.output().length;
  project.write(change);
  for (let i = 0; i < 400; i++) {
    const text = watch!.output().slice(before);
    if (until.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never ${until}:\n${watch!.output()}`);
}

/** The summary is printed before the database is closed, so it may be in use for a moment. */
async function query(sql: string) {
  for (let i = 0; ; i++) {
    try {
      return await queryDatabase(join(project.root, 'target/shop.duckdb'), sql);
    } catch (error) {
      if (i === 40 || !isTsdbtError(error, 'database-locked')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stop(): Promise<number | null> {
  watch!.process.kill('SIGINT');
  return (await watch!.ended).code;
}

test('an edit builds the node and its tests again, and nothing else', async () => {
  project = projectFixture(files);
  await start();
  const first = await edit({
    'models/one.sql': "{{ config(materialized='table') }}\nselect 7 as id\n",
  });
  expect(first).toContain('Edited: 2 nodes to build.');
  expect(first).toMatch(/OK .*one/);
  expect(first).toContain('not_null_one_id');
  expect(first).not.toMatch(/OK .*(two|other|places)/);
  expect(await query('select id from one')).toEqual([{ id: 7 }]);
  const seed = await edit({ 'seeds/places.csv': 'id,name\n1,Bonn\n2,Ulm\n' });
  expect(seed).toContain('Edited: 1 node to build.');
  expect(await query('select count(*)::int as n from places')).toEqual([{ n: 2 }]);
  const yaml = await edit({
    'models/models.yml':
      'models:\n  - name: one\n    columns: [{name: id, data_tests: [not_null, unique]}]\n',
  });
  expect(yaml).toContain('unique_one_id');
  const fresh = await edit({ 'models/new.sql': 'select 1 as id\n' });
  expect(fresh).toMatch(/OK .*new/);
  expect(await stop()).toBe(0);
  expect(watch!.output()).toContain('Stopped watching.');
});

test('a macro builds what calls it', async () => {
  project = projectFixture(files);
  await start();
  const text = await edit({
    'macros/twice.sql': '{% macro twice(x) %}{{ x }} * 5{% endmacro %}\n',
  });
  expect(text).toMatch(/OK .*one/);
  expect(text).not.toMatch(/OK .*other/);
  expect(await query('select id from one')).toEqual([{ id: 5 }]);
  expect(await stop()).toBe(0);
});

test('errors are shown, and watching goes on', async () => {
  project = projectFixture(files);
  await start();
  const parse = await edit({ 'models/two.sql': 'select id from {{ ref("on") }}\n' }, /TS\d{4}/);
  expect(parse).toContain('models/two.sql:1');
  const sql = await edit({ 'models/two.sql': 'select idd from {{ ref("one") }}\n' });
  expect(sql).toMatch(/ERROR .*two/);
  // The next edit of any file builds a failed node again.
  const other = await edit({ 'models/one.sql': 'select 1 as id, 2 as idd\n' });
  expect(other).toMatch(/OK .*two/);
  const bad = await edit({ 'models/two.sql': 'select nothing from {{ ref("one") }}\n' });
  expect(bad).toMatch(/ERROR .*two/);
  expect(await stop()).toBe(1);
});

test('files that change together are one pass, and the selection counts', async () => {
  project = projectFixture(files);
  await start('--select', 'one', 'two');
  const text = await edit({
    'models/one.sql': 'select 4 as id\n',
    'models/two.sql': 'select id + 1 as id from {{ ref("one") }}\n',
    'models/other.sql': 'select 9 as id\n',
  });
  expect(text.match(/Edited:/g)).toHaveLength(1);
  expect(text).toContain('Edited: 3 nodes to build.');
  expect(await query('select id from two')).toEqual([{ id: 5 }]);
  await edit({ 'models/other.sql': 'select 10 as id\n' }, /nothing that is selected is another/);
  expect(await stop()).toBe(0);
});
