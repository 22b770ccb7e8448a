#!/usr/bin/env node
/**
 * `run` of many tiny models ÷ the same SQL as one raw DuckDB script, in one process, in turn. What is
 * measured of the tool is the run of a parsed project: compile, plan, execute, artifacts, checkpoint;
 * the floor checkpoints too. With `--dbt PATH` dbt does it beside the tool. Build first (`npm run build`).
 *
 *   node bench/run-models.mjs --models 1000 --materialized view --runs 7 --threads 4
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbAdapter } from '../dist/adapters/duckdb/duckdb-adapter.js';
import { readFlags } from './measure.mjs';
import { besideDbt, projectFiles, ratioLine, runTool } from './run-tool.mjs';

const flags = readFlags(process.argv.slice(2));
const models = Number(flags['models'] ?? 1000);
const runs = Number(flags['runs'] ?? 7);
const threads = Number(flags['threads'] ?? 4);
const kinds = flags['materialized'] === undefined ? ['view', 'table'] : [flags['materialized']];

/** One in ten models reads rows of its own, the others the model of ten before.
 * @param {number} i */
const body = (i) =>
  i < 10
    ? `select ${i} as id, 'name ' || ${i} as name`
    : `select id + 1 as id, name from {{ ref('m${i % 10}') }} where id >= 0`;

/** @param {string} kind */
function writeProject(kind) {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-bench-run-'));
  mkdirSync(join(root, 'models'));
  const files = projectFiles(join(root, 'target/bench.duckdb'), threads, kind);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  for (let i = 0; i < models; i++) writeFileSync(join(root, `models/m${i}.sql`), `${body(i)}\n`);
  return root;
}

/** A new database each time; the compiled files of the run before stay, as in any second run.
 * @param {string} root */
function forget(root) {
  for (const name of ['bench.duckdb', 'bench.duckdb.wal'])
    rmSync(join(root, 'target', name), { force: true });
}

/** @param {string} root */
async function runAnew(root) {
  forget(root);
  return await runTool(root, 'run', threads);
}

/** @param {string} root @param {string} kind */
async function runFloor(root, kind) {
  const folder = join(root, 'floor');
  rmSync(folder, { recursive: true, force: true });
  const statements = Array.from({ length: models }, (_, i) => {
    const sql = body(i).replace(/\{\{ ref\('(\w+)'\) \}\}/, 'bench.main.$1');
    return `create or replace ${kind} bench.main.m${i} as (${sql});`;
  });
  const script = statements.join('\n');
  const start = performance.now();
  const adapter = createDuckDbAdapter({ path: join(folder, 'bench.duckdb') });
  const connection = await adapter.connect();
  await connection.run(script);
  await connection.run('checkpoint');
  await adapter.close();
  return performance.now() - start;
}

for (const kind of kinds) {
  const root = writeProject(kind);
  /** @type {number[]} */ const tool = [];
  /** @type {number[]} */ const floor = [];
  for (let i = 0; i <= runs; i++) {
    const a = await runAnew(root);
    const b = await runFloor(root, kind);
    // The first pair warms caches and the just-in-time compiler.
    if (i > 0) {
      tool.push(a);
      floor.push(b);
    }
  }
  console.log(ratioLine(`run ${models} ${kind}s`, tool, floor));
  if (flags['dbt'] !== undefined)
    console.log(`  ${besideDbt(flags['dbt'], root, 'run', () => forget(root))}`);
  rmSync(root, { recursive: true, force: true });
}
