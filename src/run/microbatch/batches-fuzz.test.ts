import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchSizes } from '../../parse/microbatch-config.ts';
import { batchesOf, batchId } from './batches.ts';

// Whatever the clock says (leap days, changes of summer time, years before 1970), every moment of the
// time that a run is about lies in exactly one batch.

const time = fc.date({
  min: new Date('1960-01-01'),
  max: new Date('2100-01-01'),
  noInvalidDate: true,
});

test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'])(
  'batches meet without gaps in a process that lives in %s',
  (zone) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      fc.assert(
        fc.property(
          fc.constantFrom(...batchSizes),
          time,
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 0, max: 5 }),
          fc.boolean(),
          (size, begin, steps, lookback, incremental) => {
            const span = { hour: 36e5, day: 864e5, month: 31 * 864e5, year: 366 * 864e5 }[size];
            const now = new Date(begin.getTime() + steps * span);
            const batches = batchesOf({ size, begin, lookback, incremental, now });
            for (const [i, { start, end }] of batches.entries()) {
              expect(start.getTime()).toBeLessThan(end.getTime());
              if (i > 0) expect(start).toEqual(batches[i - 1]!.end);
            }
            expect(batches.at(-1)!.end.getTime()).toBeGreaterThanOrEqual(now.getTime());
            if (!incremental)
              expect(batches[0]!.start.getTime()).toBeLessThanOrEqual(begin.getTime());
            else expect(batches).toHaveLength(lookback + 1);
            const ids = batches.map((batch) => batchId(batch, size));
            expect(new Set(ids).size).toBe(ids.length);
          },
        ),
        { seed: 20_260_128, numRuns: 500 },
      );
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  },
);

test('a clock that goes back runs no batch it did not run before', () => {
  const request = { size: 'day', begin: new Date('2026-03-01'), lookback: 1 } as const;
  const starts = (now: string) =>
    batchesOf({ ...request, incremental: true, now: new Date(now) }).map(({ start }) =>
      start.toISOString().slice(0, 10),
    );
  expect(starts('2026-03-29T01:59:59Z')).toEqual(['2026-03-28', '2026-03-29']);
  expect(starts('2026-03-29T03:00:00Z')).toEqual(['2026-03-28', '2026-03-29']);
  expect(starts('2026-03-27T12:00:00Z')).toEqual(['2026-03-26', '2026-03-27']);
  expect(starts('2024-02-29T12:00:00Z')).toEqual(['2024-02-28', '2024-02-29']);
});
