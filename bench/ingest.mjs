#!/usr/bin/env node
/**
 * Time of a landing load ÷ the fastest load that DuckDB can do, in one process, run by run in turn:
 * the floor is `create table as select * from read_csv(…)` into a new database file, once with
 * guessed and once with given column types. Build first (`npm run build`).
 *
 *   node bench/ingest.mjs --customers 2000000 --runs 5
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbAdapter } from '../dist/adapters/duckdb/duckdb-adapter.js';
import { ingestLanding, parseExpectations, parseLandingConfig } from '../dist/ingest/index.js';
import { generateLanding, readFlags } from './generate-landing.mjs';

const flags = readFlags(process.argv.slice(2));
const customers = Number(flags['customers'] ?? 2_000_000);
const runs = Number(flags['runs'] ?? 5);
const defectRate = Number(flags['defect-rate'] ?? 0.01);
const project = mkdtempSync(join(flags['directory'] ?? tmpdir(), 'tsdbt-bench-'));
const [file = ''] = await generateLanding({
  directory: join(project, 'landing'),
  customers,
  orders: 0,
  events: 0,
  dates: ['2026-01-26'],
  seed: 7,
  defectRate,
  malformed: flags['malformed'] === 'true',
});

const landing = parseLandingConfig(
  { path: 'landing/customers/{processing_date}/*.csv', format: 'csv' },
  [
    { name: 'customer_id', dataType: 'integer' },
    { name: 'name' },
    { name: 'email' },
    { name: 'country' },
    { name: 'created_at', dataType: 'timestamp' },
  ],
  'landing.customers',
);
const expectations = parseExpectations(
  [
    { name: 'customer_id_given', expression: 'customer_id is not null' },
    { name: 'name_given', expression: 'name is not null', message: 'the name is empty' },
    { name: 'customer_id_unique', unique: ['customer_id'], order_by: 'created_at desc' },
    { name: 'country_given', expression: 'country is not null', on_violation: 'warn' },
  ],
  'raw_customers',
);

/** Runs `body` on a new database file; gives milliseconds of wall and processor time.
 * @param {(connection: import('../dist/adapters/adapter.js').Connection, adapter: import('../dist/adapters/adapter.js').Adapter) => Promise<void>} body */
async function measure(body) {
  const folder = join(project, 'database');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const adapter = createDuckDbAdapter({ path: join(folder, 'bench.duckdb') });
  const connection = await adapter.connect();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await body(connection, adapter);
  const wall = performance.now() - start;
  const used = process.cpuUsage(cpu);
  await adapter.close();
  return { wall, cpu: (used.user + used.system) / 1000 };
}

const contestants = {
  'floor (guessed types)': () =>
    measure(async (connection) => {
      await connection.run(`create table raw_customers as select * from read_csv('${file}')`);
    }),
  'floor (given types)': () =>
    measure(async (connection) => {
      await connection.run(`create table raw_customers as select * from read_csv('${file}',
        columns = {customer_id: 'integer', name: 'varchar', email: 'varchar', country: 'varchar', created_at: 'timestamp'},
        auto_detect = false, header = true, null_padding = true)`);
    }),
  'landing load': () =>
    measure(async (connection, adapter) => {
      const result = await ingestLanding({
        connection,
        dialect: adapter.dialect,
        nodeId: 'model.bench.raw_customers',
        nodeName: 'raw_customers',
        target: { database: adapter.database, schema: 'main', identifier: 'raw_customers' },
        sourceName: 'landing.customers',
        landing,
        compile: async (source) =>
          `select customer_id, name, email, country, created_at, processing_date, _file, _line from ${source}`,
        expectations,
        uniqueKey: ['customer_id'],
        projectDir: project,
        fullRefresh: false,
        invocationId: 'bench',
        now: () => new Date(),
      });
      const [batch] = result.batches;
      if (batch?.records !== customers)
        throw new Error(`${batch?.records} records, not ${customers}`);
      outcome = `${batch.records} records: ${batch.loaded} loaded, ${batch.quarantined} quarantined`;
    }),
};
let outcome = '';

/** @type {Record<string, {wall: number, cpu: number}[]>} */
const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let run = 0; run <= runs; run++) {
  for (const [name, contest] of Object.entries(contestants)) {
    const figures = await contest();
    // The first round warms the page cache and the compiler.
    if (run > 0) results[name]?.push(figures);
  }
}
rmSync(project, { recursive: true });

const median = (/** @type {number[]} */ list) =>
  [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN;
const names = Object.keys(contestants);
const tool = results['landing load'] ?? [];
console.log(`${outcome}; ${runs} runs in turn, medians`);
for (const name of names) {
  const list = results[name] ?? [];
  const ratio = (/** @type {'wall' | 'cpu'} */ key) =>
    median(tool.map((figures, i) => figures[key] / (list[i]?.[key] ?? Number.NaN))).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${median(list.map((f) => f.wall))
      .toFixed(0)
      .padStart(6)} ms wall ${median(list.map((f) => f.cpu))
      .toFixed(0)
      .padStart(6)} ms cpu` +
      (name === 'landing load'
        ? ''
        : `   load ÷ floor: ${ratio('wall')} wall, ${ratio('cpu')} cpu`),
  );
}
