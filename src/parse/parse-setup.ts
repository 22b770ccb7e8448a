import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { varsFor } from '../config/vars.ts';
import type { Invocation } from '../context/invocation.ts';
import { MacroIndex } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import type { DocBlock, Macro } from '../contracts/node.ts';
import type { Project, Target } from '../contracts/project.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { builtinDocs } from './builtin-docs.ts';
import { builtinMacros } from './builtin-macros.ts';
import { describer } from './describe.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { ParseContext } from './parse-context.ts';
import { parseDocs } from './parse-docs.ts';
import { parseMacros } from './parse-macros.ts';
import { parsePropertyFiles } from './property-files.ts';
import { readFiles, type SourceFile } from './source-file.ts';
import { templateEndings } from './template-endings.ts';

export interface ParseRequest {
  readonly project: Project;
  /** The packages the project uses, without the project itself. */
  readonly packages: readonly Project[];
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly invocation: Invocation;
  /** `--vars`. */
  readonly vars: Readonly<Record<string, Json>>;
}

/** What every node of a parse needs: the macros, and what templates are given. */
export interface ParseSetup {
  /** The project and its packages. */
  readonly projects: readonly Project[];
  readonly macros: readonly Macro<MacroBlock>[];
  readonly host: TemplateHost;
}

/** Reads the macros of a project and its packages. */
export function parseSetup(request: ParseRequest, diagnostics: Diagnostics): ParseSetup {
  const projects = [request.project, ...request.packages];
  const macros = [
    ...builtinMacros(),
    ...projects.flatMap((p) => macrosOf(p, request.project, diagnostics)),
  ];
  return { projects, macros, host: templateHost(request, projects, macros) };
}

/** The same macros for templates of another invocation. */
export function setupFor(request: ParseRequest, { projects, macros }: ParseSetup): ParseSetup {
  return { projects, macros, host: templateHost(request, projects, macros) };
}

/** Reads the docs blocks of a project and its packages; behind them stands what any project has. */
export function docsOf(projects: readonly Project[], diagnostics: Diagnostics): DocBlock[] {
  const endings = templateEndings(projects[0]!, '.md');
  const own = projects.flatMap((p) =>
    parseDocs(readFiles(p, p.paths.docs, endings), p.name, diagnostics),
  );
  return [...own, ...builtinDocs];
}

/** Macros of the macros folders, and the generic tests of `tests/generic`. */
function macrosOf(project: Project, main: Project, diagnostics: Diagnostics): Macro<MacroBlock>[] {
  const { paths } = project;
  const endings = templateEndings(main, '.sql');
  const generic = readFiles(project, paths.tests, endings).filter((file) =>
    file.subPath.startsWith('generic/'),
  );
  const options = { warnsOfStray: project.file === 'dbt_project.yml' };
  return [
    ...parseMacros(readFiles(project, paths.macros, endings), project.name, diagnostics, options),
    ...parseMacros(generic, project.name, diagnostics, { ...options, isGenericTests: true }),
  ];
}

function templateHost(
  request: ParseRequest,
  projects: readonly Project[],
  macros: readonly Macro<MacroBlock>[],
): TemplateHost {
  const { project: root, target, dialect, invocation } = request;
  const byName = new Map(projects.map((p) => [p.name, p]));
  const vars = new Map<string, ReadonlyMap<string, Json>>();
  return {
    invocation,
    target,
    dialect,
    macros: new MacroIndex(macros, root.name),
    dispatch: root.dispatch,
    projectName: root.name,
    projects,
    dependencies: new Set(request.packages.map((p) => p.name)),
    lenientVars: root.file === 'dbt_project.yml',
    varsFor: (packageName) => {
      let found = vars.get(packageName);
      if (found === undefined) {
        found = varsFor(packageName, byName, root, request.vars);
        vars.set(packageName, found);
      }
      return found;
    },
  };
}

/** The folders in which a package may have property files. */
export function propertyFolders({ paths }: Project): readonly string[] {
  return [
    ...new Set([
      ...paths.models,
      ...paths.seeds,
      ...paths.snapshots,
      ...paths.tests,
      ...paths.analyses,
      ...paths.macros,
      ...paths.functions,
    ]),
  ];
}

/** The property files of a package. */
export function propertyFilesOf(project: Project): SourceFile[] {
  return readFiles(project, propertyFolders(project), ['.yml', '.yaml']);
}

/** What the parsers of a package share; `propertyFiles` are those that describe what is parsed. */
export function parseContext(
  request: ParseRequest,
  project: Project,
  { host, docs }: { readonly host: TemplateHost; readonly docs: readonly DocBlock[] },
  propertyFiles: readonly SourceFile[],
  diagnostics: Diagnostics,
): ParseContext {
  const { project: root, target, dialect, invocation } = request;
  const renderYaml = yamlRenderer(invocation, {
    vars: host.varsFor(project.name),
    target,
    missingVarIsNone: host.lenientVars,
  });
  const properties = parsePropertyFiles(propertyFiles, renderYaml, diagnostics, {
    dbt: project.file === 'dbt_project.yml',
    packageName: project.name,
  });
  return {
    project,
    root,
    target,
    dialect,
    host,
    diagnostics,
    properties,
    describe: describer(docs, project.name, root.name, renderYaml.lookup),
    renderYaml,
  };
}
