import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { recordedEntry } from '../golden/recorded-entry.mjs';

interface Expected {
  readonly nodes: Readonly<Record<string, Record<string, unknown>>>;
  readonly disabled: readonly string[];
}

const projects = resolve(import.meta.dirname, '../golden/projects');

/** Projects that dbt warns of, too, and of how much. */
const warnings: Readonly<Record<string, number>> = {
  'test-column-tags': 1,
  'tests-of-disabled': 4,
};

/** Each folder is a small project with what dbt 1.12 made of it (`spec/golden/record-projects.mjs`). */
test.each(readdirSync(projects))('%s is what dbt makes of it', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsdbt-golden-'));
  try {
    cpSync(join(projects, name), folder, { recursive: true });
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
    const run = await runTsdbt(['compile'], { cwd: folder });
    const told = run.stderr.split('\n').filter((line) => line !== '');
    expect(told.filter((line) => !line.startsWith('Warning: '))).toEqual([]);
    expect(told).toHaveLength(warnings[name] ?? 0);
    const manifest = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8'));
    const all: Record<string, Record<string, unknown>> = {
      ...manifest.nodes,
      ...manifest.sources,
      ...manifest.exposures,
      ...manifest.metrics,
      ...manifest.semantic_models,
      ...manifest.saved_queries,
      ...manifest.unit_tests,
      ...manifest.functions,
    };
    expect(Object.keys(all).sort()).toEqual(Object.keys(expected.nodes).sort());
    expect(Object.keys(manifest.disabled).sort()).toEqual(expected.disabled);
    for (const [id, wanted] of Object.entries(expected.nodes)) {
      expect({ id, ...shown(all[id]!, wanted) }).toEqual({ id, ...comparable(wanted) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Blanks at the ends of SQL's lines and the order of a node's tags are not compared. */
function comparable({ compiled, ...parts }: Record<string, unknown>): Record<string, unknown> {
  const { tags } = parts;
  return {
    ...parts,
    ...(Array.isArray(tags) ? { tags: [...tags].sort() } : {}),
    ...(typeof compiled === 'string' ? { compiled: compiled.replace(/[^\S\n]+$/gm, '') } : {}),
  };
}

/** The parts of a manifest entry that were recorded, of its configuration what dbt knows. */
function shown(entry: Record<string, unknown>, wanted: Record<string, unknown>) {
  const parts = recordedEntry(entry);
  const config = parts['config'] as Record<string, unknown>;
  const known = Object.keys(wanted['config'] as object).map((key) => [key, config[key]]);
  parts['config'] = Object.fromEntries(known);
  return comparable(Object.fromEntries(Object.keys(wanted).map((key) => [key, parts[key]])));
}
