import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { varsFor } from '../config/vars.ts';
import type { Invocation } from '../context/invocation.ts';
import { MacroIndex } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { DocBlock, Macro } from '../contracts/node.ts';
import type { Project, Target } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { builtinMacros } from './builtin-macros.ts';
import { describer } from './describe.ts';
import { describeMacros, linkMacros } from './describe-macros.ts';
import { Diagnostics } from './diagnostics.ts';
import { checkLandingNodes } from './landing-nodes.ts';
import { linkManifest } from './link-manifest.ts';
import type { ParseContext } from './parse-context.ts';
import { parseDocs, parseMacros } from './parse-macros.ts';
import { type ParsedPackage, parsePackage } from './parse-package.ts';
import { sourceOverrides } from './parse-sources.ts';
import { parsePropertyFiles } from './property-files.ts';
import { reportLooseProperties, reportRelationClashes, withFrames } from './report.ts';
import { readFiles } from './source-file.ts';

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

export interface ParseResult {
  readonly manifest: Manifest<MacroBlock>;
  readonly host: TemplateHost;
  /** Everything wrong with the project, sorted by file and line; empty when it can be run. */
  readonly errors: readonly TsdbtError[];
  readonly warnings: readonly Warning[];
}

/**
 * Files → nodes → manifest. Reads every file of the project and its packages, renders every node
 * once without a database, and resolves every name. Errors are collected: the result holds all.
 */
export function parseProject(request: ParseRequest): ParseResult {
  const { project: root, target } = request;
  const diagnostics = new Diagnostics();
  const projects = [root, ...request.packages];
  const macros = [...builtinMacros(), ...projects.flatMap((p) => macrosOf(p, diagnostics))];
  const host = templateHost(request, projects, macros);
  const docs = projects.flatMap((p) =>
    parseDocs(readFiles(p.root, p.paths.docs, ['.md']), p.name, diagnostics),
  );
  const contexts = projects.map((p) => parseContext(request, p, host, docs, diagnostics));
  const overrides = sourceOverrides(contexts.flatMap((c) => c.properties.sources));
  const parsed: ParsedPackage[] = contexts.map((context) => parsePackage(context, overrides));
  for (const [i, context] of contexts.entries()) {
    reportLooseProperties(parsed[i]!.nodes, context.properties, context.project, diagnostics);
  }
  const linked = linkManifest(parsed, root, request.packages, diagnostics);
  const manifest: Manifest<MacroBlock> = {
    ...linked,
    project: root,
    packages: request.packages,
    target,
    macros: new Map(linkMacros(describeMacros(macros, contexts), host).map((m) => [m.uniqueId, m])),
    docs: new Map(docs.map((d) => [d.uniqueId, d])),
  };
  reportRelationClashes(manifest.nodes, diagnostics);
  checkLandingNodes(manifest, diagnostics);
  return {
    manifest,
    host,
    errors: withFrames(diagnostics.errors, root.root),
    warnings: diagnostics.warnings,
  };
}

/** Macros of the macros folders, and the generic tests of `tests/generic`. */
function macrosOf(project: Project, diagnostics: Diagnostics): Macro<MacroBlock>[] {
  const { root, paths } = project;
  const generic = readFiles(root, paths.tests, ['.sql']).filter((file) =>
    file.subPath.startsWith('generic/'),
  );
  const files = [...readFiles(root, paths.macros, ['.sql']), ...generic];
  return parseMacros(files, project.name, diagnostics);
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

function parseContext(
  request: ParseRequest,
  project: Project,
  host: TemplateHost,
  docs: readonly DocBlock[],
  diagnostics: Diagnostics,
): ParseContext {
  const { project: root, target, dialect, invocation } = request;
  const renderYaml = yamlRenderer(invocation, {
    vars: host.varsFor(project.name),
    target,
    missingVarIsNone: host.lenientVars,
  });
  const { paths } = project;
  const folders = [
    ...new Set([
      ...paths.models,
      ...paths.seeds,
      ...paths.snapshots,
      ...paths.tests,
      ...paths.analyses,
      ...paths.macros,
    ]),
  ];
  const properties = parsePropertyFiles(
    readFiles(project.root, folders, ['.yml', '.yaml']),
    renderYaml,
    diagnostics,
    { dbt: project.file === 'dbt_project.yml' },
  );
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
