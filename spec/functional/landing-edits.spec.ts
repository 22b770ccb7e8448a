import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { datedLanding, type LandingProject, landingProject } from '../landing-project.ts';

// Edits of a landing model, its expectations or its source take effect on what is loaded by a reload, and
// are reported until then.

const columns = '[{name: id, data_type: integer}, {name: name}]';

let project: LandingProject;
beforeEach(async () => {
  project = landingProject({
    landing: datedLanding,
    columns,
    files: {
      'landing/2026-01-01/a.csv': 'id,name\n1,ann\n2,bob\n',
      'landing/2026-01-01/b.csv': 'id,name\n3,cid\n',
      'landing/2026-01-02/a.csv': 'id,name\n4,\n5,eve\n',
    },
  });
  const first = await project.build();
  expect(first.exitCode).toBe(0);
});
afterEach(() => project.close());

function edit(path: string, from: string | RegExp, to: string): void {
  const file = join(project.root, path);
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}
const names = () => project.rows("select id, coalesce(name, '-') from raw_feed order by id");
const plan = (...args: string[]) => runTsdbt(['plan', ...args], { cwd: project.root });
const upper = () => edit('models/raw_feed.sql', 'id, name', 'id, upper(name) as name');
const expectName = () =>
  edit(
    'models/feed.yml',
    'config: {materialized: landing}',
    'config: {materialized: landing, expectations: [{name: named, expression: name is not null, message: it has no name}]}',
  );

const said = /`tsdbt build --reload --select raw_feed\+`/;

describe.each([
  ['the SQL of the model', upper, ['1 ANN', '2 BOB', '3 CID', '4 -', '5 EVE']],
  ['its expectations', expectName, ['1 ann', '2 bob', '3 cid', '5 eve']],
  [
    'the columns of its source',
    () => edit('models/feed.yml', '{name: name}', '{name: name, null_values: [eve]}'),
    ['1 ann', '2 bob', '3 cid', '4 -', '5 -'],
  ],
])('an edit of %s', (what, change, after) => {
  test('is reported by build and plan until the files are read again', async () => {
    const before = await names();
    change();
    const text = `raw_feed: ${what} changed since 3 files (5 rows) were loaded`;
    for (let time = 0; time < 2; time++) {
      const { output, exitCode } = await project.build();
      expect(exitCode).toBe(0);
      expect(output).toContain(text);
      expect(output).toMatch(said);
      expect(await names()).toEqual(before);
    }
    expect((await plan()).output).toContain(text);
    const planned = await plan('--reload');
    expect(planned.output).toContain(
      '3 files of 2 deliveries would be loaded now, 3 of them again',
    );
    expect(planned.output).not.toContain(what);
    const reload = await project.build('--reload');
    expect(reload.output).not.toMatch(said);
    expect(await names()).toEqual(after);
    expect(await project.rows('select n from report')).toEqual([String(after.length)]);
    expect((await project.build()).output).not.toMatch(said);
  });
});

test('comments, blanks and descriptions are no edits', async () => {
  edit('models/raw_feed.sql', 'id, name', 'id,\n  name -- as it came\n {# nothing #}');
  edit('models/feed.yml', '{name: name}', '{name: name, description: how they are called}');
  expect((await project.build()).output).not.toMatch(said);
});

test('an edit of a macro that the model calls is one', async () => {
  project.write({ 'macros/name.sql': '{% macro named() %}name{% endmacro %}' });
  edit('models/raw_feed.sql', 'id, name', 'id, {{ named() }} as name');
  await project.build('--reload');
  project.write({ 'macros/name.sql': '{% macro named() %}upper(name){% endmacro %}' });
  expect((await project.build()).output).toContain('raw_feed: the SQL of the model changed');
});

test('new files are loaded by the new rules, and the old ones are named', async () => {
  upper();
  project.write({ 'landing/2026-01-03/a.csv': 'id,name\n6,fay\n' });
  const { output } = await project.build();
  expect(output).toContain('changed since 3 files (5 rows) were loaded: landing/2026-01-01/a.csv');
  expect(await names()).toContain('6 FAY');
});

test('rows of files that are gone stay, and are named once', async () => {
  rmSync(join(project.root, 'landing/2026-01-01/b.csv'));
  await project.build();
  upper();
  const planned = await plan('--reload');
  expect(planned.output).toContain('1 row of 1 file that is gone stay as they were loaded');
  const { output } = await project.build('--reload');
  expect(output).toContain(
    "1 file can't be read again, because it is no longer in the landing folder: landing/2026-01-01/b.csv",
  );
  expect(await names()).toEqual(['1 ANN', '2 BOB', '3 cid', '4 -', '5 EVE']);
  expect((await project.build()).output).not.toMatch(said);
});

test('a reload makes the table again when a column has another type', async () => {
  edit('models/feed.yml', 'data_type: integer', 'data_type: bigint');
  const build = await project.build();
  expect(build.output).toContain('the columns of its source changed');
  expect((await project.build('--reload')).exitCode).toBe(0);
  expect(await project.rows('select distinct typeof(id) from raw_feed')).toEqual(['BIGINT']);
  expect(await names()).toHaveLength(5);
});

test('a reload refuses another type where files are gone, and changes nothing', async () => {
  rmSync(join(project.root, 'landing/2026-01-01/b.csv'));
  edit('models/feed.yml', 'data_type: integer', 'data_type: bigint');
  const { output, exitCode } = await project.build('--reload');
  expect(exitCode).toBe(1);
  expect(output).toContain('TS5016');
  expect(output).toContain('id was INTEGER and is BIGINT');
  expect(await names()).toHaveLength(5);
});

test('a ledger of an older version gets the column, and knows nothing of edits', async () => {
  await queryDatabase(project.database, 'alter table _tsdbt.landing_files drop column rules');
  upper();
  const { output, exitCode } = await project.build();
  expect(exitCode).toBe(0);
  expect(output).not.toMatch(said);
  expect(await project.rows('select distinct rules is null from _tsdbt.landing_files')).toEqual([
    'true',
  ]);
  await project.build('--reload');
  expect(await names()).toContain('1 ANN');
});

test('--reload goes alone', async () => {
  const { exitCode, output } = await project.build('--reload', '--full-refresh');
  expect(exitCode).toBe(2);
  expect(output).toContain('--reload goes with neither');
});
