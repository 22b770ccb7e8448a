import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLandingConfig } from '../source/landing-config.ts';
import { listLandingFiles } from './list-files.ts';
import { compilePattern, isCalendarDate, watchRoots } from './path-pattern.ts';

const config = (path: string | readonly string[]) =>
  parseLandingConfig({ path, format: 'csv' }, [{ name: 'a' }], 'landing.x');

describe('compilePattern', () => {
  it.each<[string, string, string | null | undefined]>([
    ['l/{processing_date}/*.csv', 'l/2026-01-28/a.csv', '2026-01-28'],
    ['l/{processing_date}/*.csv', 'l/2026-01-28/b/a.csv', undefined],
    ['l/{processing_date}/*.csv', 'l/2026-01-28/.a.csv', undefined],
    ['l/{processing_date}/*.csv', 'l/28-01-2026/a.csv', undefined],
    ['l/{processing_date}/x-{processing_date}.csv', 'l/2026-01-28/x-2026-01-27.csv', undefined],
    ['l/{processing_date}-*.csv', 'l/2026-01-28-0001.csv', '2026-01-28'],
    ['l/**/*.csv', 'l/a.csv', null],
    ['l/**/*.csv', 'l/b/c/a.csv', null],
    ['l/**/*.csv', 'l/.b/a.csv', undefined],
    ['l/a?.csv', 'l/a1.csv', null],
    ['l/a(1)+[x].csv', 'l/a(1)+[x].csv', null],
    ['l/a.csv', 'l/axcsv', undefined],
  ])('%s and %s', (pattern, path, date) => {
    expect(compilePattern(pattern).match(path)?.date).toBe(date);
  });

  it('knows the folder that all files are under', () => {
    const base = (pattern: string) => compilePattern(pattern).baseFolder;
    expect(base('landing/c/{processing_date}/*.csv')).toBe('landing/c');
    expect(base('landing/c/a.csv')).toBe('landing/c');
    expect(base('*.csv')).toBe('.');
    expect(watchRoots(config(['l/a/*.csv', 'l/a/b-?.csv', 'l/**/x.csv']), '/p')).toEqual([
      '/p/l',
      '/p/l/a',
    ]);
  });

  it('tells dates of the calendar from others', () => {
    expect(['2026-02-28', '2024-02-29', '2026-02-30', '2026-13-01'].map(isCalendarDate)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('listLandingFiles', () => {
  let root = '';
  let outside = '';
  const put = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'x');
  };
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'tsdbt-list-')));
    outside = realpathSync(mkdtempSync(join(tmpdir(), 'tsdbt-other-')));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    rmSync(outside, { recursive: true });
  });

  it('gives the first matching pattern the word, and leaves impossible dates out', async () => {
    for (const name of ['2026-01-28-1.csv', '2026-02-31-1.csv', 'late.csv', 'x.txt'])
      put(`l/${name}`);
    const { files, notices, leftOut } = await listLandingFiles(
      config(['l/{processing_date}-*.csv', 'l/*.csv']),
      'landing.x',
      root,
    );
    expect(files.map(({ path, date }) => [path, date])).toEqual([
      ['l/2026-01-28-1.csv', '2026-01-28'],
      ['l/late.csv', null],
    ]);
    expect(notices).toEqual(['l/2026-02-31-1.csv was left out: 2026-02-31 is not a date.']);
    expect(leftOut).toBe(
      '1 file matches no pattern of landing.x and was left out: 1 with another name or ending (l/x.txt). The pattern is l/{processing_date}-*.csv, l/*.csv, where {processing_date} is a date as YYYY-MM-DD.',
    );
  });

  it('follows links inside the project, ends on circles, names links that lead out', async () => {
    put('l/a/1.csv');
    symlinkSync(join(root, 'l'), join(root, 'l/a/round'));
    symlinkSync(join(root, 'l/a/1.csv'), join(root, 'l/2.csv'));
    const list = async () => (await listLandingFiles(config('l/**/*.csv'), 'x', root)).files;
    expect((await list()).map(({ path }) => path)).toEqual(['l/2.csv', 'l/a/1.csv']);
    symlinkSync(outside, join(root, 'l/out'));
    expect((await list()).map(({ path }) => path)).toEqual(['l/2.csv', 'l/a/1.csv']);
    const { bad } = await listLandingFiles(config('l/**/*.csv'), 'x', root);
    expect(bad).toMatchObject([{ file: 'l/out', error: { name: 'path-outside-project' } }]);
  });
});
