import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { flatLanding, type LandingProject, landingProject } from '../landing-project.ts';

let project: LandingProject;
afterEach(() => project.close());

const ids = () => project.rows('select id from raw_feed order by id');
const feed = (...rows: readonly number[]) =>
  `id,name\n${rows.map((id) => `${id},n${id}\n`).join('')}`;
const withPolicy = (policy: string) =>
  landingProject({
    landing: `{path: 'landing/{processing_date}/*.csv', format: csv, on_missing_file: ${policy}}`,
  });
const two = {
  'landing/2026-01-01/a.csv': feed(1),
  'landing/2026-01-01/b.csv': feed(2),
  'landing/2026-01-02/a.csv': feed(3),
};

describe('a file that changes', () => {
  test('is noticed behind the same size and time', async () => {
    project = landingProject({ landing: flatLanding });
    const midnight = new Date('2026-01-01T00:00:00Z');
    for (const id of [1, 2, 3]) {
      project.write({ 'landing/a.csv': feed(id) });
      utimesSync(join(project.root, 'landing/a.csv'), midnight, midnight);
      await project.build();
      expect(await ids()).toEqual([String(id)]);
    }
  });

  test('is noticed when another file takes its name with the same size and time', async () => {
    project = landingProject({ landing: flatLanding });
    const midnight = new Date('2026-01-01T00:00:00Z');
    project.write({ 'landing/a.csv': feed(1), 'other.csv': feed(2) });
    for (const path of ['landing/a.csv', 'other.csv'])
      utimesSync(join(project.root, path), midnight, midnight);
    await project.build();
    project.move('other.csv', 'landing/a.csv');
    await project.build();
    expect(await ids()).toEqual(['2']);
  });

  test('an unchanged one is looked at once more, noted, and left alone', async () => {
    project = landingProject({ landing: flatLanding });
    project.write({ 'landing/a.csv': feed(1) });
    await project.build();
    const verified = () => project.rows('select verified_at from _tsdbt.landing_files');
    expect(await verified()).toEqual(['']);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await project.build();
    const noted = await verified();
    expect(noted).not.toEqual(['']);
    const before = readFileSync(project.database);
    await project.build('--select', 'raw_feed');
    expect(await verified()).toEqual(noted);
    expect(before.length).toBeGreaterThan(0);
  });
});

describe('a file that moves', () => {
  test('to another date takes its rows along', async () => {
    project = landingProject();
    project.write(two);
    await project.build();
    project.move('landing/2026-01-01/b.csv', 'landing/2026-01-03/b.csv');
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain('its 1 row moved from 2026-01-01 to 2026-01-03');
    expect(await project.rows('select id, processing_date from raw_feed order by id')).toEqual([
      '1 2026-01-01',
      '2 2026-01-03',
      '3 2026-01-02',
    ]);
    expect(await project.rows('select n from report')).toEqual(['3']);
  });

  test('to another date whose load is asked for, or with a full refresh', async () => {
    project = landingProject();
    project.write(two);
    await project.build();
    project.move('landing/2026-01-01/b.csv', 'landing/2026-01-03/b.csv');
    await project.build('--process-date', '2026-01-01');
    expect(await ids()).toEqual(['1', '2', '3']);
    await project.build('--process-date', '2026-01-03');
    expect(await ids()).toEqual(['1', '2', '3']);
    project.move('landing/2026-01-03/b.csv', 'landing/2026-01-01/c.csv');
    expect((await project.build('--full-refresh')).exitCode).toBe(0);
    expect(await ids()).toEqual(['1', '2', '3']);
  });

  test('two files with the same content that are renamed are still two', async () => {
    project = landingProject();
    project.write({ 'landing/2026-01-01/a.csv': feed(1), 'landing/2026-01-01/b.csv': feed(1) });
    await project.build();
    project.move('landing/2026-01-01/a.csv', 'landing/2026-01-01/x.csv');
    project.move('landing/2026-01-01/b.csv', 'landing/2026-01-01/y.csv');
    await project.build();
    expect(await ids()).toEqual(['1', '1']);
    expect(await project.rows('select file from _tsdbt.landing_files order by 1')).toEqual([
      'landing/2026-01-01/x.csv',
      'landing/2026-01-01/y.csv',
    ]);
  });

  test('the same content on another day is a delivery of its own', async () => {
    project = landingProject();
    project.write(two);
    const at = new Date('2026-01-01T00:00:00Z');
    utimesSync(join(project.root, 'landing/2026-01-01/b.csv'), at, at);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    project.write({ 'landing/2026-01-05/b.csv': feed(2) });
    await project.build();
    expect(await ids()).toEqual(['1', '2', '2', '3']);
  });
});

describe('a file that goes', () => {
  test('leaves its rows, which is said once', async () => {
    project = landingProject();
    project.write(two);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    const first = await project.build();
    expect(first.exitCode).toBe(0);
    expect(first.output).toMatch(/landing\/2026-01-01\/b\.csv\. Their 1 row stay/);
    expect((await project.build()).output).not.toContain('b.csv');
    expect(await ids()).toEqual(['1', '2', '3']);
    // It comes back, and goes again.
    project.write({ 'landing/2026-01-01/b.csv': feed(2) });
    expect((await project.build()).output).toContain('nothing new');
    project.remove('landing/2026-01-01/b.csv');
    expect((await project.build()).output).toContain('Their 1 row stay');
  });

  test('takes its rows along with on_missing_file: remove, with the counts', async () => {
    project = withPolicy('remove');
    project.write(two);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    project.remove('landing/2026-01-02/a.csv');
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain('2 removed');
    expect(output).toContain('2 rows of 2 files no longer in the landing folder went away');
    expect(project.result('raw_feed').adapter_response).toMatchObject({ rows_removed: 2 });
    expect(await ids()).toEqual(['1']);
    expect(await project.rows('select n from report')).toEqual(['1']);
    expect((await project.build('--full-refresh')).exitCode).toBe(0);
    // A folder that is gone is no delivery that was taken back.
    project.remove('landing');
    expect((await project.build()).exitCode).toBe(1);
    expect(await ids()).toEqual(['1']);
  });

  test('is an error with on_missing_file: fail; what is new is loaded', async () => {
    project = withPolicy('fail');
    project.write(two);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    project.write({ 'landing/2026-01-04/a.csv': feed(4) });
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).toContain('TS4015');
    expect(await ids()).toEqual(['1', '2', '3', '4']);
  });

  test('a date that is named is what its folder holds, as long as it holds any of it', async () => {
    project = landingProject();
    project.write(two);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    const some = await project.build('--process-date', '2026-01-01');
    expect(some.output).toContain('1 row of 1 file no longer in the landing folder went away');
    expect(await ids()).toEqual(['1', '3']);
    project.remove('landing/2026-01-01/a.csv');
    const none = await project.build('--process-date', '2026-01-01');
    expect(none.exitCode).toBe(1);
    expect(none.output).toMatch(/landing\/2026-01-01\/a\.csv\. Their 1 row\(s\) stay/);
    expect(await ids()).toEqual(['1', '3']);
  });

  test.each([
    ['keep', 0, ['1', '2', '3'], 0, ['1', '2', '3']],
    ['remove', 0, ['1', '3'], 0, ['3']],
    ['fail', 1, ['1', '2', '3'], 1, ['1', '2', '3']],
  ])('a date that is named, with %s', async (policy, code, some, lastCode, none) => {
    project = withPolicy(policy);
    project.write(two);
    await project.build();
    project.remove('landing/2026-01-01/b.csv');
    expect((await project.build('--process-date', '2026-01-01')).exitCode).toBe(code);
    expect(await ids()).toEqual(some);
    project.remove('landing/2026-01-01/a.csv');
    expect((await project.build('--process-date', '2026-01-01')).exitCode).toBe(lastCode);
    expect(await ids()).toEqual(none);
  });

  test('a full refresh after files were archived changes nothing', async () => {
    project = landingProject();
    project.write(two);
    await project.build();
    project.move('landing/2026-01-01/b.csv', 'archive/b.csv');
    const { exitCode, output } = await project.build('--full-refresh');
    expect(exitCode).toBe(1);
    expect(output).toContain('1 row of landing/2026-01-01/b.csv would be lost');
    expect(await ids()).toEqual(['1', '2', '3']);
  });
});

describe('files that no pattern takes', () => {
  test('are named with a reason, once for all of them', async () => {
    project = landingProject();
    project.write({
      ...two,
      'landing/20260103/a.csv': feed(4),
      'landing/2026_01_04/a.csv': feed(5),
      'landing/2026-01-05/A.CSV': feed(6),
      'landing/2026-01-05/b.csv.part': feed(7),
      'landing/2026-01-05/.hidden.csv': feed(8),
      'landing/2026-01-05/c.txt': 'x',
      'landing/.gitkeep': '',
    });
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain(
      '6 files match no pattern of landing.feed and were left out: 2 with the date written another way (landing/20260103/a.csv), 1 with other letter case (landing/2026-01-05/A.CSV), 1 temporary (landing/2026-01-05/b.csv.part), 1 hidden (landing/2026-01-05/.hidden.csv), 1 with another name or ending (landing/2026-01-05/c.txt). The pattern is landing/{processing_date}/*.csv, where {processing_date} is a date as YYYY-MM-DD.',
    );
  });

  test('are a warning when nothing is taken', async () => {
    project = landingProject();
    project.write({ 'landing/20260103/a.csv': feed(4) });
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain('Warning: 1 file matches no pattern of landing.feed');
  });

  test('are none of one source when they are those of another', async () => {
    project = landingProject({
      landing: "{path: 'landing/a-*.csv', format: csv}",
      files: {
        'models/other.yml':
          "sources: [{name: other, tables: [{name: b, landing: {path: 'landing/b-*.csv', format: csv}, columns: [{name: id}]}]}]\n",
      },
    });
    project.write({ 'landing/a-1.csv': feed(1), 'landing/b-1.csv': 'id\n1\n' });
    expect((await project.build()).output).not.toContain('no pattern');
  });
});

describe('before the first file', () => {
  test.each([
    ['no folder', {}],
    ['an empty folder', { 'landing/.gitkeep': '' }],
  ])('%s: empty tables with columns', async (_, files) => {
    project = landingProject({ files });
    const { exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(await project.rows('select n from report')).toEqual(['0']);
    const columns = await queryDatabase(
      project.database,
      "select table_name || '.' || column_name || ':' || data_type as c from duckdb_columns() where table_name like 'raw_feed%' order by table_name, column_index",
    );
    expect(columns.map(({ c }) => c)).toEqual([
      'raw_feed.id:INTEGER',
      'raw_feed.name:VARCHAR',
      'raw_feed.processing_date:DATE',
      'raw_feed._file:VARCHAR',
      'raw_feed._line:BIGINT',
      'raw_feed._batch:BIGINT',
      ...['code:VARCHAR', 'reason:VARCHAR', 'file:VARCHAR', 'line:BIGINT', 'record:BIGINT'].map(
        (c) => `raw_feed__quarantine.${c}`,
      ),
      ...['raw:VARCHAR', 'processing_date:DATE', 'batch:BIGINT'].map(
        (c) => `raw_feed__quarantine.${c}`,
      ),
    ]);
    // The model may change until then.
    project.write({
      'models/raw_feed.sql':
        "select id::bigint as id, processing_date, _file, _line from {{ source('landing', 'feed') }}",
      'landing/2026-01-01/a.csv': feed(1),
    });
    expect((await project.build()).exitCode).toBe(0);
    expect(await ids()).toEqual(['1']);
  });
});

test('a ledger of the version before is taken over', async () => {
  project = landingProject();
  project.write(two);
  await project.build();
  await queryDatabase(project.database, 'alter table _tsdbt.landing_files drop column changed_at');
  for (const column of ['inode', 'verified_at', 'missing_since'])
    await queryDatabase(project.database, `alter table _tsdbt.landing_files drop column ${column}`);
  await queryDatabase(project.database, 'drop table _tsdbt.watermarks');
  const { output, exitCode } = await project.build();
  expect(exitCode).toBe(0);
  expect(output).toContain('nothing new');
  project.write({ 'landing/2026-01-02/a.csv': feed(3, 4) });
  await project.build();
  expect(await ids()).toEqual(['1', '2', '3', '4']);
});
