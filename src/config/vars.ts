import type { Json } from '../contracts/json.ts';
import type { Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText } from '../util/mapping-key.ts';
import { parseYaml } from './yaml-file.ts';

/** Parses `--vars`, or an option like it: one YAML (or JSON) mapping. */
export function parseVars(
  text: string,
  option: '--vars' | '--args' | '--warn-error-options' = '--vars',
): Readonly<Record<string, Json>> {
  let value: unknown;
  try {
    value = parseYaml(text, option, { dbt: true, times: true }).value;
  } catch (error) {
    throw tsdbtError('vars-invalid', {
      option,
      problem: `is not YAML: ${(error as Error).message}`,
    });
  }
  if (value === null) return {};
  if (!isPlainObject(value))
    throw tsdbtError('vars-invalid', { option, problem: 'must be a mapping of names to values' });
  return value as Record<string, Json>;
}

/** Variables by their names, which are texts whatever YAML reads them as. */
export function namedVars(vars: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(vars).map(([key, value]) => [keyText(key), value]));
}

/**
 * Variables as a node of `packageName` sees them, later sources winning: the package's own global
 * vars, the package's vars for itself, the root's global vars, the root's vars for the package,
 * the command line (docs.getdbt.com/docs/build/project-variables).
 */
export function varsFor(
  packageName: string,
  projects: ReadonlyMap<string, Project>,
  root: Project,
  commandLine: Readonly<Record<string, Json>>,
): ReadonlyMap<string, Json> {
  const merged = new Map<string, Json>();
  const own = projects.get(packageName);
  const sources = [
    own?.vars ?? {},
    section(own, packageName),
    root.vars,
    section(root, packageName),
    commandLine,
  ];
  for (const source of sources)
    for (const [name, value] of namedVars(source)) merged.set(name, value);
  return merged;
}

function section(
  project: Project | undefined,
  packageName: string,
): Readonly<Record<string, Json>> {
  const vars = project?.vars ?? {};
  const value = Object.hasOwn(vars, packageName) ? vars[packageName] : undefined;
  return isPlainObject(value) ? (value as Record<string, Json>) : {};
}
