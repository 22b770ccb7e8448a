#!/usr/bin/env node
/**
 * Runs the reliability specs at their full size: all of them, or those whose names begin with the
 * words given (`kill faults`). Takes hours.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const sizes = {
  TSDBT_KILLS: 1000,
  TSDBT_FAULTS: 300,
  TSDBT_BATCH_HISTORIES: 1000,
  TSDBT_HISTORIES: 1000,
  TSDBT_SIGNALS: 200,
  TSDBT_SOAK: 10_000,
  TSDBT_SEQUENCES: 500,
  TSDBT_CACHE_SEQUENCES: 10_000,
  TSDBT_MUTATED_FILES: 20_000,
  TSDBT_MUTATED_PROJECTS: 5000,
};

const wanted = process.argv.slice(2);
const specs = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.spec.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)));
const env = { ...process.env };
for (const [name, size] of Object.entries(sizes)) env[name] ??= String(size);
const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const files = specs.map((name) => `spec/reliability/${name}`);
const { status } = spawnSync(process.execPath, [vitest, 'run', '--testTimeout=0', ...files], {
  cwd: join(import.meta.dirname, '../..'),
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
