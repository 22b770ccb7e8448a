import type { TimeWindow } from '../../compile/input-filter.ts';
import type { BatchSize } from '../../parse/microbatch-config.ts';

/** The start of the hour, day, month or year that a time lies in. */
export function truncateTime(time: Date, size: BatchSize): Date {
  const start = new Date(time);
  start.setUTCMinutes(0, 0, 0);
  if (size !== 'hour') start.setUTCHours(0);
  if (size === 'month' || size === 'year') start.setUTCDate(1);
  if (size === 'year') start.setUTCMonth(0);
  return start;
}

/** Whole batches before or after the one that a time lies in, as its start. */
export function offsetTime(time: Date, size: BatchSize, batches: number): Date {
  const start = truncateTime(time, size);
  if (size === 'hour') start.setUTCHours(start.getUTCHours() + batches);
  if (size === 'day') start.setUTCDate(start.getUTCDate() + batches);
  if (size === 'month') start.setUTCMonth(start.getUTCMonth() + batches);
  if (size === 'year') start.setUTCFullYear(start.getUTCFullYear() + batches);
  return start;
}

/** The same time of day before or after; a day that a month has not is its last one. */
export function shiftedTime(time: Date, size: BatchSize, count: number): Date {
  const shifted = new Date(time);
  if (size === 'hour') shifted.setUTCHours(shifted.getUTCHours() + count);
  if (size === 'day') shifted.setUTCDate(shifted.getUTCDate() + count);
  if (size === 'hour' || size === 'day') return shifted;
  shifted.setUTCDate(1);
  shifted.setUTCMonth(shifted.getUTCMonth() + (size === 'year' ? 12 * count : count));
  const last = new Date(shifted);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  shifted.setUTCDate(Math.min(time.getUTCDate(), last.getUTCDate()));
  return shifted;
}

/** The time itself when it starts a batch, else the start of the next. */
export function ceilingTime(time: Date, size: BatchSize): Date {
  const start = truncateTime(time, size);
  return start.getTime() === time.getTime() ? start : offsetTime(start, size, 1);
}

export interface BatchRequest {
  readonly size: BatchSize;
  readonly begin: Date;
  readonly lookback: number;
  /** The table stands: only what is new, and `lookback` batches before it. */
  readonly incremental: boolean;
  readonly now: Date;
  readonly start?: Date | undefined;
  readonly end?: Date | undefined;
}

/**
 * The batches of a run, oldest first (dbt core `materializations/incremental/microbatch.py`). They
 * end with the batch of now, or where the run was told to; the last one ends there exactly.
 */
export function batchesOf(request: BatchRequest): readonly TimeWindow[] {
  const { size } = request;
  const end = ceilingTime(request.end ?? request.now, size);
  const start = firstBatch(request, end);
  const batches: { start: Date; end: Date }[] = [];
  for (let at = start; batches.length === 0 || at < end; at = offsetTime(at, size, 1)) {
    batches.push({ start: at, end: offsetTime(at, size, 1) });
  }
  batches.at(-1)!.end = end;
  return batches;
}

function firstBatch({ size, begin, lookback, incremental, start }: BatchRequest, end: Date): Date {
  if (start !== undefined) return truncateTime(start, size);
  // The end is the start of a batch that does not run, hence one more back.
  return incremental ? offsetTime(end, size, -(lookback + 1)) : truncateTime(begin, size);
}

/** `20240917`, `20240917T16`, `202409`, `2024`: what `model.batch.id` is. */
export function batchId({ start }: Pick<TimeWindow, 'start'>, size: BatchSize): string {
  return batchName({ start }, size).replaceAll('-', '');
}

/** `2024-09-17`, `2024-09-17T16`, `2024-09`, `2024`: what a batch is called in messages. */
export function batchName({ start }: Pick<TimeWindow, 'start'>, size: BatchSize): string {
  return start.toISOString().slice(0, { year: 4, month: 7, day: 10, hour: 13 }[size]);
}
