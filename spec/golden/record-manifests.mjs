#!/usr/bin/env node
/**
 * Records the whole manifest that dbt's `compile` writes of each project in `spec/golden/manifests`, as its
 * `expected.json`: an entry a line, so that a change shows. The specs compare with these files and need
 * no dbt.
 *
 *   node spec/golden/record-manifests.mjs --dbt <path of dbt, with dbt-duckdb> [name …]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedManifest } from './recorded-manifest.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--dbt');
if (at < 0) throw new Error('--dbt <path> is needed');
const [, dbt] = args.splice(at, 2);
const projects = join(import.meta.dirname, 'manifests');
const names = args.length > 0 ? args : readdirSync(projects);

for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), 'tsdbt-record-'));
  try {
    cpSync(join(projects, name), folder, { recursive: true });
    const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
    const options = /** @type {const} */ ({ cwd: folder, env, stdio: 'pipe' });
    execFileSync(dbt, ['--no-version-check', 'deps'], options);
    execFileSync(dbt, ['--no-version-check', 'compile'], options);
    const manifest = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8'));
    const sections = Object.entries(recordedManifest(manifest)).map(([key, section]) => {
      const entries = Object.entries(section).map(
        ([id, entry]) => `  ${JSON.stringify(id)}: ${JSON.stringify(entry)}`,
      );
      return ` ${JSON.stringify(key)}: {\n${entries.join(',\n')}\n }`;
    });
    writeFileSync(join(projects, name, 'expected.json'), `{\n${sections.join(',\n')}\n}\n`);
    console.log(`${name}: ${Object.keys(manifest.nodes).length} nodes`);
  } catch (error) {
    const { stdout } = /** @type {{ stdout?: Buffer }} */ (error);
    console.log(`${name}: dbt fails\n${stdout?.toString() ?? error}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
