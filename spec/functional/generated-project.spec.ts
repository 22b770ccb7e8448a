import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

const generator = fileURLToPath(new URL('../../bench/generate-project.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tsdbt-generated-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function generate(shape: string): string {
  const out = join(folder, shape);
  const args = ['--models', '200', '--shape', shape, '--seed', '1', '--out', out];
  execFileSync(process.execPath, [generator, ...args]);
  return out;
}

interface Artifact {
  readonly nodes: Readonly<Record<string, { readonly resource_type: string }>>;
  readonly parent_map: Readonly<Record<string, readonly string[]>>;
  readonly [section: string]: Readonly<Record<string, unknown>>;
}

async function countsOf(root: string) {
  const { exitCode } = await runTsdbt(['parse'], { cwd: root });
  const manifest = JSON.parse(readFileSync(join(root, 'target/manifest.json'), 'utf8')) as Artifact;
  const count = (section: string) => Object.keys(manifest[section] ?? {}).length;
  const kinds: Record<string, number> = {};
  for (const { resource_type: kind } of Object.values(manifest.nodes)) {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return {
    exitCode,
    ...kinds,
    sources: count('sources'),
    exposures: count('exposures'),
    groups: count('groups'),
    unitTests: count('unit_tests'),
    docs: count('docs'),
    edges: Object.values(manifest.parent_map).flat().length,
  };
}

// What dbt 1.12 counts in the same projects, without an error or a deprecation.
describe('a generated project', () => {
  test('realistic: nodes and edges are those of dbt', async () => {
    expect(await countsOf(generate('realistic'))).toEqual({
      exitCode: 0,
      model: 200,
      test: 694,
      seed: 1,
      snapshot: 1,
      sources: 10,
      exposures: 2,
      groups: 3,
      unitTests: 2,
      docs: 4,
      edges: 1277,
    });
  });

  test('simple: nodes and edges are those of dbt', async () => {
    expect(await countsOf(generate('simple'))).toEqual({
      exitCode: 0,
      model: 200,
      test: 599,
      sources: 0,
      exposures: 0,
      groups: 0,
      unitTests: 0,
      docs: 1,
      edges: 997,
    });
  });

  test('the same options give the same files', () => {
    const first = generate('realistic');
    const text = readFileSync(join(first, 'models/marts/d003/_models.yml'), 'utf8');
    rmSync(first, { recursive: true });
    expect(readFileSync(join(generate('realistic'), 'models/marts/d003/_models.yml'), 'utf8')).toBe(
      text,
    );
  });
});
