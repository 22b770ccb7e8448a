#!/usr/bin/env node
/**
 * Start-up: `tsdbt --version`, `--help` and `ls` of a small project ÷ `node -e 0`, in turn. Build
 * first (`npm run build`).
 *
 *   node bench/startup.mjs --runs 21
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, readFlags, spread } from './measure.mjs';

const runs = Number(readFlags(process.argv.slice(2))['runs'] ?? 21);
const binary = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const project = fileURLToPath(new URL('..', import.meta.url));

/** @param {readonly string[]} args */
function time(args) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: project, stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}

for (const args of [['--version'], ['--help'], ['ls']]) {
  /** @type {number[]} */ const tool = [];
  /** @type {number[]} */ const floor = [];
  for (let i = 0; i <= runs; i++) {
    const a = time([binary, ...args]);
    const b = time(['-e', '0']);
    if (i > 0) {
      tool.push(a);
      floor.push(b);
    }
  }
  const ratios = tool.map((value, i) => value / floor[i]);
  console.log(
    `tsdbt ${args.join(' ')}: ${median(tool).toFixed(0)} ms, node -e 0 ${median(floor).toFixed(0)} ms, tool ÷ floor ${median(ratios).toFixed(2)} ${spread(ratios)}`,
  );
}
