import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Json } from '../contracts/json.ts';
import type { ConfigKind, ConfigTree, Project } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject, mapStrings } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import { timesIn, withoutTimes } from '../util/yaml-time.ts';
import { findProject, projectFileIn } from './find-project.ts';
import { type ProjectFile, projectSchema } from './project-schema.ts';
import { withRenamedKeys } from './renamed-keys.ts';
import { repeatedKey } from './repeated-key.ts';
import { validate } from './validate.ts';
import { parseYaml, type YamlFile, type YamlPath } from './yaml-file.ts';

/** Renders one text of a YAML file natively: `"{{ 1 + 1 }}"` is the number 2. */
export type RenderText = (text: string, place: { file: YamlFile; path: YamlPath }) => unknown;

/** The project file, read but not rendered: what is needed to choose the target. */
export interface ProjectHead {
  readonly root: string;
  readonly file: Project['file'];
  readonly name: string;
  readonly profileName: string | null;
  readonly targetPath: string;
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

/** Reads the project file of `start` or the nearest folder above it. */
export function readProjectHead(start: string, render: RenderText): ProjectHead {
  const { root, file } = findProject(start);
  return head(root, file, render);
}

/** Reads the project file of a package, which must be in the very folder. */
export function readPackageHead(directory: string, render: RenderText): ProjectHead {
  const file = projectFileIn(directory);
  if (file === undefined) throw tsdbtError('package-without-project', { directory });
  return head(directory, file, render);
}

function head(root: string, file: Project['file'], render: RenderText): ProjectHead {
  const dbt = file === 'dbt_project.yml';
  const yaml = timesInVars(parseYaml(readText(join(root, file)), file, { dbt, times: dbt }));
  const value = isPlainObject(yaml.value) ? yaml.value : {};
  const text = (key: string): string | null => {
    const written = value[key];
    if (typeof written !== 'string') return null;
    return String(render(written, { file: yaml, path: [key] }));
  };
  const profiles = value['profiles'];
  return {
    root,
    file,
    name: text('name') ?? '',
    profileName: text('profile'),
    targetPath: text('target-path') ?? 'target',
    inlineProfiles: isPlainObject(profiles) ? profiles : undefined,
    yaml,
  };
}

/** Only of variables it matters that dates and times are no texts. */
function timesInVars(yaml: YamlFile): YamlFile {
  if (!isPlainObject(yaml.value) || timesIn(yaml.value).length === 0) return yaml;
  const { vars } = yaml.value;
  const others = withoutTimes(yaml.value) as Record<string, unknown>;
  return { ...yaml, value: vars === undefined ? others : { ...others, vars } };
}

/**
 * Renders and validates a project file. Hooks, vars and the query comment are not rendered: they
 * are templates of their own (core `config/renderer.py`). `fileVars` are those of vars.yml.
 */
export function loadProject(
  { root, file, yaml }: ProjectHead,
  render: RenderText,
  fileVars: Readonly<Record<string, Json>> = {},
): Project {
  const rendered = mapStrings(yaml.value ?? {}, (text, path) =>
    isLateTemplate(path) ? text : render(text, { file: yaml, path }),
  );
  const { value: renamed, warnings } = isPlainObject(rendered)
    ? withRenamedKeys(rendered, yaml, file)
    : { value: rendered, warnings: [] };
  const result = validate(projectSchema, renamed, yaml, [], file);
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
  if (
    file === 'dbt_project.yml' &&
    typeof raw.version === 'string' &&
    !isVersion.test(raw.version)
  ) {
    const problem = 'must be a version such as 1.0 or 1.2.3';
    throw tsdbtError(
      'invalid-value',
      { key: 'version', where: file, problem },
      { location: yaml.locate(['version']) },
    );
  }
  const made = toProject(raw, yaml.value as ProjectFile, root, file);
  const told = [...(yaml.repeated ?? []).map(repeatedKey), ...warnings];
  const ignoreFile = join(root, '.dbtignore');
  const project = {
    ...made,
    ...(told.length === 0 ? {} : { warnings: told }),
    ...(existsSync(ignoreFile) ? { ignored: readText(ignoreFile) } : {}),
  };
  if (Object.keys(fileVars).length === 0) return project;
  if (Object.keys(project.vars).length > 0)
    throw tsdbtError('vars-in-both', { file }, { location: yaml.locate(['vars']) });
  return { ...project, vars: fileVars };
}

/** The versions that dbt takes, of two numbers or by semver (core `contracts/project.py`). */
const isVersion =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)(\.(0|[1-9]\d*)(-[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?(\+[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?)?$/;

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

function toProject(
  raw: ProjectFile,
  written: ProjectFile,
  root: string,
  file: Project['file'],
): Project {
  const targetPath = raw['target-path'] ?? 'target';
  const paths = {
    models: folders(raw['model-paths'] ?? ['models'], root),
    seeds: folders(raw['seed-paths'] ?? ['seeds'], root),
    tests: folders(raw['test-paths'] ?? ['tests'], root),
    analyses: folders(raw['analysis-paths'] ?? ['analyses'], root),
    macros: folders(raw['macro-paths'] ?? ['macros'], root),
    snapshots: folders(raw['snapshot-paths'] ?? ['snapshots'], root),
    functions: folders(raw['function-paths'] ?? ['functions'], root),
  };
  return {
    name: raw.name,
    version: raw.version === undefined || raw.version === null ? null : String(raw.version),
    root,
    file,
    profileName: raw.profile ?? null,
    ...queryComment(raw['query-comment'], file),
    requireDbtVersion: asList(raw['require-dbt-version']).flatMap((text) =>
      text.split(',').map((rule) => rule.trim()),
    ),
    paths: {
      ...paths,
      docs:
        raw['docs-paths'] === undefined
          ? [...new Set(Object.values(paths).flat())]
          : folders(raw['docs-paths'], root),
    },
    targetPath,
    cleanTargets: raw['clean-targets'] ?? [targetPath],
    assetPaths: raw['asset-paths'] ?? [],
    packagesInstallPath: raw['packages-install-path'] ?? 'dbt_packages',
    restrictAccess: raw['restrict-access'] ?? false,
    quoting: booleans(raw.quoting),
    flags: (raw.flags ?? {}) as Record<string, Json>,
    vars: (raw.vars ?? {}) as Record<string, Json>,
    configs: configTrees(raw),
    // Of functions dbt keeps no tree that is not rendered (core `context/context_config.py`).
    unrenderedConfigs: { ...configTrees(written), functions: {} },
    onRunStart: asList(raw['on-run-start']),
    onRunEnd: asList(raw['on-run-end']),
    dispatch: (raw.dispatch ?? []).map((rule) => ({
      macroNamespace: rule.macro_namespace,
      searchOrder: rule.search_order,
    })),
  };
}

/** A dbt_project.yml has dbt's comment unless it says otherwise, a project.yml only what it states. */
function queryComment(
  written: ProjectFile['query-comment'],
  file: Project['file'],
): Pick<Project, 'queryComment'> {
  if (written === undefined && file === 'project.yml') return {};
  if (written === null || written === '') return {};
  if (typeof written === 'string') return { queryComment: { template: written, append: false } };
  const { comment = null, append } = written ?? {};
  if (comment === '') return {};
  return { queryComment: { template: comment, append: append === true } };
}

function configTrees(raw: ProjectFile): Readonly<Record<ConfigKind, ConfigTree>> {
  const kinds: Record<ConfigKind, unknown> = {
    models: raw.models,
    seeds: raw.seeds,
    snapshots: raw.snapshots,
    data_tests: raw.data_tests ?? raw.tests,
    sources: raw.sources,
    exposures: raw.exposures,
    analyses: raw.analyses,
    unit_tests: raw.unit_tests,
    metrics: raw.metrics,
    semantic_models: raw['semantic-models'],
    saved_queries: raw['saved-queries'],
    functions: raw.functions,
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, tree]) => [kind, (tree ?? {}) as ConfigTree]),
  ) as Record<ConfigKind, ConfigTree>;
}

/** `models/` and `./models` are `models`. */
/** Folders as paths from the project, whatever way they are written. */
function folders(paths: readonly string[], root: string): readonly string[] {
  return paths.map((path) =>
    (isAbsolute(path) ? relative(root, path) : path).replace(/^\.\//, '').replace(/\/+$/, ''),
  );
}

function booleans(quoting: Record<string, unknown> | undefined): Record<string, boolean> {
  const entries = Object.entries(quoting ?? {}).filter(([, value]) => typeof value === 'boolean');
  return Object.fromEntries(entries) as Record<string, boolean>;
}

function asList(value: string | readonly string[] | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
