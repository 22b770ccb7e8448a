import type { TimeWindow } from '../compile/input-filter.ts';
import { parseYaml } from '../config/yaml-file.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { batchSizes, utc } from '../parse/microbatch-config.ts';
import { shiftedTime } from '../run/microbatch/batches.ts';

/**
 * `--sample`: `3 days` up to now, or `{start: 2024-01-01, end: 2024-02-01}`
 * (docs.getdbt.com/docs/build/sample-flag).
 */
export function sampleWindow(text: string, now: Date): TimeWindow {
  if (text.trimStart().startsWith('{')) {
    const given = (parseYaml(text, '--sample').value ?? {}) as Readonly<Record<string, unknown>>;
    return {
      start: timeOption('--sample', String(given['start'])),
      end: timeOption('--sample', String(given['end'])),
    };
  }
  const match = /^(\d+) (hour|day|month|year)s?$/i.exec(text.trim());
  if (match === null) {
    throw usage(
      `--sample takes a number and ${batchSizes.join(', ')}, as in "3 days", not "${text}"`,
    );
  }
  const size = batchSizes.find((name) => name === match[2]!.toLowerCase())!;
  return { start: shiftedTime(now, size, -Number(match[1])), end: now };
}

/** `--event-time-start` and `--event-time-end`, which come together. */
export function eventTimeWindow(
  start: string | undefined,
  end: string | undefined,
): TimeWindow | undefined {
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined)
    throw usage('--event-time-start and --event-time-end must be given together');
  const window = {
    start: timeOption('--event-time-start', start),
    end: timeOption('--event-time-end', end),
  };
  if (window.start >= window.end)
    throw usage(`--event-time-start (${start}) must be before --event-time-end (${end})`);
  return window;
}

function timeOption(option: string, text: string): Date {
  const time = new Date(utc(text));
  if (Number.isNaN(time.getTime()))
    throw usage(
      `${option} must be a date or time, as in 2024-01-31 or 2024-01-31T12:00:00, not "${text}"`,
    );
  return time;
}

function usage(message: string) {
  return tsdbtError('usage', { message: `${message}.` });
}
