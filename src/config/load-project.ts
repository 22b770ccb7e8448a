import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../contracts/json.ts';
import type { ConfigKind, ConfigTree, Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { mapStrings } from '../util/map-strings.ts';
import { findProject } from './find-project.ts';
import { type ProjectFile, projectSchema } from './project-schema.ts';
import { validate } from './validate.ts';
import { parseYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** Renders one text of a YAML file natively: `"{{ 1 + 1 }}"` is the number 2. */
export type RenderText = (text: string, place: { file: YamlFile; path: YamlPath }) => unknown;

export interface LoadedProject {
  readonly project: Project;
  /** `profiles:` of the project file, not rendered; undefined when it has none. */
  readonly inlineProfiles: Readonly<Record<string, unknown>> | undefined;
  readonly yaml: YamlFile;
}

/** Names that a project can't have: templates already mean something by them. */
const reservedNames = new Set(
  'adapter api column config context dbt env exceptions execute flags fromjson graph invocation_id load_result log model modules node post_hooks pre_hooks project ref render return run_started_at schema source sql target this tojson var write'.split(
    ' ',
  ),
);

/**
 * Reads, renders and validates the project file of `start` or the nearest folder above it.
 * Hooks, vars and the query comment are not rendered: they are templates of their own.
 */
export function loadProject(start: string, render: RenderText): LoadedProject {
  const { root, file } = findProject(start);
  const yaml = parseYaml(readFileSync(join(root, file), 'utf8'), file);
  const rendered = mapStrings(yaml.value ?? {}, (text, path) =>
    isLateTemplate(path) ? text : render(text, { file: yaml, path }),
  );
  const result = validate(projectSchema, rendered, yaml, [], file);
  if (result.value === undefined) throw result.errors[0]!;
  const raw = result.value;
  if (!/^[^\d\W]\w*$/.test(raw.name) || reservedNames.has(raw.name)) {
    const problem = reservedNames.has(raw.name)
      ? 'is a word that templates already use'
      : 'must be letters, digits and underscores, and not start with a digit';
    throw tsdbtError(
      'invalid-value',
      { key: 'name', where: file, problem },
      { location: yaml.locate(['name']) },
    );
  }
  return { project: toProject(raw, root, file), inlineProfiles: raw.profiles, yaml };
}

function isLateTemplate(path: YamlPath): boolean {
  const [first] = path;
  return (
    first === 'on-run-start' ||
    first === 'on-run-end' ||
    first === 'query-comment' ||
    first === 'vars' ||
    first === 'profiles' ||
    path.some((step) => /^\+?(pre|post)[-_]hook$/.test(String(step)))
  );
}

function toProject(raw: ProjectFile, root: string, file: Project['file']): Project {
  const kinds: Record<ConfigKind, unknown> = {
    models: raw.models,
    seeds: raw.seeds,
    snapshots: raw.snapshots,
    data_tests: raw.data_tests ?? raw.tests,
    sources: raw.sources,
    exposures: raw.exposures,
    analyses: raw.analyses,
  };
  const configs = Object.fromEntries(
    Object.entries(kinds).map(([kind, tree]) => [kind, (tree ?? {}) as ConfigTree]),
  ) as Record<ConfigKind, ConfigTree>;
  const targetPath = raw['target-path'] ?? 'target';
  return {
    name: raw.name,
    version: raw.version === undefined || raw.version === null ? null : String(raw.version),
    root,
    file,
    profileName: raw.profile ?? null,
    paths: {
      models: raw['model-paths'] ?? ['models'],
      seeds: raw['seed-paths'] ?? ['seeds'],
      tests: raw['test-paths'] ?? ['tests'],
      analyses: raw['analysis-paths'] ?? ['analyses'],
      macros: raw['macro-paths'] ?? ['macros'],
      snapshots: raw['snapshot-paths'] ?? ['snapshots'],
    },
    targetPath,
    cleanTargets: raw['clean-targets'] ?? [targetPath],
    vars: (raw.vars ?? {}) as Record<string, Json>,
    configs,
    onRunStart: asList(raw['on-run-start']),
    onRunEnd: asList(raw['on-run-end']),
    dispatch: (raw.dispatch ?? []).map((rule) => ({
      macroNamespace: rule.macro_namespace,
      searchOrder: rule.search_order,
    })),
  };
}

function asList(value: string | readonly string[] | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
