/**
 * Records what dbt makes of the values of YAML in `yaml-values/project`: each line that its model logs, and
 * the meta and the columns of the manifest as they are written.
 *
 *   node spec/golden/record-yaml-values.mjs --dbt ~/venv/bin/dbt
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loggedValues, writtenMeta } from './recorded-values.mjs';

const here = fileURLToPath(new URL('yaml-values', import.meta.url));
const dbt = process.argv[process.argv.indexOf('--dbt') + 1];
if (dbt === undefined) throw new Error('--dbt <path> is needed');
const folder = mkdtempSync(join(tmpdir(), 'tsdbt-record-'));
try {
  cpSync(join(here, 'project'), folder, { recursive: true });
  const log = execFileSync(dbt, ['--no-version-check', '--log-format', 'json', 'parse'], {
    cwd: folder,
    env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
    encoding: 'utf8',
  });
  const manifest = readFileSync(join(folder, 'target/manifest.json'), 'utf8');
  const recorded = { values: loggedValues(log), meta: writtenMeta(manifest) };
  writeFileSync(join(here, 'expected.json'), `${JSON.stringify(recorded, null, 2)}\n`);
  console.log(`${recorded.values.length} values`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
