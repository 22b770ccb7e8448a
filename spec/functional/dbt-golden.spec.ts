import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

interface Expected {
  readonly nodes: Readonly<Record<string, Record<string, unknown>>>;
  readonly disabled: readonly string[];
}

interface ManifestEntry {
  readonly fqn: unknown;
  readonly tags: unknown;
  readonly description: unknown;
  readonly alias?: unknown;
  readonly schema?: unknown;
  readonly database?: unknown;
  readonly checksum?: { readonly checksum: unknown };
  readonly config: Readonly<Record<string, unknown>>;
  readonly depends_on?: { readonly nodes?: unknown };
  readonly compiled_code?: string;
  readonly path?: unknown;
  readonly columns?: unknown;
  readonly refs?: unknown;
  readonly access?: unknown;
  readonly group?: unknown;
  readonly version?: unknown;
  readonly latest_version?: unknown;
  readonly primary_key?: unknown;
  readonly test_metadata?: unknown;
}

const projects = resolve(import.meta.dirname, '../golden/projects');

/** Each folder is a small project with what dbt 1.12 made of it (`spec/golden/record-projects.mjs`). */
test.each(readdirSync(projects))('%s is what dbt makes of it', async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsdbt-golden-'));
  try {
    cpSync(join(projects, name), folder, { recursive: true });
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
    const run = await runTsdbt(['compile'], { cwd: folder });
    const told = run.stderr.split('\n').filter((line) => line !== '');
    expect(told.filter((line) => !line.startsWith('Warning: '))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(folder, 'target/manifest.json'), 'utf8'));
    const all: Record<string, ManifestEntry> = {
      ...manifest.nodes,
      ...manifest.sources,
      ...manifest.exposures,
      ...manifest.metrics,
      ...manifest.semantic_models,
      ...manifest.saved_queries,
      ...manifest.unit_tests,
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

/** The parts of a manifest entry that were recorded. */
function shown(entry: ManifestEntry, wanted: Record<string, unknown>): Record<string, unknown> {
  const config = wanted['config'] as Record<string, unknown>;
  const parts: Record<string, unknown> = {
    fqn: entry.fqn,
    tags: entry.tags,
    description: entry.description,
    alias: entry.alias,
    schema: entry.schema,
    database: entry.database,
    checksum: entry.checksum?.checksum,
    config: Object.fromEntries(Object.keys(config).map((key) => [key, entry.config[key]])),
    path: entry.path,
    columns: entry.columns,
    refs: entry.refs,
    access: entry.access,
    group: entry.group,
    version: entry.version,
    latestVersion: entry.latest_version,
    primaryKey: entry.primary_key,
    testMetadata: entry.test_metadata,
    dependsOn: entry.depends_on?.nodes,
    compiled: entry.compiled_code,
  };
  return comparable(Object.fromEntries(Object.keys(wanted).map((key) => [key, parts[key]])));
}
