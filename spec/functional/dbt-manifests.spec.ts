import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { recordedManifest } from '../golden/recorded-manifest.mjs';

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const projects = resolve(import.meta.dirname, '../golden/manifests');

/** Each folder is a project of many parts with the manifest of dbt 1.12 (`spec/golden/record-manifests.mjs`). */
test.each(readdirSync(projects))('the manifest of %s is that of dbt', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsdbt-manifest-'));
  try {
    cpSync(join(projects, name), folder, { recursive: true });
    const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
    const deps = await runTsdbt(['deps'], { cwd: folder });
    expect(deps.stderr).toBe('');
    const run = await runTsdbt(['compile'], { cwd: folder });
    expect(run.stderr).not.toMatch(/TS\d{4}/);
    const expected = read('expected.json') as Sections;
    const found = recordedManifest(read('target/manifest.json')) as Sections;
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, section] of Object.entries(expected)) {
      expect(Object.keys(found[key]!).sort()).toEqual(Object.keys(section).sort());
      // One by one, so that a failure shows which.
      for (const id of Object.keys(section))
        expect({ [id]: found[key]![id] }).toEqual({ [id]: section[id] });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
