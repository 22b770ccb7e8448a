const waiting = new Map<string, Promise<unknown>>();

/** Runs bodies of the same key one after the other, in the order they came. */
export function oneAtATime<T>(key: string, body: () => Promise<T>): Promise<T> {
  const before = waiting.get(key) ?? Promise.resolve();
  const mine = before.then(body, body);
  waiting.set(
    key,
    mine.catch(() => undefined),
  );
  return mine;
}
