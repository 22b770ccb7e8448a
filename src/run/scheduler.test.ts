import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Outcome, schedule } from './scheduler.ts';

/** Runs a graph given as parents by id; `fails` and their order of starts and results come back. */
async function run(
  parents: Readonly<Record<string, readonly string[]>>,
  options: {
    fails?: readonly string[];
    threads?: number;
    failFast?: boolean;
    signal?: AbortSignal;
    releases?: readonly string[];
  } = {},
) {
  const started: string[] = [];
  const ended: string[] = [];
  let atOnce = 0;
  let most = 0;
  const results = await schedule<string>({
    ids: Object.keys(parents),
    waitsFor: (id) => parents[id]!,
    threads: options.threads ?? 4,
    failFast: options.failFast ?? false,
    signal: options.signal,
    run: async (id, _thread, release) => {
      started.push(id);
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      if (options.releases?.includes(id) === true) {
        release?.();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      atOnce--;
      ended.push(id);
      const outcome: Outcome = options.fails?.includes(id) === true ? 'failed' : 'done';
      return { outcome, value: `${id} ${outcome}` };
    },
    skip: (id, because) => `${id} skipped for ${because}`,
  });
  return { started, ended, results: [...results].sort(), most };
}

describe('schedule', () => {
  test('parents end before children start', async () => {
    const { started, results } = await run({ c: ['b'], b: ['a'], a: [] });
    expect(started).toEqual(['a', 'b', 'c']);
    expect(results).toEqual(['a done', 'b done', 'c done']);
  });

  test('what waits for a failed id is skipped, all the way down; the rest runs', async () => {
    const { results } = await run({ a: [], b: ['a'], c: ['b'], d: [] }, { fails: ['a'] });
    expect(results).toEqual(['a failed', 'b skipped for a', 'c skipped for a', 'd done']);
  });

  test('no more than the threads at once, and as many as can', async () => {
    const free = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`n${i}`, []]));
    expect((await run(free, { threads: 3 })).most).toBe(3);
    expect((await run(free, { threads: 1 })).started).toEqual(Object.keys(free));
  });

  test('a thread that is released early runs another id, unless there is one thread only', async () => {
    const free = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`n${i}`, []]));
    const releases = Object.keys(free);
    expect((await run(free, { threads: 2, releases })).most).toBe(10);
    expect((await run(free, { threads: 2, releases: ['n0', 'n1'] })).most).toBe(4);
    expect((await run(free, { threads: 1, releases })).most).toBe(1);
    const chain = await run({ a: [], b: ['a'], c: ['b'] }, { threads: 2, releases: ['a', 'b'] });
    expect([chain.most, chain.ended]).toEqual([1, ['a', 'b', 'c']]);
  });

  test('fail fast starts nothing after the first failure', async () => {
    const { results } = await run(
      { a: [], b: [], c: ['b'] },
      { fails: ['a'], failFast: true, threads: 1 },
    );
    expect(results).toEqual(['a failed', 'b skipped for null', 'c skipped for null']);
  });

  test('an aborted run skips what has not started', async () => {
    const controller = new AbortController();
    controller.abort();
    expect((await run({ a: [], b: ['a'] }, { signal: controller.signal })).results).toEqual([
      'a skipped for null',
      'b skipped for null',
    ]);
  });

  test('any graph, any failures: each id settles once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            parents: fc.array(fc.nat(30), { maxLength: 4 }),
            fails: fc.boolean(),
            releases: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
          }),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 5 }),
        async (nodes, threads) => {
          const parents = Object.fromEntries(
            nodes.map((node, i) => [
              `n${i}`,
              node.parents.filter((p) => p < i).map((p) => `n${p}`),
            ]),
          );
          const fails = nodes.flatMap((node, i) => (node.fails ? [`n${i}`] : []));
          const releases = nodes.flatMap((node, i) => (node.releases ? [`n${i}`] : []));
          const { started, ended, results } = await run(parents, { fails, threads, releases });
          expect(results.map((result) => result.split(' ')[0]).sort()).toEqual(
            Object.keys(parents).sort(),
          );
          for (const id of started) {
            for (const parent of parents[id]!) {
              expect(ended.indexOf(parent)).toBeGreaterThanOrEqual(0);
              expect(fails).not.toContain(parent);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
