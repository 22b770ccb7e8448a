#!/usr/bin/env node
/**
 * A project over the tables of TPC-H: 8 sources, 10 marts ÷ the same statements as one raw script, in
 * one process, in turn. The rows are made here, of TPC-H's shape and sizes but not its values. With
 * `--dbt PATH` dbt runs the project beside the tool. Build first (`npm run build`).
 *
 *   node bench/tpch.mjs --scale 1 --runs 5
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbAdapter } from '../dist/adapters/duckdb/duckdb-adapter.js';
import { readFlags } from './measure.mjs';
import { besideDbt, projectFiles, ratioLine, runTool } from './run-tool.mjs';

const flags = readFlags(process.argv.slice(2));
const scale = Number(flags['scale'] ?? 1);
const runs = Number(flags['runs'] ?? 5);
const root = mkdtempSync(join(tmpdir(), 'tsdbt-bench-tpch-'));
const database = join(root, 'bench.duckdb');

/** @param {number} count */
const scaled = (count) => Math.max(10, Math.round(count * scale));
const [customers, orders, parts, suppliers] = [150_000, 1_500_000, 200_000, 10_000].map(scaled);
const pick = (/** @type {readonly string[]} */ words, /** @type {string} */ by) =>
  `[${words.map((word) => `'${word}'`).join(', ')}][1 + (hash(${by}) % ${words.length})::int]`;

/** @type {Readonly<Record<string, string>>} */
const sources = {
  region:
    "select i::int as r_regionkey, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'][1 + i] as r_name from range(5) t(i)",
  nation:
    "select i::int as n_nationkey, 'NATION ' || i as n_name, (i % 5)::int as n_regionkey from range(25) t(i)",
  supplier: `select i as s_suppkey, 'Supplier ' || i as s_name, (hash(i) % 25)::int as s_nationkey from range(${suppliers}) t(i)`,
  customer: `select i as c_custkey, 'Customer ' || i as c_name, (hash(i) % 25)::int as c_nationkey, ${pick(['BUILDING', 'AUTOMOBILE', 'MACHINERY', 'HOUSEHOLD', 'FURNITURE'], 'i')} as c_mktsegment, (hash(i) % 1000000) / 100 as c_acctbal from range(${customers}) t(i)`,
  part: `select i as p_partkey, 'part ' || i as p_name, 'Brand#' || hash(i) % 25 as p_brand, ${pick(['PROMO TIN', 'ECONOMY BRASS', 'STANDARD STEEL'], 'i + 1')} as p_type, (hash(i) % 50)::int as p_size from range(${parts}) t(i)`,
  partsupp: `select i // 4 as ps_partkey, hash(i) % ${suppliers} as ps_suppkey, (hash(i + 1) % 10000)::int as ps_availqty, (hash(i) % 100000) / 100 as ps_supplycost from range(${parts * 4}) t(i)`,
  orders: `select i as o_orderkey, hash(i) % ${customers} as o_custkey, ${pick(['O', 'F', 'P'], 'i')} as o_orderstatus, date '1992-01-01' + (hash(i) % 2400)::int as o_orderdate, ${pick(['1-URGENT', '2-HIGH', '3-MEDIUM', '4-LOW'], 'i + 2')} as o_orderpriority from range(${orders}) t(i)`,
  lineitem: `select i // 4 as l_orderkey, hash(i) % ${parts} as l_partkey, hash(i + 1) % ${suppliers} as l_suppkey, (1 + hash(i) % 50)::int as l_quantity, (90000 + hash(i + 3) % 900000) / 100 as l_extendedprice, (hash(i) % 11) / 100 as l_discount, (hash(i) % 9) / 100 as l_tax, ${pick(['A', 'N', 'R'], 'i')} as l_returnflag, ${pick(['O', 'F'], 'i')} as l_linestatus, date '1992-01-01' + (hash(i // 4) % 2400 + 1 + hash(i) % 120)::int as l_shipdate, ${pick(['MAIL', 'SHIP', 'AIR', 'RAIL'], 'i + 5')} as l_shipmode from range(${orders * 4}) t(i)`,
};

/** Queries over `{name}`, a source or a mart before it.
 * @type {Readonly<Record<string, string>>} */
const marts = {
  order_lines:
    'select l.*, o.o_custkey, o.o_orderdate, o.o_orderpriority, l_extendedprice * (1 - l_discount) as revenue from {lineitem} l join {orders} o on o.o_orderkey = l.l_orderkey',
  customers:
    'select c.*, n_name, r_name from {customer} c join {nation} on n_nationkey = c_nationkey join {region} on r_regionkey = n_regionkey',
  suppliers:
    'select s.*, n_name, r_name from {supplier} s join {nation} on n_nationkey = s_nationkey join {region} on r_regionkey = n_regionkey',
  pricing_summary:
    "select l_returnflag, l_linestatus, sum(l_quantity) as quantity, sum(revenue) as revenue, sum(revenue * (1 + l_tax)) as charge, avg(l_discount) as discount, count(*) as lines from {order_lines} where l_shipdate <= date '1998-09-02' group by all",
  segment_revenue:
    "select c_mktsegment, date_trunc('month', o_orderdate) as month, sum(revenue) as revenue, count(distinct l_orderkey) as orders from {order_lines} join {customers} on c_custkey = o_custkey group by all",
  local_suppliers:
    'select s.n_name, sum(revenue) as revenue from {order_lines} l join {customers} c on c_custkey = o_custkey join {suppliers} s on s_suppkey = l_suppkey and s_nationkey = c_nationkey group by all',
  best_customers:
    'select o_custkey, any_value(c_name) as name, sum(revenue) as revenue, rank() over (order by sum(revenue) desc) as place from {order_lines} join {customers} on c_custkey = o_custkey group by all',
  promotions:
    "select date_trunc('month', l_shipdate) as month, 100 * sum(revenue) filter (where p_type like 'PROMO%') / sum(revenue) as share from {order_lines} join {part} on p_partkey = l_partkey group by all",
  cheapest_supply:
    'select ps_partkey, ps_suppkey, ps_supplycost from {partsupp} qualify row_number() over (partition by ps_partkey order by ps_supplycost, ps_suppkey) = 1',
  late_lines:
    'select l_shipmode, o_orderpriority, count(*) as lines from {order_lines} where l_shipdate > o_orderdate + 60 group by all',
};

/** @param {string} sql @param {(name: string) => string} named */
const resolved = (sql, named) => sql.replace(/\{(\w+)\}/g, (_, name) => named(name));

mkdirSync(join(root, 'models'));
for (const [name, text] of Object.entries(projectFiles(database, 2)))
  writeFileSync(join(root, name), text);
const tables = Object.keys(sources).map((name) => `{name: ${name}}`);
writeFileSync(
  join(root, 'models/sources.yml'),
  `sources:\n  - {name: tpch, schema: tpch, tables: [${tables.join(', ')}]}\n`,
);
for (const [name, sql] of Object.entries(marts)) {
  const text = resolved(sql, (used) =>
    used in sources ? `{{ source('tpch', '${used}') }}` : `{{ ref('${used}') }}`,
  );
  writeFileSync(join(root, `models/${name}.sql`), `${text}\n`);
}

/** @param {readonly string[]} statements */
async function script(statements) {
  const start = performance.now();
  const adapter = createDuckDbAdapter({ path: database });
  const connection = await adapter.connect();
  for (const sql of statements) await connection.run(sql);
  await adapter.checkpoint(connection);
  await adapter.close();
  return performance.now() - start;
}

await script([
  'create schema tpch',
  ...Object.entries(sources).map(([name, sql]) => `create table tpch.${name} as ${sql}`),
]);
const raw = Object.entries(marts).map(
  ([name, sql]) =>
    `create or replace table bench.main.${name} as ${resolved(sql, (used) => `bench.${used in sources ? 'tpch' : 'main'}.${used}`)}`,
);
/** @type {number[]} */ const tool = [];
/** @type {number[]} */ const floor = [];
for (let i = 0; i <= runs; i++) {
  const a = await runTool(root, 'run', Number(flags['threads'] ?? 4));
  const b = await script(raw);
  // The first pair warms caches and the just-in-time compiler.
  if (i === 0) continue;
  tool.push(a);
  floor.push(b);
}
console.log(ratioLine(`TPC-H, scale ${scale}, 8 sources and 10 marts`, tool, floor));
if (flags['dbt'] !== undefined) console.log(`  ${besideDbt(flags['dbt'], root, 'run')}`);
rmSync(root, { recursive: true, force: true });
