import type { LockWait } from '../adapters/adapter-factory.ts';
import { adapterFactory } from '../adapters/registry.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { loadPackages } from '../config/load-packages.ts';
import { loadProject, readProjectHead } from '../config/load-project.ts';
import { loadTarget, type ReadOutput } from '../config/profile.ts';
import { readWrittenSelectors } from '../config/read-selectors.ts';
import { validate } from '../config/validate.ts';
import { namedVars } from '../config/vars.ts';
import { readVarsFile } from '../config/vars-file.ts';
import type { Invocation } from '../context/invocation.ts';
import { profileRenderer, yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Project, Target } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import { ProjectErrors } from '../errors/project-errors.ts';
import { type TsdbtError, toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { manifestSelectors } from '../graph/manifest-selectors.ts';
import { readSelectorDefinition } from '../graph/yaml-selectors.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { type ParseResult, parseProject } from '../parse/parse-project.ts';
import type { ParseRequest } from '../parse/parse-setup.ts';
import { withoutTimes } from '../util/yaml-time.ts';
import type { NodeIndex } from './node-index.ts';
import { requireVersion } from './require-version.ts';
import type { StoredNodes } from './stored-nodes.ts';

/** Where the project is and how it is looked at; everything from outside is in here. */
export interface ProjectRequest {
  readonly projectDir: string;
  /** The folder the command was called in; profiles.yml is looked for here too. */
  readonly cwd: string;
  readonly profilesDir?: string | undefined;
  readonly profile?: string | undefined;
  readonly target?: string | undefined;
  readonly targetPath?: string | undefined;
  readonly threads?: number | undefined;
  readonly vars: Readonly<Record<string, Json>>;
  /** False leaves `require-dbt-version` unread. */
  readonly versionCheck?: boolean | undefined;
  /** Flags that stand in profiles.yml, as they once did. */
  readonly profileFlags?: Readonly<Record<string, Json>> | undefined;
  /** How long to wait for a database that another process has; undefined: not at all. */
  readonly wait?: LockWait | undefined;
  readonly invocation: Invocation;
}

/** A project with its target chosen; nothing but the project file and the profile was read. */
export interface OpenedProject {
  readonly project: Project;
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly request: ProjectRequest;
}

/** A project whose every file was read and every name resolved. */
export interface ParsedProject extends OpenedProject {
  readonly manifest: Manifest<MacroBlock>;
  readonly host: ParseResult['host'];
  readonly warnings: readonly Warning[];
  /** The index of its nodes, where there is one already. */
  readonly index?: () => NodeIndex;
  /** Its nodes in the manifest that was kept of it, where they were read from there. */
  readonly storedNodes?: StoredNodes;
  /** The text of its `semantic_manifest.json`, where there is one already. */
  readonly semantics?: () => string;
}

/**
 * Reads the project file and the profile. Throws the first thing that is wrong with them. The target
 * is chosen before the project file is rendered, since its templates may ask for it.
 */
export function openProject(asked: ProjectRequest): OpenedProject {
  const { invocation } = asked;
  const given = namedVars(asked.vars);
  const found = readProjectHead(asked.projectDir, yamlRenderer(invocation, { vars: given }));
  // In a project of ours dates are texts, wherever they stand.
  const varsOf = (values: ProjectRequest['vars']) =>
    found.file === 'project.yml' ? (withoutTimes(values) as ProjectRequest['vars']) : values;
  const request = { ...asked, vars: varsOf(asked.vars) };
  const vars = namedVars(request.vars);
  const head = { ...found, targetPath: request.targetPath ?? found.targetPath };
  const ofProfile: Warning[] = [];
  const target = loadTarget(
    head,
    {
      cwd: request.cwd,
      profilesDir: request.profilesDir,
      profile: request.profile,
      target: request.target,
      threads: request.threads,
    },
    profileRenderer(invocation, vars),
    outputReader(found.file === 'dbt_project.yml', ofProfile),
  );
  const fileVars = varsOf(readVarsFile(head.root));
  const allVars = new Map([...namedVars(fileVars), ...vars]);
  const render = yamlRenderer(invocation, { vars: allVars, target });
  const loaded = withFlags(loadProject(head, render, fileVars), request.profileFlags);
  if (request.versionCheck !== false) requireVersion(loaded);
  const { targetPath = loaded.targetPath } = request;
  const written = readWrittenSelectors(loaded.root, render);
  // What is wrong with one is told at once, not when it is asked for.
  for (const selector of written) checkSelector(selector);
  const selectors = manifestSelectors(written.map(({ location: _, ...selector }) => selector));
  const warnings = [...ofProfile, ...(loaded.warnings ?? [])];
  const told = warnings.length === 0 ? {} : { warnings };
  const project = { ...loaded, ...told, targetPath, selectors };
  return { project, target, dialect: adapterFactory(target.type).dialect, request };
}

function checkSelector({
  name,
  definition,
  location,
}: ReturnType<typeof readWrittenSelectors>[number]): void {
  try {
    readSelectorDefinition(name, definition, 'eager');
  } catch (error) {
    throw toTsdbtError(error, { location });
  }
}

/** A project that states no flags has those of the profile. */
function withFlags(project: Project, flags: ProjectRequest['profileFlags']): Project {
  return flags === undefined ? project : { ...project, flags };
}

/** Opens and parses the project; throws {@link ProjectErrors} with all that is wrong. */
export function parseOpened(opened: OpenedProject): ParsedProject {
  const parsed = parseProject(parseRequest(opened, packagesOf(opened)));
  if (parsed.errors.length > 0) throw new ProjectErrors(parsed.errors, parsed.warnings);
  return { ...opened, manifest: parsed.manifest, host: parsed.host, warnings: parsed.warnings };
}

/** The packages of an opened project, each checked to be made for this version. */
export function packagesOf({ project, target, request }: OpenedProject): readonly Project[] {
  const vars = namedVars(request.vars);
  const packages = loadPackages(
    project,
    yamlRenderer(request.invocation, { vars, target }),
    yamlRenderer(request.invocation, { vars, allowSecrets: true }),
  );
  if (request.versionCheck !== false) for (const one of packages) requireVersion(one);
  return packages;
}

/** What parsing a project needs. */
export function parseRequest(
  { project, target, dialect, request }: OpenedProject,
  packages: readonly Project[],
): ParseRequest {
  const { invocation, vars } = request;
  return { project, packages, target, dialect, invocation, vars };
}

/**
 * Reads an output of a profile. Keys that the adapter does not know are an error in a project of ours; in
 * a dbt project, where dbt passes over them, a warning.
 */
const outputReader =
  (isDbt: boolean, warnings: Warning[]): ReadOutput =>
  (output, { file, path, where }) => {
    const type = output['type'];
    if (typeof type !== 'string') {
      throw tsdbtError('missing-key', { key: 'type', where }, { location: file.locate(path) });
    }
    const factory = adapterFactory(type);
    const onUnknownKey = (error: TsdbtError) => {
      const { file: name, line } = error.location ?? { file: file.file };
      const hint = error.hint?.startsWith('Did you mean') ? ` ${error.hint}` : '';
      const text = `${name}${line === undefined ? '' : `:${line}`}: ${error.message} It has no effect.${hint}`;
      warnings.push({ name: 'UnusedProfileKey', text });
    };
    const options = isDbt ? { onUnknownKey } : {};
    const result = validate(factory.credentials, output, file, path, where, options);
    if (result.value === undefined) throw result.errors[0]!;
    const credentials = result.value;
    return { type, credentials, ...factory.facts(credentials) };
  };
