import type { LockWait } from '../adapters/adapter-factory.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

const unitMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/**
 * `--wait` as it is asked for: a number with `s`, `m`, `h` or `ms`; a bare number is seconds. Throws
 * `usage` for other texts. `tell` says, once, what is waited for.
 */
export function lockWait(
  text: string | undefined,
  tell: (text: string) => void,
): LockWait | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number === undefined) {
    throw tsdbtError('usage', {
      message: `--wait must be a time such as 30s, 5m or 1h, not "${text}".`,
    });
  }
  return {
    milliseconds: Number(number) * unitMilliseconds[unit as keyof typeof unitMilliseconds],
    onWait: (problem) => tell(`${problem} Waiting up to ${text.trim()} (--wait).`),
  };
}
