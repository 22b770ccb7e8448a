import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { contentHash, queryDatabase } from '../../src/testing/query-database.ts';
import { runCliProcess, startCli } from '../built-cli.ts';
import { copyExample, type ExampleCopy } from '../example-copy.ts';
import { Trials } from './trials.ts';

/** How often a process is killed; `TSDBT_KILLS=1000` for the full size. */
const kills = Number(process.env['TSDBT_KILLS'] ?? 30);

const options = { schemas: ['main'], without: ['_batch', 'batch'] };

/** The same times in every run of the spec. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const copies: ExampleCopy[] = [];
afterAll(() => {
  for (const copy of copies) copy.remove();
});

function example(): ExampleCopy {
  const copy = copyExample();
  copies.push(copy);
  return copy;
}

async function temporaries(database: string): Promise<unknown> {
  return await queryDatabase(
    database,
    `select schema_name, table_name from duckdb_tables() where table_name like '\\_\\_tsdbt%' escape '\\' or table_name like '%tmp%' or table_name like '%backup%'`,
  );
}

describe('kill -9', () => {
  test(`build, killed ${kills} times, comes to the tables of a clean run`, {
    timeout: 600_000,
  }, async () => {
    const clean = example();
    const cleanRun = await runCliProcess(['build'], clean.root);
    expect(cleanRun.code, cleanRun.output).toBe(0);
    const expected = await contentHash(clean.database, options);

    const next = random(20_260_128);
    const copy = example();
    const recoveries = new Trials('recovered from kill -9');
    const recover = async () => {
      const { code, output } = await runCliProcess(['build'], copy.root);
      const found = [await contentHash(copy.database, options), await temporaries(copy.database)];
      const same = JSON.stringify(found) === JSON.stringify([expected, []]);
      recoveries.note(code === 0 && same ? undefined : `${output}\n${JSON.stringify(found)}`);
    };
    let killed = 0;
    let trials = 0;
    while (killed < kills) {
      // Every few kills start from nothing, so that first builds are hit as well as later ones.
      if (trials % 5 === 0) rmSync(join(copy.root, 'target'), { recursive: true, force: true });
      const date = ['2026-01-26', '2026-01-27', '2026-01-28'][trials % 3]!;
      const args = trials % 2 === 0 ? ['build'] : ['build', '--process-date', date];
      const run = startCli(args, copy.root);
      // Kill within the part that writes: after the first node has started.
      await run.until('START').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, next() * 450));
      run.process.kill('SIGKILL');
      const { signal } = await run.ended;
      trials++;
      if (signal === 'SIGKILL') killed++;
      if (trials % 5 === 0) await recover();
      expect(trials, 'kills that hit nothing').toBeLessThan(kills * 3);
    }
    await recover();
    expect(recoveries.count).toBeGreaterThan(kills / 5);
    expect(recoveries.report()).toMatch(/^recovered from kill -9: \d+ trials, 0 failures$/);
  });

  test('--watch, killed while files land, loads each file exactly once', {
    timeout: 600_000,
  }, async () => {
    const next = random(7);
    const copy = example();
    const events = 30;
    let written = 0;
    const land = () => {
      written++;
      const id = `evt-watch-${written}`;
      writeFileSync(
        join(copy.root, `landing/events/2026-02-01-${String(written).padStart(4, '0')}.jsonl`),
        `${JSON.stringify({ event_id: id, customer_id: 1, event_type: 'LOG_IN', event_timestamp: '2026-02-01T10:00:00' })}\n`,
      );
    };
    const built = await runCliProcess(['build'], copy.root);
    expect(built.code, built.output).toBe(0);
    let trials = 0;
    while (written < events) {
      const watch = startCli(['run', '--select', 'raw_events+', '--watch'], copy.root);
      await watch.until('Watching');
      for (let i = 0; i < 3; i++) {
        land();
        await new Promise((resolve) => setTimeout(resolve, next() * 400));
      }
      watch.process.kill('SIGKILL');
      await watch.ended;
      trials++;
    }
    const last = await runCliProcess(['build'], copy.root);
    expect(last.code, last.output).toBe(0);
    const [loaded] = await queryDatabase(
      copy.database,
      `select count(*) as n, count(distinct event_id) as ids from raw_events where event_id like 'evt-watch-%'`,
    );
    expect(loaded).toEqual({ n: String(events), ids: String(events) });
    expect(trials).toBe(10);
  });
});

describe('--watch', () => {
  test('takes files as they land and stops cleanly on Ctrl-C', { timeout: 600_000 }, async () => {
    const copy = example();
    await runCliProcess(['build'], copy.root);
    const watch = startCli(['run', '--select', 'raw_events+', '--watch'], copy.root);
    await watch.until('Watching');
    writeFileSync(
      join(copy.root, 'landing/events/any-name.jsonl'),
      '{"event_id": "evt-new", "customer_id": 1, "event_type": "log-in", "event_timestamp": "2026-02-01T10:00:00"}\n',
    );
    await watch.until(/raw_events {2}1 row,/);
    await watch.until(/fact_events {2}1 row,/);
    watch.process.kill('SIGINT');
    const { code } = await watch.ended;
    expect(code, watch.output()).toBe(0);
    expect(watch.output()).toContain('Stopped watching.');
    const found = await queryDatabase(
      copy.database,
      `select event_type from fact_events where event_id = 'evt-new'`,
    );
    expect(found).toEqual([{ event_type: 'LOGIN' }]);
  });
});

describe('two at once', () => {
  test('the second says who has the database, and loses nothing', {
    timeout: 600_000,
  }, async () => {
    const copy = example();
    await runCliProcess(['build'], copy.root);
    const before = await contentHash(copy.database, options);
    writeFileSync(
      join(copy.root, 'models/curated/slow.sql'),
      `{{ config(materialized='table') }}\nselect count(*) as n from range(9000000000) a(i) where hash(i) % 7 = 3\n`,
    );
    const first = startCli(['run', '--select', 'slow'], copy.root);
    await first.until('START');
    const second = await runCliProcess(['build'], copy.root);
    first.process.kill('SIGINT');
    await first.ended;
    expect(second.code).toBe(2);
    expect(second.output).toContain('TS4002');
    expect(second.output).toContain(`process ${first.process.pid}`);
    expect(second.output).toContain('Wait for it to end or stop it. Nothing was changed.');
    expect(await contentHash(copy.database, options)).toEqual(before);
  });

  test('Ctrl-C in a run rolls back what is under way and says so', {
    timeout: 600_000,
  }, async () => {
    const copy = example();
    writeFileSync(
      join(copy.root, 'models/curated/slow.sql'),
      `{{ config(materialized='table') }}\nselect count(*) as n from range(3000000000) a(i) where hash(i) % 7 = 3\n`,
    );
    const run = startCli(['run', '--select', 'slow'], copy.root);
    await run.until('START');
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.process.kill('SIGINT');
    const { code } = await run.ended;
    expect(code, run.output()).toBe(130);
    expect(run.output()).toContain('TS5007: Cancelled before it was done.');
    const tables = await queryDatabase(
      copy.database,
      `select table_name from duckdb_tables() where table_name = 'slow'`,
    );
    expect(tables).toEqual([]);
  });
});
