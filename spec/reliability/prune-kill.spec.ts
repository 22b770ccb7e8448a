import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runCliProcess, startCli } from '../built-cli.ts';

/** How often a run is killed; `TSDBT_KILLS=1000` for the full size. */
const kills = Math.ceil(Number(process.env['TSDBT_KILLS'] ?? 30) / 10);

const fixture = projectFixture({
  'project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
});
afterAll(() => fixture.remove());

const database = join(fixture.root, 'shop.duckdb');

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const modelFile = (name: string) => `models/${name}.sql`;

function writeModel(name: string, i: number): void {
  const kind = ['table', 'view', 'incremental'][i % 3];
  fixture.write({
    [modelFile(name)]: `{{ config(materialized='${kind}') }} select ${i} as id, '${name}' as name`,
  });
}

async function relations(): Promise<readonly string[]> {
  const rows = await queryDatabase(
    database,
    "select table_name as name from information_schema.tables where table_schema = 'main' order by 1",
  );
  return rows.map(({ name }) => String(name));
}

test(`runs and prunes that are killed, ${kills} times each: nothing of others is dropped, nothing stays`, {
  timeout: 600_000,
}, async () => {
  const next = random(5);
  await queryDatabase(database, 'create table precious as select 42 as mine');
  const names = Array.from({ length: 12 }, (_, i) => `m${i}_0`);
  names.forEach(writeModel);
  const kill = async (args: readonly string[], after: string) => {
    const run = startCli(args, fixture.root);
    await run.until(after).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, next() * 120));
    run.process.kill('SIGKILL');
    await run.ended;
  };
  const done = async (...args: readonly string[]) => {
    const run = await runCliProcess(args, fixture.root);
    expect(run.code, run.output).toBe(0);
  };
  let trials = 0;
  for (let trial = 1; trial <= kills; trial++) {
    await kill(['run'], 'START');
    // Somebody puts a table where the killed run would have put, or has put, one.
    const taken = names[trial % names.length]!;
    await queryDatabase(database, `drop view if exists ${taken}`).catch(() => undefined);
    await queryDatabase(database, `drop table if exists ${taken}`).catch(() => undefined);
    await queryDatabase(database, `create table ${taken} as select 42 as mine`);
    rmSync(join(fixture.root, modelFile(taken)));
    await done('prune', '--include-incremental');
    expect(await relations()).toContain(taken);
    expect(await queryDatabase(database, `select mine from ${taken}`)).toEqual([{ mine: 42 }]);
    await queryDatabase(database, `drop table ${taken}`);
    // It comes back, everything is built, and then another one is renamed.
    writeModel(taken, trial % names.length);
    await done('run', '--full-refresh');
    const at = (trial * 5 + 1) % names.length;
    const old = names[at]!;
    rmSync(join(fixture.root, modelFile(old)));
    names[at] = `m${at}_${trial}`;
    writeModel(names[at]!, at);
    await done('run');
    await kill(['prune', '--include-incremental'], '·');
    await done('prune', '--include-incremental');
    expect(await relations()).toEqual(['precious', ...names].sort());
    trials++;
  }
  expect(trials).toBe(kills);
});
