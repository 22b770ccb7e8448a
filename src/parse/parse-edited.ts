import type { Node, UnitTest } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';
import { Diagnostics } from './diagnostics.ts';
import type { ParseContext } from './parse-context.ts';
import { parseGenericTests } from './parse-generic-tests.ts';
import { parseSqlNodes } from './parse-nodes.ts';
import { testedNodes } from './parse-package.ts';
import {
  docsOf,
  type ParseRequest,
  type ParseSetup,
  parseContext,
  propertyFolders,
} from './parse-setup.ts';
import { parseUnitTests } from './parse-unit-tests.ts';
import { readFile, type SourceFile } from './source-file.ts';

/** A node whose text was edited; what describes it was not. */
export interface EditedNode {
  readonly project: Project;
  readonly resourceType: 'model' | 'analysis' | 'test';
  /** Relative to the root of the package. */
  readonly path: string;
  readonly propertyFile: string | null;
}

/** What was edited in a project. */
export interface Edits {
  /** Edited nodes, and those that edited property files described before. */
  readonly nodes: readonly EditedNode[];
  readonly propertyFiles: readonly { readonly project: Project; readonly path: string }[];
  /** A model by its name, when it has just one version. */
  readonly model: (project: Project, name: string) => EditedNode | undefined;
}

export interface ParsedEdited {
  readonly nodes: readonly Node[];
  /** Generic tests of the edited property files. */
  readonly tests: readonly Node[];
  /** Unit tests of the edited property files. */
  readonly unitTests: readonly UnitTest[];
}

export interface AllParsedEdited extends ParsedEdited {
  /** What is to be said of the edited property files. */
  readonly warnings: readonly Warning[];
}

/**
 * Parses single `.sql` files, and property files that describe models, again as `parseProject` would, as
 * far as that depends on no other node: `dependsOn` is not resolved. Undefined when something is not as
 * it should be; a parse of the whole project will say what.
 */
export function parseEdited(
  request: ParseRequest,
  setup: ParseSetup,
  edits: Edits,
): AllParsedEdited | undefined {
  const diagnostics = new Diagnostics();
  const found = diagnostics.collect(() => setup.projects.map((project) => parseIn(project)));
  if (found === undefined || diagnostics.errors.length > 0 || saysMore(diagnostics))
    return undefined;
  const all = found.filter((one) => one !== undefined);
  if (all.length < found.length) return undefined;
  // What refers to such a model is not known here.
  if (all.some(({ nodes }) => nodes.some((node) => (node.deprecationDate ?? null) !== null)))
    return undefined;
  return {
    nodes: all.flatMap(({ nodes }) => nodes),
    tests: all.flatMap(({ tests }) => tests),
    unitTests: all.flatMap(({ unitTests }) => unitTests),
    warnings: diagnostics.warnings.filter(({ file }) =>
      edits.propertyFiles.some(({ project, path }) => file === `${project.name}\t${path}`),
    ),
  };

  function parseIn(project: Project): ParsedEdited | undefined {
    const files = new Set(
      edits.propertyFiles.filter((file) => file.project === project).map(({ path }) => path),
    );
    const own = new Map(
      edits.nodes.filter((node) => node.project === project).map((node) => [node.path, node]),
    );
    if (own.size + files.size === 0) return { nodes: [], tests: [], unitTests: [] };
    const properties = propertyFilesFor(project, [...own.values()], files);
    if (properties.filter(({ path }) => files.has(path)).length < files.size) return undefined;
    const usesDocs = properties.some(({ contents }) => /\bdoc\b/.test(contents));
    const docs = usesDocs ? docsOf(setup.projects, diagnostics) : [];
    const { host } = setup;
    const context = parseContext(request, project, { host, docs }, properties, diagnostics);
    if (files.size > 0) {
      const described = describedModels(context, files, edits.model);
      if (described === undefined || saysMore(diagnostics)) return undefined;
      for (const node of described) if (!own.has(node.path)) own.set(node.path, node);
    }
    const nodes: Node[] = [];
    for (const { resourceType, path } of own.values()) {
      const file = readFile(project, foldersOf(project, resourceType), path);
      if (file !== undefined) nodes.push(...parseSqlNodes(context, resourceType, [file]));
    }
    if (nodes.length < own.size) return undefined;
    const isEdited = (entry: { readonly file: SourceFile }) => files.has(entry.file.path);
    const unitTests = context.properties.unit_tests.filter(isEdited);
    return {
      nodes,
      tests: testedNodes(context, nodes)
        .filter(isEdited)
        .flatMap((tested) => parseGenericTests(context, tested)),
      unitTests: parseUnitTests(
        { ...context, properties: { ...context.properties, unit_tests: unitTests } },
        nodes,
      ),
    };
  }
}

/** Whether there is a warning that is not of one property file. */
function saysMore({ warnings }: Diagnostics): boolean {
  return warnings.some(({ file }) => file === undefined);
}

/** Keys of a model that make more than the model and its tests. */
const semanticKeys = [
  'versions',
  'semantic_model',
  'primary_entity',
  'agg_time_dimension',
  'metrics',
  'derived_semantics',
] as const;

/** The models that property files describe; undefined when they describe anything else. */
function describedModels(
  { project, properties }: ParseContext,
  files: ReadonlySet<string>,
  modelNamed: Edits['model'],
): readonly EditedNode[] | undefined {
  for (const [section, entries] of Object.entries(properties)) {
    if (section === 'models' || section === 'unit_tests') continue;
    const some = entries as readonly { readonly file: SourceFile }[];
    if (some.some(({ file }) => files.has(file.path))) return undefined;
  }
  const described: EditedNode[] = [];
  for (const { properties: model, file } of properties.models) {
    if (!files.has(file.path)) continue;
    const node = modelNamed(project, model.name);
    if (node === undefined || semanticKeys.some((key) => model[key] !== undefined))
      return undefined;
    // Two files that describe one model are an error, which the whole parse tells.
    if (node.propertyFile !== null && !files.has(node.propertyFile)) return undefined;
    described.push(node);
  }
  return described;
}

function propertyFilesFor(
  project: Project,
  edited: readonly EditedNode[],
  more: ReadonlySet<string>,
): SourceFile[] {
  const paths = new Set([...more, ...edited.map(({ propertyFile }) => propertyFile)]);
  return [...paths]
    .flatMap((path) =>
      path === null ? [] : (readFile(project, propertyFolders(project), path) ?? []),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function foldersOf({ paths }: Project, resourceType: EditedNode['resourceType']) {
  return { model: paths.models, analysis: paths.analyses, test: paths.tests }[resourceType];
}
