import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { varsFor } from '../config/vars.ts';
import type { Invocation } from '../context/invocation.ts';
import { MacroIndex } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Exposure, Macro, Node, SourceNode } from '../contracts/node.ts';
import type { Project, Target } from '../contracts/project.ts';
import { relationKey } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { suggest } from '../errors/suggest.ts';
import { type TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { buildDag } from '../graph/dag.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { builtinMacros } from './builtin-macros.ts';
import { describer } from './describe.ts';
import { Diagnostics } from './diagnostics.ts';
import { checkLandingNodes } from './landing-nodes.ts';
import type { ParseContext } from './parse-context.ts';
import { parseExposures } from './parse-exposures.ts';
import { parseGenericTests, type Tested } from './parse-generic-tests.ts';
import { parseDocs, parseMacros } from './parse-macros.ts';
import { parseSeeds, parseSqlNodes } from './parse-nodes.ts';
import { parseSources } from './parse-sources.ts';
import { type PropertySections, parsePropertyFiles } from './property-files.ts';
import { NameIndex, resolveDependencies } from './resolve.ts';
import { listFiles, readFiles } from './source-file.ts';

export interface ParseRequest {
  readonly project: Project;
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
  readonly warnings: readonly string[];
}

/**
 * Files → nodes → manifest. Reads every file of the project, renders every node once without a
 * database, and resolves every name. Errors are collected: the result holds all of them.
 */
export function parseProject(request: ParseRequest): ParseResult {
  const { project, target, dialect, invocation } = request;
  const diagnostics = new Diagnostics();
  const macroFiles = readFiles(project.root, project.paths.macros, ['.sql']);
  const testFiles = readFiles(project.root, project.paths.tests, ['.sql']);
  const isGeneric = (file: { subPath: string }) => file.subPath.startsWith('generic/');
  const macros: Macro<MacroBlock>[] = [
    ...builtinMacros(),
    ...parseMacros([...macroFiles, ...testFiles.filter(isGeneric)], project.name, diagnostics),
  ];
  const vars = varsFor(project.name, new Map([[project.name, project]]), project, request.vars);
  const host: TemplateHost = {
    invocation,
    target,
    dialect,
    macros: new MacroIndex(macros, project.name),
    dispatch: project.dispatch,
    projectName: project.name,
    varsFor: () => vars,
  };
  const { paths } = project;
  const resourceFolders = [
    ...new Set([
      ...paths.models,
      ...paths.seeds,
      ...paths.snapshots,
      ...paths.tests,
      ...paths.analyses,
      ...paths.macros,
    ]),
  ];
  const docs = parseDocs(
    readFiles(project.root, resourceFolders, ['.md']),
    project.name,
    diagnostics,
  );
  const properties = parsePropertyFiles(
    readFiles(project.root, resourceFolders, ['.yml', '.yaml']),
    yamlRenderer(invocation, { vars, target }),
    diagnostics,
  );
  const describe = describer(docs, project.name, project.name);
  const context: ParseContext = {
    project,
    root: project,
    target,
    dialect,
    host,
    diagnostics,
    properties,
    describe,
  };

  const parsed: Node[] = [
    ...parseSqlNodes(context, 'model', readFiles(project.root, paths.models, ['.sql'])),
    ...parseSqlNodes(context, 'analysis', readFiles(project.root, paths.analyses, ['.sql'])),
    ...parseSqlNodes(
      context,
      'test',
      testFiles.filter((file) => !isGeneric(file)),
    ),
    ...parseSeeds(context, listFiles(project.root, paths.seeds, ['.csv'])),
  ];
  const sources = parseSources(context);
  parsed.push(
    ...[...testedNodes(parsed, properties), ...sources.map((s) => s.tested)].flatMap((t) =>
      parseGenericTests(context, t),
    ),
  );
  reportDuplicates(parsed, diagnostics);
  reportLooseProperties(parsed, properties, project, diagnostics);

  const disabled = new Map<UniqueId, Node | SourceNode>();
  const enabledOnly = <T extends Node | SourceNode>(all: readonly T[]): T[] =>
    all.filter((node) => {
      if (node.config['enabled'] !== false) return true;
      disabled.set(node.uniqueId, node);
      return false;
    });
  const enabledSources = enabledOnly(sources.map((s) => s.source));
  const nodes = dropTestsOfDisabled(enabledOnly(parsed), disabled);
  const index = new NameIndex(nodes, enabledSources, disabled.values(), project.name);
  const resolved = new Map<UniqueId, Node>();
  for (const node of nodes) {
    const ids = diagnostics.collect(() => resolveDependencies(node, index));
    const attached =
      node.testMetadata !== null && node.attachedNode !== null ? [node.attachedNode] : [];
    const all = [...new Set([...attached, ...(ids ?? [])])];
    resolved.set(node.uniqueId, { ...node, dependsOn: { ...node.dependsOn, nodes: all } });
  }
  const exposures = new Map<UniqueId, Exposure>();
  for (const exposure of parseExposures(context)) {
    const ids = diagnostics.collect(() => resolveDependencies(exposure, index)) ?? [];
    exposures.set(exposure.uniqueId, { ...exposure, dependsOn: { nodes: ids, macros: [] } });
  }
  const manifest: Manifest<MacroBlock> = {
    project,
    target,
    nodes: resolved,
    sources: new Map(enabledSources.map((s) => [s.uniqueId, s])),
    exposures,
    macros: new Map(describeMacros(macros, properties, describe).map((m) => [m.uniqueId, m])),
    docs: new Map(docs.map((d) => [d.uniqueId, d])),
    disabled,
  };
  diagnostics.collect(() =>
    buildDag(new Map([...resolved.values()].map((n) => [n.uniqueId, n.dependsOn.nodes]))),
  );
  reportRelationClashes(resolved, diagnostics);
  checkLandingNodes(manifest, diagnostics);
  return {
    manifest,
    host,
    errors: withFrames(diagnostics.errors, project.root),
    warnings: diagnostics.warnings,
  };
}

function testedNodes(nodes: readonly Node[], properties: PropertySections): Tested[] {
  const tested: Tested[] = [];
  for (const [section, kind] of [
    ['models', 'model'],
    ['seeds', 'seed'],
    ['snapshots', 'snapshot'],
  ] as const) {
    for (const entry of properties[section]) {
      const on = nodes.find(
        (node) => node.resourceType === kind && node.name === entry.properties.name,
      );
      if (on === undefined) continue;
      tested.push({
        on,
        file: entry.file,
        yaml: entry.yaml,
        path: entry.path,
        tests: entry.properties.data_tests ?? entry.properties.tests,
        columns: entry.properties.columns ?? [],
      });
    }
  }
  return tested;
}

function reportDuplicates(nodes: readonly Node[], diagnostics: Diagnostics): void {
  const seen = new Map<string, Node>();
  for (const node of nodes) {
    const referable =
      node.resourceType === 'model' ||
      node.resourceType === 'seed' ||
      node.resourceType === 'snapshot';
    const key = referable ? `name ${node.packageName} ${node.name}` : node.uniqueId;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, node);
    else {
      diagnostics.add(
        tsdbtError(
          'duplicate-resource',
          {
            kind: node.resourceType,
            name: node.name,
            first: first.originalFilePath,
            second: node.originalFilePath,
          },
          { location: { file: node.originalFilePath } },
        ),
      );
    }
  }
}

/** Properties that describe nothing: almost always a slip in the name. */
function reportLooseProperties(
  nodes: readonly Node[],
  properties: PropertySections,
  project: Project,
  diagnostics: Diagnostics,
): void {
  for (const [section, kind] of [
    ['models', 'model'],
    ['seeds', 'seed'],
  ] as const) {
    const names = nodes.filter((node) => node.resourceType === kind).map((node) => node.name);
    for (const { properties: p, yaml, path } of properties[section]) {
      if (names.includes(p.name)) continue;
      const error = tsdbtError(
        'properties-without-node',
        { kind, name: p.name, near: suggest(p.name, names) },
        { location: yaml.locate([...path, 'name']) },
      );
      // dbt only warns; a project that is ours is held to more.
      if (project.file === 'project.yml') diagnostics.add(error);
      else diagnostics.warn(error.message);
    }
  }
}

function dropTestsOfDisabled(
  nodes: readonly Node[],
  disabled: Map<UniqueId, Node | SourceNode>,
): Node[] {
  return nodes.filter((node) => {
    if (node.attachedNode === null || !disabled.has(node.attachedNode)) return true;
    disabled.set(node.uniqueId, node);
    return false;
  });
}

function reportRelationClashes(nodes: ReadonlyMap<UniqueId, Node>, diagnostics: Diagnostics): void {
  const seen = new Map<string, Node>();
  for (const node of nodes.values()) {
    if (
      !['model', 'seed', 'snapshot'].includes(node.resourceType) ||
      node.config['materialized'] === 'ephemeral'
    )
      continue;
    const relation = { database: node.database, schema: node.schema, identifier: node.alias };
    const first = seen.get(relationKey(relation));
    if (first === undefined) seen.set(relationKey(relation), node);
    else {
      diagnostics.add(
        tsdbtError(
          'relation-name-clash',
          {
            relation: Object.values(relation).join('.'),
            first: first.uniqueId,
            second: node.uniqueId,
          },
          { location: { file: node.originalFilePath } },
        ),
      );
    }
  }
}

function describeMacros(
  macros: readonly Macro<MacroBlock>[],
  properties: PropertySections,
  describe: (text: unknown, file: string) => string,
): readonly Macro<MacroBlock>[] {
  const byName = new Map(properties.macros.map((entry) => [entry.properties.name, entry]));
  return macros.map((macro) => {
    const entry = byName.get(macro.name);
    if (entry === undefined || macro.packageName === 'dbt') return macro;
    return {
      ...macro,
      description: describe(entry.properties.description, entry.file.path),
      meta: (entry.properties.meta ?? {}) as Record<string, Json>,
      arguments: (entry.properties.arguments ?? []).map((a) => ({
        name: a.name,
        type: a.type === undefined ? null : String(a.type),
        description: describe(a.description, entry.file.path),
      })),
    };
  });
}

/** Gives errors the text of the file they point into, for the code frame. */
function withFrames(errors: readonly TsdbtError[], root: string): readonly TsdbtError[] {
  return errors.map((error) => {
    const file = error.location?.file;
    if (error.sourceText !== undefined || file === undefined || error.location?.line === undefined)
      return error;
    try {
      return error.with({ sourceText: readFileSync(join(root, file), 'utf8') });
    } catch {
      return error;
    }
  });
}
