#!/usr/bin/env node
/**
 * Reading a project: `parse` cold and unchanged, `ls` with graph operators, the text of one model
 * changed, a `ref` more in one, `compile` of one model and of all ÷ the floor (bare node reads and
 * hashes the same files), in turn in one run. With `--dbt <path>` dbt does the same to a copy of the
 * project, once a size, with its partial parse where there is one.
 *
 *   node bench/parse.mjs --models 100,1000,10000 --runs 3 --dbt ~/venv/bin/dbt
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateProject } from './generate-project.mjs';
import { median, readFlags } from './measure.mjs';

const flags = readFlags(process.argv.slice(2));
const sizes = (flags['models'] ?? '100,1000,10000').split(',').map(Number);
const runs = Number(flags['runs'] ?? 3);
const binary = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const floorScript = `
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
for (const folder of ['models', 'macros', 'seeds', 'snapshots', 'dbt_packages'].filter((name) => existsSync(name))) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) createHash('sha256').update(readFileSync(entry.parentPath + '/' + entry.name)).digest();
  }
}`;

/** Wall time of a command in milliseconds.
 * @param {string} command @param {readonly string[]} args @param {string} cwd @returns {number} */
function measure(command, args, cwd) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`);
  return performance.now() - start;
}

/** Peak memory of a run of tsdbt, told by the process itself.
 * @param {readonly string[]} args @param {string} cwd */
function peakMegabytes(args, cwd) {
  const script = `process.on('exit', () => require('node:fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS));
process.argv.splice(1, 0, ${JSON.stringify(binary)}); import(${JSON.stringify(binary)});`;
  const { stderr } = spawnSync(process.execPath, ['-e', script, '--', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return Math.round(Number(/peak (\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024);
}

console.log('| models | what | tsdbt ms | ÷ floor | dbt ms | dbt ÷ tsdbt |');
console.log('|---|---|---|---|---|---|');
for (const models of sizes) {
  const root = mkdtempSync(join(tmpdir(), 'tsdbt-bench-'));
  try {
    generateProject({ models, shape: 'realistic', seed: 1, out: root });
    measureProject(models, root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @param {number} models @param {string} root */
function measureProject(models, root) {
  const tsdbt = (/** @type {string[]} */ ...args) =>
    measure(process.execPath, [binary, ...args], root);
  const dbt = (/** @type {string[]} */ ...args) =>
    flags['dbt'] === undefined
      ? Number.NaN
      : measure(flags['dbt'], ['--no-version-check', ...args], copy);
  /** What dbt reads: its database file may be of another version. */
  const copy = `${root}-dbt`;
  if (flags['dbt'] !== undefined) cpSync(root, copy, { recursive: true });
  /** @param {string} model @param {string} text */
  const append = (model, text) => {
    for (const folder of flags['dbt'] === undefined ? [root] : [root, copy])
      appendFileSync(join(folder, `models/staging/d000/${model}.sql`), text);
  };
  /** @type {Record<string, { tool: number[], floor: number[], dbt: number[] }>} */ const table =
    {};
  const note = (
    /** @type {string} */ what,
    /** @type {() => number} */ tool,
    /** @type {() => number} */ peer,
  ) => {
    table[what] ??= { tool: [], floor: [], dbt: [] };
    const row = table[what];
    row.tool.push(tool());
    row.floor.push(measure(process.execPath, ['-e', floorScript], root));
    row.dbt.push(peer());
  };
  const none = () => Number.NaN;
  for (let run = 0; run < runs; run++) {
    rmSync(join(root, 'target'), { recursive: true, force: true });
    const once = (/** @type {() => number} */ peer) => (run === 0 ? peer : none);
    const both = (/** @type {string} */ what, /** @type {string[]} */ ...args) =>
      note(
        what,
        () => tsdbt(...args),
        once(() => dbt(...args)),
      );
    note(
      'parse, cold',
      () => tsdbt('parse'),
      once(() => dbt('parse', '--no-partial-parse')),
    );
    both('parse, unchanged', 'parse');
    both('ls --select, graph operators', 'ls', '--select', 'tag:hourly+,+path:models/marts');
    append('stg_000010', `-- change ${run}\n`);
    both('parse, text of one model changed', 'parse');
    append('stg_000011', `-- {{ ref('stg_00000${run % 5}') }}\n`);
    both('parse, one model with one more ref', 'parse');
    both('compile, one model', 'compile', '--select', 'stg_000010');
    if (models <= 1000 || run === 0) both('compile, all models', 'compile');
  }
  rmSync(copy, { recursive: true, force: true });
  for (const [what, { tool, floor, dbt: peer }] of Object.entries(table)) {
    const known = peer.filter((value) => !Number.isNaN(value));
    const other =
      known.length === 0
        ? ['', '']
        : [median(known).toFixed(0), (median(known) / median(tool)).toFixed(1)];
    console.log(
      `| ${models} | ${what} | ${median(tool).toFixed(0)} | ${(median(tool) / median(floor)).toFixed(1)} | ${other.join(' | ')} |`,
    );
  }
  rmSync(join(root, 'target'), { recursive: true, force: true });
  const [cold, unchanged] = [peakMegabytes(['parse'], root), peakMegabytes(['parse'], root)];
  console.log(
    `| ${models} | peak memory of parse, cold, unchanged, MB | ${cold}, ${unchanged} | | | |`,
  );
}
