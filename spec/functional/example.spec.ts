import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeResult } from '../../src/contracts/result.ts';
import { invoke } from '../../src/index.ts';
import { contentHash, queryDatabase } from '../../src/testing/query-database.ts';
import { copyExample, type ExampleCopy } from '../example-copy.ts';

let example: ExampleCopy;
beforeEach(() => {
  example = copyExample();
});
afterEach(() => example.remove());

async function run(...args: readonly string[]) {
  const result = await invoke(args, { cwd: example.root });
  expect(result.output).not.toContain('TS9');
  return result;
}

/** What the tables hold; the number of a load and the time of it are not part of it. */
const content = () =>
  contentHash(example.database, { schemas: ['main'], without: ['_batch', 'batch'] });

const rows = (results: readonly NodeResult[], name: string) =>
  results.find((result) => result.nodeId.endsWith(`.${name}`))?.rowsAffected;

const one = async (sql: string) =>
  Object.values((await queryDatabase(example.database, sql))[0]!)[0];

describe('the example project', () => {
  test('goes from landing files to tested tables', async () => {
    const { exitCode, results } = await run('build');
    expect(exitCode).toBe(0);
    const others = results.filter((r) => r.status !== 'success' && r.status !== 'pass');
    expect(others.map(({ nodeId, status }) => [nodeId, status])).toEqual([
      ['exposure.shop.weekly_sales_review', 'no-op'],
    ]);
    expect(results.map((r) => r.nodeId.split('.')[0])).toContain('test');
    // Every kind of defect of the landing data is found where it must be.
    const codes = await queryDatabase(
      example.database,
      `select code from raw_customers__quarantine union select code from raw_orders__quarantine union select code from raw_events__quarantine`,
    );
    expect(codes.map((row) => row['code']).sort()).toEqual(
      [
        'duplicate_customer',
        'duplicate_event',
        'duplicate_order',
        'invalid_timestamp',
        'malformed_record',
        'missing_country',
        'missing_customer_id',
        'missing_name',
        'unreadable_order_date',
      ].sort(),
    );
    expect(Number(await one('select count(*) from orphan_events'))).toBeGreaterThan(0);
    expect(
      Number(await one('select count(*) from fact_orders where not is_known_customer')),
    ).toBeGreaterThan(0);
    expect(Number(await one('select min(amount) from fact_orders'))).toBeGreaterThanOrEqual(0);
  });

  test('a second build changes nothing', async () => {
    await run('build');
    // Files that were loaded right after their last change are looked at once more, which is noted.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await run('build');
    const before = await contentHash(example.database, { schemas: ['main', '_tsdbt'] });
    const again = await run('build');
    expect(again.exitCode).toBe(0);
    expect(again.results.filter((r) => (r.rowsAffected ?? 0) > 0).map((r) => r.nodeId)).toEqual([]);
    expect(await contentHash(example.database, { schemas: ['main', '_tsdbt'] })).toEqual(before);
  });

  test('a date can be reprocessed any number of times', async () => {
    await run('build');
    const before = await content();
    for (const date of ['2026-01-28', '2026-01-26', '2026-01-28']) {
      const { exitCode, results } = await run('build', '--process-date', date);
      expect(exitCode).toBe(0);
      expect(rows(results, 'raw_customers')).toBeGreaterThan(0);
      expect(await content()).toEqual(before);
      // And once it is done, there is nothing left to do.
      const after = await run('build');
      expect(after.results.filter((r) => (r.rowsAffected ?? 0) > 0).map((r) => r.nodeId)).toEqual(
        [],
      );
    }
  });

  test('a corrected file replaces its old rows, also those it leaves out', async () => {
    await run('build');
    const path = join(example.root, 'landing/orders/2026-01-28/orders.json');
    const orders = JSON.parse(readFileSync(path, 'utf8')) as { order_id: number; amount: number }[];
    const only = await queryDatabase(
      example.database,
      `select order_id from raw_orders group by order_id having min(processing_date) = date '2026-01-28' order by order_id limit 2`,
    );
    const [gone, changed] = only.map((row) => Number(row['order_id']));
    const corrected = orders
      .filter((order) => order.order_id !== gone)
      .map((order) => (order.order_id === changed ? { ...order, amount: 4242.42 } : order));
    writeFileSync(path, JSON.stringify(corrected));
    const { exitCode } = await run('build');
    expect(exitCode).toBe(0);
    expect(await one(`select count(*) from fact_orders where order_id = ${gone}`)).toBe('0');
    expect(await one(`select amount from fact_orders where order_id = ${changed}`)).toBe('4242.42');
    const incremental = await content();
    await run('build', '--full-refresh');
    expect(await content()).toEqual(incremental);
  });

  test('events that came before their customer are taken in when the customer comes', async () => {
    await run('build');
    const orphans = Number(await one('select count(*) from orphan_events where customer_id = 99'));
    expect(orphans).toBeGreaterThan(0);
    mkdirSync(join(example.root, 'landing/customers/2026-01-29'), { recursive: true });
    writeFileSync(
      join(example.root, 'landing/customers/2026-01-29/customers.csv'),
      'customer_id,name,email,country,created_at\n99,Late Comer,late@example.com,SE,2026-01-29 08:00:00\n',
    );
    const { exitCode } = await run('build');
    expect(exitCode).toBe(0);
    expect(await one('select count(*) from orphan_events where customer_id = 99')).toBe('0');
    expect(Number(await one('select count(*) from fact_events where customer_id = 99'))).toBe(
      orphans,
    );
    expect(
      await one('select bool_and(is_known_customer) from fact_orders where customer_id = 99'),
    ).toBe(true);
  });

  test('any order of deliveries gives the same tables', async () => {
    await run('build');
    const inOneGo = await content();
    const other = copyExample();
    try {
      for (const date of ['2026-01-27', '2026-01-28', '2026-01-26']) {
        const result = await invoke(['build', '--process-date', date], { cwd: other.root });
        expect(result.exitCode).toBe(0);
      }
      expect(
        await contentHash(other.database, { schemas: ['main'], without: ['_batch', 'batch'] }),
      ).toEqual(inOneGo);
    } finally {
      other.remove();
    }
  });

  test('a folder selects its models', async () => {
    const { output } = await run(
      'ls',
      '--select',
      'curated+',
      '--resource-type',
      'model',
      'exposure',
    );
    expect(output.split('\n').sort()).toEqual([
      'exposure:shop.weekly_sales_review',
      'shop.curated.daily_sales',
      'shop.curated.dim_customer',
      'shop.curated.fact_events',
      'shop.curated.fact_orders',
      'shop.curated.orphan_events',
    ]);
  });

  test('describes every column and marks personal data', async () => {
    await run('parse');
    const manifest = JSON.parse(readFileSync(join(example.root, 'target/manifest.json'), 'utf8'));
    const models = Object.values<{
      resource_type: string;
      name: string;
      columns: Record<string, { description: string; meta: object }>;
    }>(manifest.nodes).filter((node) => node.resource_type === 'model');
    expect(models).toHaveLength(8);
    for (const model of models) {
      for (const column of Object.values(model.columns))
        expect(column.description, model.name).not.toBe('');
    }
    expect(manifest.nodes['model.shop.dim_customer'].columns.email.meta).toEqual({ pii: true });
  });
});
