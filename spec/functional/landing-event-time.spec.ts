import { afterEach, describe, expect, test } from 'vitest';
import { type LandingProject, landingProject } from '../landing-project.ts';

let project: LandingProject;
afterEach(() => project.close());

const start = (more: string, type = 'timestamp') =>
  landingProject({
    landing: `{path: 'landing/*.csv', format: csv, event_time: seen, ${more}}`,
    columns: `[{name: id, data_type: integer}, {name: seen, data_type: ${type}}]`,
    select: 'id, seen as seen_at',
  });
const events = (...rows: readonly (readonly [number, string])[]) =>
  `id,seen\n${rows.map(([id, at]) => `${id},${at}\n`).join('')}`;
const ids = () => project.rows('select id from raw_feed order by id');
const watermark = () => project.rows('select event_time from _tsdbt.watermarks');
const balance = () =>
  project.rows(
    'select file, records, loaded, quarantined, dropped from _tsdbt.landing_files order by file',
  );

const first = { 'landing/1.csv': events([1, '2026-01-01 10:00:00'], [2, '2026-01-01 12:00:00']) };
const second = {
  'landing/2.csv': events(
    [3, '2026-01-01 10:59:59'],
    [4, '2026-01-01 11:00:00'],
    [5, '2026-01-01 13:00:00'],
  ),
};

describe('late rows', () => {
  test('are quarantined as late_record, with the reason', async () => {
    project = start('allowed_lateness: 1 hour, late: quarantine');
    project.write(first);
    await project.build();
    expect(await watermark()).toEqual(['2026-01-01 12:00:00']);
    project.write(second);
    const { output, exitCode } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain('1 row in quarantine: 1 late_record');
    expect(await ids()).toEqual(['1', '2', '4', '5']);
    expect(await project.rows('select code, line, raw, reason from raw_feed__quarantine')).toEqual([
      'late_record 2 3,2026-01-01 10:59:59 seen is 2026-01-01 10:59:59, and records before 2026-01-01 11:00:00 are late',
    ]);
    expect(await watermark()).toEqual(['2026-01-01 13:00:00']);
    expect(await balance()).toEqual(['landing/1.csv 2 2 0 0', 'landing/2.csv 3 2 1 0']);
  });

  test('are dropped and counted', async () => {
    project = start('late: drop');
    project.write(first);
    await project.build();
    project.write(second);
    const { output } = await project.build();
    expect(output).toContain('2 late rows dropped');
    expect(await balance()).toEqual(['landing/1.csv 2 2 0 0', 'landing/2.csv 3 1 0 2']);
  });

  test('are loaded where nothing else is said, and counted in a notice', async () => {
    project = start('allowed_lateness: 30m');
    project.write(first);
    await project.build();
    project.write(second);
    const { output } = await project.build();
    expect(output).toContain('2 late rows loaded');
    expect(await ids()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a file that is read again keeps the watermark of its first load', async () => {
    project = start('late: quarantine', 'date');
    project.write({ 'landing/1.csv': events([1, '2026-01-01']) });
    await project.build();
    project.write({ 'landing/2.csv': events([2, '2026-01-05']) });
    await project.build();
    project.write({ 'landing/1.csv': events([1, '2026-01-01'], [9, '2025-12-31']) });
    await project.build();
    expect(await ids()).toEqual(['1', '2', '9']);
    await project.build('--full-refresh');
    expect(await ids()).toEqual(['1', '2', '9']);
    expect(await watermark()).toEqual(['2026-01-05 00:00:00']);
  });

  test('a file of late rows only is no bad delivery', async () => {
    project = start('late: quarantine');
    project.write(first);
    await project.build();
    project.write({ 'landing/2.csv': events([3, '2025-12-31 00:00:00']) });
    expect((await project.build()).exitCode).toBe(0);
    expect(await balance()).toEqual(['landing/1.csv 2 2 0 0', 'landing/2.csv 1 0 1 0']);
  });

  test('a time in the future does not make all that follows late', async () => {
    project = start('late: quarantine');
    project.write({ 'landing/1.csv': events([1, '2099-01-01 00:00:00']) });
    await project.build();
    const now = new Date().toISOString().slice(0, 19);
    project.write({
      'landing/2.csv': events([2, '2099-01-01 00:00:00'], [3, '2000-01-01 00:00:00']),
    });
    await project.build();
    expect(await ids()).toEqual(['1', '2']);
    expect((await watermark())[0]! <= '2099').toBe(true);
    expect(now < '2099').toBe(true);
  });
});

test.each([
  ['event_time: nope', 'none of its `columns`'],
  ['event_time: id', 'a column of the type integer'],
  ['event_time: seen, late: later', '`landing.late: later`'],
  ['event_time: seen, allowed_lateness: soon', '`landing.allowed_lateness: soon`'],
  ['late: drop', '`landing.late` without `landing.event_time`'],
  ['on_missing_file: forget', '`landing.on_missing_file: forget`'],
])('%s is refused', async (more, problem) => {
  project = landingProject({
    landing: `{path: 'landing/*.csv', format: csv, ${more}}`,
    columns: '[{name: id, data_type: integer}, {name: seen, data_type: timestamp}]',
    select: 'id',
  });
  const { exitCode, output } = await project.build();
  expect(exitCode).toBe(2);
  expect(output).toContain(problem);
});
