#!/usr/bin/env node
/**
 * Records what dbt makes of the projects in `spec/golden/projects`: runs its `compile` in a copy of each
 * and writes `expected.json`. The specs compare with these files and need no dbt.
 *
 *   node spec/golden/record-projects.mjs --dbt <path of dbt, with dbt-duckdb> [name …]
 */
import { join } from 'node:path';
import { recordEach } from './record-each.mjs';
import { recordedEntry } from './recorded-entry.mjs';

const sections = [
  'nodes',
  'sources',
  'exposures',
  'metrics',
  'semantic_models',
  'saved_queries',
  'unit_tests',
  'functions',
];

recordEach(join(import.meta.dirname, 'projects'), ['compile'], (manifest) => {
  const nodes = Object.fromEntries(
    sections.flatMap((section) =>
      Object.entries(manifest[section]).map(([id, entry]) => [id, recordedEntry(entry)]),
    ),
  );
  const expected = { nodes, disabled: Object.keys(manifest['disabled']).sort() };
  return `${JSON.stringify(expected, null, 1)}\n`;
});
