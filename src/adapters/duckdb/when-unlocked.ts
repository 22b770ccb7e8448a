import { setTimeout as sleep } from 'node:timers/promises';
import { isTsdbtError } from '../../errors/tsdbt-error.ts';
import type { LockWait } from '../adapter-factory.ts';

const firstPause = 50;
const longestPause = 500;

/**
 * What `open` resolves to. While it fails with `database-locked` because of another process it is
 * called again, until the time to wait is over; then that error is thrown. Without `wait` at once.
 */
export async function whenUnlocked<T>(
  wait: LockWait | undefined,
  open: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + (wait?.milliseconds ?? 0);
  let isTold = false;
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      return await open();
    } catch (error) {
      const left = end - performance.now();
      if (wait === undefined || left <= 0 || !isTsdbtError(error, 'database-locked')) throw error;
      if (!isTold) wait.onWait(error.message);
      isTold = true;
      await sleep(Math.min(pause, left));
    }
  }
}
