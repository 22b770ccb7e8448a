import type { Manifest } from '../../contracts/manifest.ts';
import type { ConfigKind, ConfigTree, Project } from '../../contracts/project.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { keyText } from '../../util/mapping-key.ts';
import type { Diagnostics } from '../diagnostics.ts';

/** The trees that are looked at, and the type of the resources that they are for. */
const kinds: readonly (readonly [ConfigKind, string, string])[] = [
  ['models', 'model', 'models'],
  ['seeds', 'seed', 'seeds'],
  ['snapshots', 'snapshot', 'snapshots'],
  ['sources', 'source', 'sources'],
  ['data_tests', 'test', 'data_tests'],
  ['unit_tests', 'unit_test', 'unit_tests'],
  ['exposures', 'exposure', 'exposures'],
  ['functions', 'function', 'functions'],
];

type Linked = Pick<
  Manifest,
  'nodes' | 'sources' | 'exposures' | 'functions' | 'unitTests' | 'disabled'
>;

/**
 * Warns of paths in the project's configuration that lead to no resource, disabled ones included (core
 * `config/runtime.py`, `warn_for_unused_resource_config_paths`).
 */
export function reportUnusedConfig(
  project: Project,
  manifest: Linked,
  diagnostics: Diagnostics,
): void {
  const used = new Map<string, Set<string>>();
  const note = (type: string, fqn: readonly string[]) => {
    const paths = used.get(type) ?? new Set<string>();
    used.set(type, paths);
    for (let length = 0; length <= fqn.length; length++) paths.add(pathText(fqn.slice(0, length)));
  };
  for (const node of manifest.nodes.values()) note(node.resourceType, node.fqn);
  for (const one of manifest.functions.values()) note('function', one.fqn);
  for (const test of manifest.unitTests.values()) note('unit_test', test.fqn);
  for (const source of manifest.sources.values()) note('source', source.fqn);
  for (const exposure of manifest.exposures.values()) note('exposure', exposure.fqn);
  for (const one of manifest.disabled.values()) note('disabled', one.fqn);
  const unused = kinds.flatMap(([kind, type, name]) =>
    pathsOf(project.configs[kind])
      .filter(
        (path) =>
          !used.get(type)?.has(pathText(path)) && !used.get('disabled')?.has(pathText(path)),
      )
      .map((path) => [name, ...path].join('.')),
  );
  if (unused.length > 0)
    diagnostics.warn(
      'UnusedResourceConfigPath',
      `Configuration paths exist in ${project.file} which do not apply to any resources: ${unused.join(', ')}.`,
    );
}

/** The paths of a tree that configure something, each once. */
function pathsOf(tree: ConfigTree): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const walk = (value: Readonly<Record<string, unknown>>, path: readonly string[]) => {
    for (const [key, part] of Object.entries(value)) {
      if (isPlainObject(part) && !key.startsWith('+')) walk(part, [...path, keyText(key)]);
      else found.set(pathText(path), path);
    }
  };
  walk(tree, []);
  return [...found.values()];
}

function pathText(path: readonly string[]): string {
  return path.join('\0');
}
