/**
 * Processor time that `body` takes in this process, in milliseconds. Limits on time are put on this,
 * not on the clock on the wall: other work on the machine does not count.
 */
export function processorMs(body: () => void): number {
  const start = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
