import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runCliProcess, startCli } from '../built-cli.ts';
import { Trials } from './trials.ts';

/** How often a run is killed; `TSDBT_KILLS=1000` for the full size. */
const kills = Math.ceil(Number(process.env['TSDBT_KILLS'] ?? 30) / 8);

const count = 150;
const numbers = Array.from({ length: count }, (_, i) => i);
const fixture = projectFixture({
  'project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  ...Object.fromEntries(
    numbers.map((i) => [`models/v${i}.sql`, `select ${i} as id, {{ var('n') }} as n`]),
  ),
});
afterAll(() => fixture.remove());

/** Which run made each view. */
async function madeBy(): Promise<ReadonlyMap<string, number>> {
  const union = numbers.map((i) => `select 'v${i}' as name, n from v${i}`).join(' union all ');
  const rows = await queryDatabase(join(fixture.root, 'shop.duckdb'), union);
  return new Map(rows.map((row) => [String(row['name']), Number(row['n'])]));
}

test('views whose commits are shared, killed: each is there, and new where that was told', {
  timeout: 600_000,
}, async () => {
  const trials = new Trials('shared commits');
  const args = (n: number) => ['run', '--vars', `n: ${n}`, '--threads', '4'];
  expect((await runCliProcess(args(0), fixture.root)).code).toBe(0);
  let last = await madeBy();
  for (let trial = 1; trial <= kills; trial++) {
    const run = startCli(args(trial), fixture.root);
    // At another place in each trial.
    await run.until(`${1 + Math.floor(((trial - 1) * count) / kills)}/${count} OK`);
    run.process.kill('SIGKILL');
    await run.ended;
    const told = [...run.output().matchAll(/ OK +view +(v\d+) /g)].map(([, name]) => name!);
    const now = await madeBy();
    const wrong = [...now].filter(([name, n]) =>
      told.includes(name) ? n !== trial : n !== trial && n !== last.get(name),
    );
    trials.note(
      now.size === count && wrong.length === 0 && told.length > 0
        ? undefined
        : `${now.size} views, ${told.length} told, wrong: ${JSON.stringify(wrong)}`,
    );
    last = now;
  }
  expect(trials.report()).toBe(`shared commits: ${kills} trials, 0 failures`);
  expect((await runCliProcess(args(-1), fixture.root)).code).toBe(0);
  expect(new Set((await madeBy()).values())).toEqual(new Set([-1]));
});
