import type { TemplateHost } from '../context/node-scope.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node } from '../contracts/node.ts';
import type { Warning } from '../contracts/warning.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { reportNamesWithSpaces, reportOtherNamesWithSpaces } from './checks/names-with-spaces.ts';
import { warnOfPackageMaterializations } from './checks/package-materializations.ts';
import { reportLooseProperties, reportRelationClashes, withFrames } from './checks/report.ts';
import { reportUnusedConfig } from './checks/unused-config.ts';
import { reportUnusedOverrides } from './checks/unused-overrides.ts';
import { describeMacros, linkMacros } from './describe-macros.ts';
import { Diagnostics } from './diagnostics.ts';
import { withForeignFunctions } from './foreign-functions.ts';
import { foreignKey, withForeignProperties } from './foreign-properties.ts';
import { checkLandingNodes } from './landing-nodes.ts';
import { linkManifest } from './link-manifest.ts';
import { type ParsedPackage, parsePackage } from './parse-package.ts';
import {
  docsOf,
  type ParseRequest,
  parseContext,
  parseSetup,
  propertyFilesOf,
} from './parse-setup.ts';
import { sourceOverrides } from './parse-sources.ts';

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
  const { projects, macros, host } = parseSetup(request, diagnostics);
  const docs = docsOf(projects, diagnostics);
  const contexts = projects.map((p) =>
    parseContext(request, p, { host, docs }, propertyFilesOf(p), diagnostics),
  );
  const overrides = sourceOverrides(
    contexts.flatMap((c) => c.properties.sources),
    diagnostics,
  );
  const own: ParsedPackage[] = withForeignFunctions(contexts).map((context) =>
    parsePackage(context, overrides),
  );
  reportUnusedOverrides(overrides, own, diagnostics);
  // What is wrong with a node is told once.
  const parsed = diagnostics.errors.length > 0 ? own : withForeignProperties(contexts, own);
  const foreign = new Set(
    parsed.flatMap(({ nodes, functions }) =>
      [...nodes, ...functions].flatMap((node) => foreignKey(node) ?? []),
    ),
  );
  const referable = new Set(
    parsed.flatMap(({ nodes }) => nodes.flatMap((node) => (isOn(node) ? node.name : []))),
  );
  for (const [i, context] of contexts.entries()) {
    const { properties, project } = context;
    reportLooseProperties(parsed[i]!, properties, project, diagnostics, foreign, (name) =>
      referable.has(name),
    );
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
  for (const { warnings = [] } of [root, ...request.packages])
    for (const { name, text } of warnings) diagnostics.warn(name, text);
  reportUnusedConfig(root, manifest, diagnostics);
  const { name: adapter } = request.dialect;
  warnOfPackageMaterializations(manifest.nodes.values(), host.macros, adapter, root, diagnostics);
  reportNamesWithSpaces(manifest.nodes.values(), root, diagnostics);
  reportOtherNamesWithSpaces(manifest, root, diagnostics);
  reportRelationClashes(manifest.nodes, diagnostics);
  checkLandingNodes(manifest, diagnostics);
  return {
    manifest,
    host,
    errors: withFrames(diagnostics.errors, root.root),
    warnings: diagnostics.warnings,
  };
}

/** Whether `ref` finds a node by its name. */
function isOn({ resourceType, config }: Node): boolean {
  return ['model', 'seed', 'snapshot'].includes(resourceType) && config['enabled'] !== false;
}
