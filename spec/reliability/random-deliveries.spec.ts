import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invoke } from '../../src/index.ts';
import { contentHash } from '../../src/testing/query-database.ts';
import { copyExample, type ExampleCopy } from '../example-copy.ts';

/** How many histories are played; `TSDBT_HISTORIES=500` for the full size. */
const histories = Number(process.env['TSDBT_HISTORIES'] ?? 8);
const steps = 5;

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x7fffffff) * below);
  };
}

const dates = ['2026-02-01', '2026-02-02', '2026-02-03'];

/** Writes a delivery of customers: new ones, known ones, and the unknown 99 at times. */
function landCustomers(root: string, date: string, pick: (below: number) => number): void {
  const rows = Array.from({ length: 1 + pick(5) }, () => {
    const id = [1, 2, 3, 99, 200 + pick(4)][pick(5)];
    const name = pick(6) === 0 ? '' : `Name ${pick(50)}`;
    return `${id},${name},n${pick(9)}@example.com,${['SE', 'DE', 'BR'][pick(3)]},2026-02-0${1 + pick(3)} 0${pick(9)}:00:00`;
  });
  write(
    root,
    `landing/customers/${date}/customers.csv`,
    `customer_id,name,email,country,created_at\n${rows.join('\n')}\n`,
  );
}

/** Writes a delivery of orders; written again it may leave orders out, or change them. */
function landOrders(root: string, date: string, pick: (below: number) => number): void {
  const orders = Array.from({ length: pick(6) }, () => ({
    order_id: 5000 + pick(8),
    customer_id: [1, 2, 99, 201, null][pick(5)],
    amount: pick(100) - 20,
    currency: ['EUR', 'SEK'][pick(2)],
    status: ['placed', 'PAID', 'Shipped'][pick(3)],
    order_date: ['2026-02-01', '01-02-2026', '03/02/2026', 'soon'][pick(4)],
  }));
  write(root, `landing/orders/${date}/orders.json`, JSON.stringify(orders));
}

/** Writes an event file, perhaps one that was there before. */
function landEvents(root: string, pick: (below: number) => number): void {
  const lines = Array.from({ length: 1 + pick(4) }, () =>
    pick(8) === 0
      ? '{"event_id": "torn'
      : JSON.stringify({
          event_id: `evt-r${pick(10)}`,
          customer_id: [1, 99, 202, 3][pick(4)],
          event_type: ['login', 'LOG_OUT', '123'][pick(3)],
          event_timestamp: `2026-02-0${1 + pick(3)}T1${pick(9)}:00:00`,
        }),
  );
  write(root, `landing/events/${dates[pick(3)]}-r${pick(4)}.jsonl`, `${lines.join('\n')}\n`);
}

function write(root: string, path: string, contents: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), contents);
}

async function run(example: ExampleCopy, ...args: readonly string[]): Promise<void> {
  const { exitCode, output } = await invoke(['run', '--quiet', ...args], { cwd: example.root });
  expect(exitCode, output).toBe(0);
}

/** A copy whose sources take deliveries of bad records only: what is refused is no part of the history. */
function lenientCopy(): ExampleCopy {
  const copy = copyExample();
  const path = join(copy.root, 'models/sources.yml');
  const text = readFileSync(path, 'utf8');
  const lenient = text.replace(/^( *)landing:$/gm, '$1landing:\n$1  max_bad_ratio: 1');
  writeFileSync(path, lenient);
  return copy;
}

const content = (example: ExampleCopy) =>
  contentHash(example.database, { schemas: ['main'], without: ['_batch', 'batch'] });

test(`${histories} histories of deliveries, corrections and reprocessing end as a clean run does`, {
  timeout: 600_000,
}, async () => {
  const played = lenientCopy();
  const clean = lenientCopy();
  try {
    for (let seed = 1; seed <= histories; seed++) {
      const pick = random(seed * 7919);
      for (const part of ['landing', 'target'])
        rmSync(join(played.root, part), { recursive: true, force: true });
      cpSync(join(clean.root, 'landing'), join(played.root, 'landing'), { recursive: true });
      await invoke(['seed', '--quiet'], { cwd: played.root });
      await run(played);
      const told: string[] = [];
      for (let step = 0; step < steps; step++) {
        const date = dates[pick(3)]!;
        const choice = pick(5);
        told.push(`${['customers', 'orders', 'events', 'reprocess', 'all'][choice]} ${date}`);
        if (choice === 0 || choice === 4) landCustomers(played.root, date, pick);
        if (choice === 1 || choice === 4) landOrders(played.root, date, pick);
        if (choice === 2 || choice === 4) landEvents(played.root, pick);
        await (choice === 3 ? run(played, '--process-date', '2026-01-27') : run(played));
      }
      const fresh = lenientCopy();
      try {
        rmSync(join(fresh.root, 'landing'), { recursive: true });
        cpSync(join(played.root, 'landing'), join(fresh.root, 'landing'), { recursive: true });
        await invoke(['seed', '--quiet'], { cwd: fresh.root });
        await run(fresh);
        expect(await content(played), `seed ${seed}: ${told.join(', ')}`).toEqual(
          await content(fresh),
        );
      } finally {
        fresh.remove();
      }
    }
  } finally {
    played.remove();
    clean.remove();
  }
});
