import { expect, test } from 'vitest';
import type { BatchSize } from '../../parse/microbatch-config.ts';
import { batchesOf, batchId, batchName, ceilingTime, offsetTime, shiftedTime } from './batches.ts';

const iso = (text: string) => new Date(`${text}Z`);
const shown = (time: Date) => time.toISOString().slice(0, 16);

test.each<[BatchSize, string, string, string, string]>([
  ['hour', '2024-09-17T15:00', '2024-09-17T17:00', '2024-09-17T17:00', '20240917T16'],
  ['day', '2024-09-16T00:00', '2024-09-18T00:00', '2024-09-18T00:00', '20240917'],
  ['month', '2024-08-01T00:00', '2024-10-01T00:00', '2024-10-01T00:00', '202409'],
  ['year', '2023-01-01T00:00', '2025-01-01T00:00', '2025-01-01T00:00', '2024'],
])('%s: before, after, ceiling, id', (size, before, after, ceiling, id) => {
  const time = iso('2024-09-17T16:06:00');
  expect(shown(offsetTime(time, size, -1))).toBe(before);
  expect(shown(offsetTime(time, size, 1))).toBe(after);
  expect(shown(ceilingTime(time, size))).toBe(ceiling);
  expect(ceilingTime(offsetTime(time, size, 0), size)).toEqual(offsetTime(time, size, 0));
  expect(batchId({ start: time }, size)).toBe(id);
});

test('a batch is named by the part of its start that matters', () => {
  const names = (['hour', 'day', 'month', 'year'] as const).map((size) =>
    batchName({ start: iso('2024-09-17T16:06:00') }, size),
  );
  expect(names).toEqual(['2024-09-17T16', '2024-09-17', '2024-09', '2024']);
});

const day = { size: 'day', begin: iso('2024-02-27'), now: iso('2024-03-01T10:00:00') } as const;
const starts = (request: Parameters<typeof batchesOf>[0]) =>
  batchesOf(request).map(({ start }) => start.toISOString().slice(0, 10));

test('the first run goes from begin to the batch of now, over a leap day', () => {
  expect(starts({ ...day, lookback: 1, incremental: false })).toEqual([
    '2024-02-27',
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
  ]);
});

test.each([
  [0, ['2024-03-01']],
  [1, ['2024-02-29', '2024-03-01']],
  [2, ['2024-02-28', '2024-02-29', '2024-03-01']],
])('later runs look back %i batches', (lookback, expected) => {
  expect(starts({ ...day, lookback, incremental: true })).toEqual(expected);
});

test('at the very start of a batch the one before is the newest', () => {
  const request = { ...day, now: iso('2024-03-01'), lookback: 0, incremental: true };
  expect(starts(request)).toEqual(['2024-02-29']);
});

test('given times win, and the end is rounded up', () => {
  const given = { start: iso('2024-01-01T05:00:00'), end: iso('2024-01-02T01:00:00') };
  expect(starts({ ...day, ...given, lookback: 1, incremental: true })).toEqual([
    '2024-01-01',
    '2024-01-02',
  ]);
});

test('months of any length', () => {
  const request = { ...day, size: 'month', begin: iso('2023-12-31'), lookback: 0 } as const;
  expect(starts({ ...request, incremental: false })).toEqual([
    '2023-12-01',
    '2024-01-01',
    '2024-02-01',
    '2024-03-01',
  ]);
});

test.each<[BatchSize, string, number, string]>([
  ['hour', '2024-09-17T16:06', -1, '2024-09-17T15:06'],
  ['day', '2025-01-06T18:03', -2, '2025-01-04T18:03'],
  ['month', '2024-03-31T16:06', -1, '2024-02-29T16:06'],
  ['month', '2024-12-17T16:06', 1, '2025-01-17T16:06'],
  ['year', '2024-02-29T16:06', 1, '2025-02-28T16:06'],
])('the time of day stays: %s of %s by %i', (size, time, count, shifted) => {
  expect(shown(shiftedTime(iso(time), size, count))).toBe(shifted);
});
