#!/usr/bin/env node
/**
 * Records the whole manifest that dbt's `compile` writes of each project in `spec/golden/manifests`, as its
 * `expected.json`: an entry a line, so that a change shows. The specs compare with these files and need
 * no dbt.
 *
 *   node spec/golden/record-manifests.mjs --dbt <path of dbt, with dbt-duckdb> [name …]
 */
import { join } from 'node:path';
import { recordEach } from './record-each.mjs';
import { recordedManifest } from './recorded-manifest.mjs';

recordEach(join(import.meta.dirname, 'manifests'), ['deps', 'compile'], (manifest) => {
  const sections = Object.entries(recordedManifest(manifest)).map(([key, section]) => {
    // dbt's order is another each time.
    const entries = Object.keys(section)
      .sort()
      .map((id) => `  ${JSON.stringify(id)}: ${JSON.stringify(section[id])}`);
    return ` ${JSON.stringify(key)}: {\n${entries.join(',\n')}\n }`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
});
