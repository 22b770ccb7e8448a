import type { Diagnostics } from '../diagnostics.ts';
import type { ParsedPackage } from '../parse-package.ts';
import type { SourceOverrides } from '../parse-sources.ts';

/** Warns of overrides of sources, or of tables of them, that no package has. */
export function reportUnusedOverrides(
  overrides: SourceOverrides,
  packages: readonly ParsedPackage[],
  diagnostics: Diagnostics,
): void {
  if (overrides.size === 0) return;
  const tables = new Map<string, Set<string>>();
  for (const { packageName, sourceName, name } of packages.flatMap(({ sources }) => sources)) {
    const key = `${packageName}.${sourceName}`;
    tables.set(key, (tables.get(key) ?? new Set()).add(name));
  }
  for (const [key, { properties, file }] of overrides) {
    const known = tables.get(key);
    const unused =
      known === undefined
        ? [key]
        : (properties.tables ?? []).flatMap(({ name }) =>
            known.has(name) ? [] : [`${key}.${name}`],
          );
    for (const name of unused)
      diagnostics.warn('UnusedTables', `${file.path}: the override of ${name} is of no source.`);
  }
}
