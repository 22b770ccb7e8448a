#!/usr/bin/env node
/**
 * `test` of many generic tests ÷ one query per test on one connection, in one process, in turn: many
 * tests of small tables, then some of large ones. With `--dbt PATH` dbt does the same beside it.
 * Build first (`npm run build`).
 *
 *   node bench/tests.mjs --models 100 --rows 1000 --large-models 20 --large-rows 1000000 --runs 5
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbAdapter } from '../dist/adapters/duckdb/duckdb-adapter.js';
import { readFlags } from './measure.mjs';
import { besideDbt, projectFiles, ratioLine, runTool } from './run-tool.mjs';

const flags = readFlags(process.argv.slice(2));
const runs = Number(flags['runs'] ?? 5);
const threads = Number(flags['threads'] ?? 4);
const cases = [
  { models: Number(flags['models'] ?? 100), rows: Number(flags['rows'] ?? 1000) },
  { models: Number(flags['large-models'] ?? 20), rows: Number(flags['large-rows'] ?? 1_000_000) },
].filter(({ models }) => models > 0);

/** Ten tests of one model: six not_null, two accepted_values, two unique. */
const properties = `
    columns:
      - {name: id, data_tests: [not_null, unique]}
      - {name: code, data_tests: [not_null, unique]}
      - {name: name, data_tests: [not_null]}
      - name: status
        data_tests: [not_null, {accepted_values: {arguments: {values: [x, y, z]}}}]
      - name: kind
        data_tests: [not_null, {accepted_values: {arguments: {values: [0, 1, 2, 3, 4], quote: false}}}]
      - {name: amount, data_tests: [not_null]}
`;

/** The tests as plain queries of one table.
 * @param {string} table */
const queries = (table) => [
  ...['id', 'code', 'name', 'status', 'kind', 'amount'].map(
    (column) => `select * from ${table} where ${column} is null`,
  ),
  ...['id', 'code'].map(
    (column) =>
      `select ${column} as unique_field, count(*) as n_records from ${table} where ${column} is not null group by ${column} having count(*) > 1`,
  ),
  `select status as value_field, count(*) as n_records from ${table} group by status having status not in ('x', 'y', 'z')`,
  `select kind as value_field, count(*) as n_records from ${table} group by kind having kind not in (0, 1, 2, 3, 4)`,
];

/** @param {number} models @param {number} rows */
function writeProject(models, rows) {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-bench-tests-'));
  mkdirSync(join(root, 'models'));
  const files = projectFiles(join(root, 'bench.duckdb'), threads);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  let yaml = 'models:\n';
  for (let i = 0; i < models; i++) {
    writeFileSync(
      join(root, `models/m${i}.sql`),
      `select i as id, i * 7 as code, 'name ' || i % 1000 as name, ['x', 'y', 'z'][1 + i % 3] as status, i % 5 as kind, i * 1.5 as amount from range(${rows}) t(i)\n`,
    );
    yaml += `  - name: m${i}${properties}`;
  }
  writeFileSync(join(root, 'models/models.yml'), yaml);
  return root;
}

/** @param {string} root @param {number} models */
async function runFloor(root, models) {
  const start = performance.now();
  const adapter = createDuckDbAdapter({ path: join(root, 'bench.duckdb') });
  const connection = await adapter.connect();
  for (let i = 0; i < models; i++) {
    for (const sql of queries(`bench.main.m${i}`)) {
      await connection.query(
        `select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (${sql}) t`,
      );
    }
  }
  await adapter.close();
  return performance.now() - start;
}

for (const { models, rows } of cases) {
  const root = writeProject(models, rows);
  await runTool(root, 'run', threads);
  /** @type {number[]} */ const tool = [];
  /** @type {number[]} */ const floor = [];
  for (let i = 0; i <= runs; i++) {
    const a = await runTool(root, 'test', threads);
    const b = await runFloor(root, models);
    // The first pair warms caches and the just-in-time compiler.
    if (i > 0) {
      tool.push(a);
      floor.push(b);
    }
  }
  const what = `${models * 10} tests of ${models} tables of ${rows} rows`;
  console.log(ratioLine(what, tool, floor));
  if (flags['dbt'] !== undefined) console.log(`  ${besideDbt(flags['dbt'], root, 'test')}`);
  rmSync(root, { recursive: true, force: true });
}
