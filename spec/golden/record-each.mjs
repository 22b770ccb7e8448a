import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs commands of dbt in a copy of each project in a folder, or of those that the command line names, and
 * writes the `expected.json` that `record` makes of the manifest: `--dbt <path of dbt> [name …]`.
 *
 * @param {string} projects
 * @param {readonly string[]} commands
 * @param {(manifest: Record<string, any>) => string} record
 */
export function recordEach(projects, commands, record) {
  const args = process.argv.slice(2);
  const at = args.indexOf('--dbt');
  if (at < 0) throw new Error('--dbt <path> is needed');
  const [, dbt = ''] = args.splice(at, 2);
  for (const name of args.length > 0 ? args : readdirSync(projects)) {
    const folder = mkdtempSync(join(tmpdir(), 'tsdbt-record-'));
    try {
      cpSync(join(projects, name), folder, { recursive: true });
      const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
      for (const command of commands)
        execFileSync(dbt, ['--no-version-check', command], { cwd: folder, env, stdio: 'pipe' });
      const manifest = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8'));
      writeFileSync(join(projects, name, 'expected.json'), record(manifest));
      console.log(`${name}: ${Object.keys(manifest.nodes).length} nodes`);
    } catch (error) {
      const { stdout } = /** @type {{ stdout?: Buffer }} */ (error);
      console.log(`${name}: dbt fails\n${stdout?.toString() ?? error}`);
      process.exitCode = 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
