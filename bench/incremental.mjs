#!/usr/bin/env node
/**
 * An incremental run, 100,000 changed rows into 10,000,000 ÷ the best of four forms written by hand:
 * delete + insert in one transaction, merge, update + insert, create the table anew. Each starts from
 * the same file and ends with a checkpoint. With `--dbt PATH` dbt does it beside the tool. Build first.
 *
 *   node bench/incremental.mjs --rows 10000000 --changes 100000 --runs 3
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbAdapter } from '../dist/adapters/duckdb/duckdb-adapter.js';
import { median, readFlags } from './measure.mjs';
import { besideDbt, projectFiles, ratioLine, runTool } from './run-tool.mjs';

const flags = readFlags(process.argv.slice(2));
const rows = Number(flags['rows'] ?? 10_000_000);
const changes = Number(flags['changes'] ?? 100_000);
const runs = Number(flags['runs'] ?? 3);

const root = mkdtempSync(join(tmpdir(), 'tsdbt-bench-incremental-'));
const database = join(root, 'bench.duckdb');
const before = join(root, 'before.duckdb');
mkdirSync(join(root, 'models'));
for (const [name, text] of Object.entries(projectFiles(database, 2)))
  writeFileSync(join(root, name), text);
writeFileSync(
  join(root, 'models/sources.yml'),
  'sources:\n  - {name: raw, schema: raw, tables: [{name: changes}]}\n',
);
writeFileSync(
  join(root, 'models/orders.sql'),
  "{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}\nselect * from {{ source('raw', 'changes') }}\n",
);

/** Half of the changes are rows that are there, spread over the table; half are new.
 * @param {string} from */
const columns = (from) =>
  `select id, 'customer ' || id % 100000 as customer, id % 7 as status, id * 0.25 as amount, date '2020-01-01' + (id % 2000)::int as day from (${from})`;
const prepare = `
create schema raw;
create table orders as ${columns(`select i as id from range(${rows}) t(i)`)};
create table raw.changes as ${columns(`select case when i % 2 = 0 then (i * ${Math.floor(rows / changes)})::bigint else ${rows} + i end as id from range(${changes}) t(i)`)};`;

const names = ['customer', 'status', 'amount', 'day'];
const assignments = names.map((name) => `${name} = c.${name}`).join(', ');
/** @type {Readonly<Record<string, string>>} */
const forms = {
  'delete + insert':
    'begin; create temp table b as from raw.changes; delete from orders where id in (select id from b); insert into orders from b; commit',
  merge: `begin; create temp table b as from raw.changes; merge into orders o using b c on o.id = c.id when matched then update set ${assignments} when not matched then insert; commit`,
  'update + insert': `begin; create temp table b as from raw.changes; update orders o set ${assignments} from b c where o.id = c.id; insert into orders select * from b where id not in (select id from orders); commit`,
  'create anew':
    'begin; create table n as select * from orders where id not in (select id from raw.changes) union all from raw.changes; drop table orders; alter table n rename to orders; commit',
};

/** @param {string} sql */
async function script(sql) {
  const start = performance.now();
  const adapter = createDuckDbAdapter({ path: database });
  const connection = await adapter.connect();
  await connection.run(sql);
  await adapter.checkpoint(connection);
  await adapter.close();
  return performance.now() - start;
}

await script(prepare);
copyFileSync(database, before);
const reset = () => copyFileSync(before, database);

/** @type {number[]} */ const tool = [];
/** @type {number[]} */ const floor = [];
/** @type {Record<string, number[]>} */ const byForm = {};
for (let i = 0; i <= runs; i++) {
  reset();
  const a = await runTool(root, 'run', 2);
  const b = {};
  for (const [name, sql] of Object.entries(forms)) {
    reset();
    b[name] = await script(sql);
  }
  // The first round warms caches and the just-in-time compiler.
  if (i === 0) continue;
  tool.push(a);
  floor.push(Math.min(...Object.values(b)));
  for (const [name, time] of Object.entries(b)) byForm[name] = [...(byForm[name] ?? []), time];
}
for (const [name, times] of Object.entries(byForm))
  console.log(`by hand, ${name}: ${median(times).toFixed(0)} ms`);
console.log(ratioLine(`${changes} changes into ${rows} rows`, tool, floor));
if (flags['dbt'] !== undefined) console.log(`  ${besideDbt(flags['dbt'], root, 'run', reset)}`);
rmSync(root, { recursive: true, force: true });
