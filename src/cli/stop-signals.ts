/** Signals that end a run, with the exit code each has by the custom of shells: 128 and its number. */
export const stopSignals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The exit code of a run that a signal ended; what is no signal counts as Ctrl-C. */
export function exitCodeOf(reason: unknown): number {
  return Object.entries(stopSignals).find(([name]) => name === reason)?.[1] ?? stopSignals.SIGINT;
}
