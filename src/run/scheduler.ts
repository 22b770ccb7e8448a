/** How a scheduled piece of work ended, as far as the order of work cares. */
export type Outcome = 'done' | 'failed';

export interface ScheduleOptions<T> {
  /** Ids in the order in which ready ones are taken. */
  readonly ids: readonly string[];
  /** What must be done before an id; ids outside of `ids` are ignored. */
  readonly waitsFor: (id: string) => readonly string[];
  readonly threads: number;
  /**
   * Runs an id. With more than one thread it can `release` its own once it does nothing but wait for
   * what others do as well.
   */
  readonly run: (
    id: string,
    thread: number,
    release: (() => void) | undefined,
  ) => Promise<{ outcome: Outcome; value: T }>;
  /** Gives the value of an id that is not run because `because` failed or the run was stopped. */
  readonly skip: (id: string, because: string | null) => T;
  /** Stop starting new work after the first failure. */
  readonly failFast: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs ids in dependency order, at most `threads` at a time. What waits for a failed id is skipped,
 * and so on downwards. The results come in the order in which they were settled.
 */
export async function schedule<T>(options: ScheduleOptions<T>): Promise<readonly T[]> {
  const { ids } = options;
  const known = new Set(ids);
  const waiting = new Map<string, Set<string>>();
  const dependants = new Map<string, string[]>();
  for (const id of ids) {
    const before = new Set(
      options.waitsFor(id).filter((other) => known.has(other) && other !== id),
    );
    waiting.set(id, before);
    for (const other of before) dependants.set(other, [...(dependants.get(other) ?? []), id]);
  }
  const position = new Map(ids.map((id, i) => [id, i]));
  const ready = ids.filter((id) => waiting.get(id)!.size === 0);
  const settled = new Set<string>();
  const results: T[] = [];
  const freeThreads = Array.from({ length: Math.max(1, options.threads) }, (_, i) => i + 1);
  let stopped = false;

  return await new Promise<readonly T[]>((resolve, reject) => {
    const settle = (id: string, value: T) => {
      settled.add(id);
      results.push(value);
    };
    const skipFrom = (id: string, because: string | null) => {
      const queue = [...(dependants.get(id) ?? [])];
      for (const next of queue) {
        if (settled.has(next)) continue;
        settle(next, options.skip(next, because));
        queue.push(...(dependants.get(next) ?? []));
      }
    };
    const stop = () => {
      stopped = true;
      for (const id of ids) {
        if (!settled.has(id) && !inFlight.has(id)) settle(id, options.skip(id, null));
      }
    };
    const inFlight = new Set<string>();
    const finish = (id: string, outcome: Outcome, value: T) => {
      inFlight.delete(id);
      settle(id, value);
      if (outcome === 'failed') {
        skipFrom(id, id);
        if (options.failFast && !stopped) stop();
      } else {
        for (const next of dependants.get(id) ?? []) {
          const before = waiting.get(next)!;
          before.delete(id);
          if (before.size === 0 && !settled.has(next)) insertReady(ready, next, position);
        }
      }
    };
    const pump = () => {
      if (options.signal?.aborted === true && !stopped) stop();
      while (!stopped && freeThreads.length > 0 && ready.length > 0) {
        const id = ready.shift()!;
        if (settled.has(id)) continue;
        const thread = freeThreads.shift()!;
        let holds = true;
        const release = () => {
          if (holds) freeThreads.unshift(thread);
          holds = false;
        };
        inFlight.add(id);
        const releaseEarly = () => {
          release();
          pump();
        };
        options.run(id, thread, options.threads > 1 ? releaseEarly : undefined).then(
          ({ outcome, value }) => {
            release();
            finish(id, outcome, value);
            pump();
          },
          (error: unknown) => reject(error as Error),
        );
      }
      if (inFlight.size === 0 && (stopped || ready.length === 0)) resolve(results);
    };
    options.signal?.addEventListener('abort', pump, { once: true });
    pump();
  });
}

/** Keeps ready ids in the order of `ids`, so that runs are repeatable. */
function insertReady(ready: string[], id: string, position: ReadonlyMap<string, number>): void {
  const at = position.get(id)!;
  let i = ready.length;
  while (i > 0 && position.get(ready[i - 1]!)! > at) i--;
  ready.splice(i, 0, id);
}
