import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentHash } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runCliProcess, startCli } from '../built-cli.ts';
import { copyExample, type ExampleCopy } from '../example-copy.ts';
import { Trials } from './trials.ts';

// A run that is told to stop rolls back what is under way, writes its results and ends with the code of
// the signal; runs of one database at the same time wait or say who has it. `TSDBT_SIGNALS` for more.
const trialsOfEach = Number(process.env['TSDBT_SIGNALS'] ?? 3);

const options = { schemas: ['main'], without: ['_batch', 'batch'] };
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let copy: ExampleCopy;
let expected = '';

beforeAll(async () => {
  copy = copyExample();
  await runCliProcess(['build'], copy.root);
  expected = JSON.stringify(await contentHash(copy.database, options));
});

afterAll(() => copy.remove());

test('told to stop at any time', { timeout: 600_000 }, async () => {
  const trials = new Trials('signals');
  for (const [signal, wanted] of Object.entries(codes)) {
    for (let i = 0; i < trialsOfEach; i++) {
      const run = startCli(['build', '--full-refresh'], copy.root);
      await run.until('START');
      await new Promise((resolve) => setTimeout(resolve, (i * 200) / trialsOfEach));
      const sent = Date.now();
      run.process.kill(signal as keyof typeof codes);
      const { code } = await run.ended;
      const seconds = (Date.now() - sent) / 1000;
      const isDone = code === 0;
      const results = existsSync(join(copy.root, 'target/run_results.json'))
        ? readRunResults(copy.root)
        : [];
      const isTold = isDone || (code === wanted && seconds < 5 && results.length > 0);
      const states = new Set(results.map(({ status }) => status));
      const next = await runCliProcess(['build'], copy.root);
      const same = JSON.stringify(await contentHash(copy.database, options)) === expected;
      trials.note(
        isTold && !states.has('running') && next.code === 0 && same
          ? undefined
          : `${signal}: ${code} after ${seconds} s, ${[...states]}\n${run.output()}\n${next.output}`,
      );
    }
  }
  expect(trials.report()).toBe(`signals: ${3 * trialsOfEach} trials, 0 failures`);
});

test('four at once: one has the database, the others say so', { timeout: 600_000 }, async () => {
  const trials = new Trials('processes');
  for (let i = 0; i < trialsOfEach; i++) {
    const commands = [['build'], ['run'], ['test'], ['docs', 'generate']];
    const ended = await Promise.all(commands.map((args) => runCliProcess(args, copy.root)));
    const isClear = ended.every(
      ({ code, output }) => code === 0 || /TS4002|TS4003/.test(output) || output.includes('TS10'),
    );
    const next = await runCliProcess(['build'], copy.root);
    const same = JSON.stringify(await contentHash(copy.database, options)) === expected;
    const manifest = readFileSync(join(copy.root, 'target/manifest.json'), 'utf8');
    const isWhole = Object.keys((JSON.parse(manifest) as { nodes: object }).nodes).length > 0;
    trials.note(
      isClear && ended.some(({ code }) => code === 0) && next.code === 0 && same && isWhole
        ? undefined
        : ended.map(({ code, output }) => `${code}: ${output}`).join('\n'),
    );
  }
  expect(trials.report()).toBe(`processes: ${trialsOfEach} trials, 0 failures`);
});
