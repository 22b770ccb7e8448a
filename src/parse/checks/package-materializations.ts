import { isBuiltin, type MacroIndex } from '../../context/macro-index.ts';
import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import type { Diagnostics } from '../diagnostics.ts';

/**
 * Warns of packages that replace a built-in materialization of their own accord, which only a flag of the
 * project lets them do.
 */
export function warnOfPackageMaterializations(
  nodes: Iterable<Node>,
  macros: MacroIndex,
  adapter: string,
  { name: root, flags }: Project,
  diagnostics: Diagnostics,
): void {
  if (flags['require_explicit_package_overrides_for_builtin_materializations'] !== false) return;
  const used = new Set<string>();
  for (const { resourceType, config } of nodes)
    used.add(resourceType === 'model' ? String(config['materialized']) : resourceType);
  for (const name of [...used].sort()) {
    const named = [adapter, 'default'].map((kind) => `materialization_${name}_${kind}`);
    const has = (packageName: string) =>
      named.some((macro) => macros.inPackage(packageName, macro) !== undefined);
    if (!has('dbt') || has(root)) continue;
    for (const packageName of macros.packages()) {
      if (isBuiltin(packageName) || !has(packageName)) continue;
      diagnostics.warn(
        'PackageMaterializationOverrideDeprecation',
        `The package "${packageName}" replaces the built-in materialization "${name}": that is deprecated. Have a materialization of the project call that of the package.`,
      );
    }
  }
}
