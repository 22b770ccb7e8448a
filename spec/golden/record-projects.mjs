#!/usr/bin/env node
/**
 * Records what dbt makes of the projects in `spec/golden/projects`: runs its `compile` in a copy of each
 * and writes `expected.json`. The specs compare with these files and need no dbt.
 *
 *   node spec/golden/record-projects.mjs --dbt <path of dbt, with dbt-duckdb> [name …]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedEntry } from './recorded-entry.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--dbt');
if (at < 0) throw new Error('--dbt <path> is needed');
const [, dbt] = args.splice(at, 2);
const projects = join(import.meta.dirname, 'projects');
const names = args.length > 0 ? args : readdirSync(projects);

for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), 'tsdbt-record-'));
  try {
    cpSync(join(projects, name), folder, { recursive: true });
    const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
    execFileSync(dbt, ['--no-version-check', 'compile'], { cwd: folder, env, stdio: 'pipe' });
    const manifest = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8'));
    const nodes = {};
    for (const section of [
      'nodes',
      'sources',
      'exposures',
      'metrics',
      'semantic_models',
      'saved_queries',
      'unit_tests',
      'functions',
    ]) {
      for (const [id, entry] of Object.entries(manifest[section])) nodes[id] = recordedEntry(entry);
    }
    const expected = { nodes, disabled: Object.keys(manifest.disabled).sort() };
    writeFileSync(join(projects, name, 'expected.json'), `${JSON.stringify(expected, null, 1)}\n`);
    console.log(`${name}: ${Object.keys(nodes).length} nodes`);
  } catch (error) {
    const { stdout } = /** @type {{ stdout?: Buffer }} */ (error);
    console.log(`${name}: dbt fails\n${stdout?.toString() ?? error}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
