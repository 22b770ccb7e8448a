import type { YamlFile, YamlPath } from '../config/yaml-file.ts';
import { genericTestCode } from '../context/generic-test-code.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro, Node, SourceNode } from '../contracts/node.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { suggest } from '../errors/suggest.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, keywordTexts, type MacroBlock, parseTemplate, repr } from '../jinja/index.ts';
import { mistypedTestSettings } from './checks/config-types.ts';
import { columnTags, tagList } from './columns.ts';
import { describing } from './describe.ts';
import { genericTestHash, genericTestName } from './generic-test-name.ts';
import { layeredConfig, mergedCalls, writtenConfig } from './layered-config.ts';
import { macrosBelow } from './macro-calls.ts';
import type { ParseContext } from './parse-context.ts';
import { factsOfPlainTest, neverRendered } from './plain-test.ts';
import { type ReadTestOptions, readTest, type WrittenTest } from './read-test.ts';
import { relationName } from './relation-name.ts';
import { type RenderedFacts, renderForFacts } from './render-node.ts';
import type { SourceFile } from './source-file.ts';
import { isSource, type TestedNode } from './tested-node.ts';

/** A column as a property file declares it, as far as its tests go. */
export interface TestedColumn {
  readonly name: string;
  readonly quote?: boolean | null | undefined;
  readonly tags?: unknown;
  readonly config?: unknown;
  readonly tests?: unknown;
  readonly data_tests?: unknown;
}

/** What carries tests: a node or a source table, with the YAML that declares them. */
export interface Tested {
  readonly on: TestedNode | SourceNode;
  /** Properties describe it, and it is not there. */
  readonly isMissing?: boolean;
  readonly file: SourceFile;
  readonly yaml: YamlFile;
  readonly path: YamlPath;
  readonly tests: unknown;
  readonly columns: readonly TestedColumn[];
  /** Where the tests were declared, as `models.orders`. */
  readonly key: string;
  /** Tags that every test of a source table inherits. */
  readonly tags?: readonly string[];
  readonly quoteColumns?: boolean | undefined;
}

/** The test nodes of the generic tests that one node, its columns or a source table declare. */
export function parseGenericTests(context: ParseContext, tested: Tested): Node[] {
  const nodes: Node[] = [];
  const build = (written: unknown, path: YamlPath, column: TestedColumn | null) => {
    for (const [i, test] of (Array.isArray(written) ? written : []).entries()) {
      const place = [...path, i];
      const node = context.diagnostics.collect(() =>
        parseTest(context, tested, test, place, column),
      );
      if (node !== undefined) nodes.push(node);
    }
  };
  build(tested.tests, [...tested.path, 'data_tests'], null);
  for (const [i, column] of tested.columns.entries()) {
    const key = column.data_tests === undefined ? 'tests' : 'data_tests';
    build(column[key], [...tested.path, 'columns', i, key], column);
  }
  return nodes;
}

const reachable = new WeakMap<Macro<MacroBlock>, ReadonlySet<UniqueId>>();

/**
 * Whether a macro is among those that dbt knows while it parses a test: the one that puts `where` in,
 * and what the test's own macro leads to. Others that its arguments call count once it is compiled.
 */
function isKnownTo(
  macro: Macro<MacroBlock>,
  { host, project }: ParseContext,
): (id: UniqueId) => boolean {
  const where = host.macros.find('get_where_subquery', project.name);
  return (id) => {
    if (id === macro.uniqueId) return false;
    if (id === where?.uniqueId) return true;
    return reachableFrom(macro, host).has(id);
  };
}

/**
 * The macro of a name among those that a test's own leads to: while a test is parsed, macros of another
 * package may call each other without its name (core `context/macro_resolver.py`, `TestMacroNamespace`).
 */
function macroBelow(
  macro: Macro<MacroBlock>,
  name: string,
  { host }: ParseContext,
): Macro<MacroBlock> | undefined {
  for (const id of reachableFrom(macro, host)) {
    const [, packageName, macroName] = id.split('.');
    if (macroName === name) return host.macros.inPackage(packageName!, macroName);
  }
  return undefined;
}

function reachableFrom(macro: Macro<MacroBlock>, host: TemplateHost): ReadonlySet<UniqueId> {
  let below = reachable.get(macro);
  if (below === undefined) {
    below = macrosBelow(macro, host);
    reachable.set(macro, below);
  }
  return below;
}

/**
 * The configuration of a test in the order it counts. Where the test is rendered, its own one is said
 * once more behind what its macro says, since it stands at the end of the text that dbt makes of it.
 */
function configCalls(
  macro: Macro<MacroBlock> | undefined,
  ownConfig: Readonly<Record<string, Json>>,
  fromMacro: readonly Readonly<Record<string, Json>>[],
): readonly Readonly<Record<string, Json>>[] {
  const again = isRendered(macro) && Object.keys(ownConfig).length > 0;
  return [ownConfig, ...fromMacro, ...(again ? [ownConfig] : [])];
}

function isRendered(macro: Macro<MacroBlock> | undefined): boolean {
  return macro === undefined || !neverRendered.has(macro.uniqueId);
}

/**
 * What dbt counts as the unrendered configuration of a test: the values it was given where the test is
 * never rendered, else the text of the `config()` that dbt writes into the test's code, else what the
 * test's macro configures.
 */
function unrendered(
  test: WrittenTest,
  macro: Macro<MacroBlock> | undefined,
  ownConfig: Readonly<Record<string, Json>>,
  { configs }: RenderedFacts,
): Readonly<Record<string, Json>> {
  if (!isRendered(macro) || Object.keys(ownConfig).length === 0)
    return mergedCalls([ownConfig, ...configs]);
  const { body } = parseTemplate(rawCode(test, ownConfig), { file: '' });
  return keywordTexts(body, 'config') ?? ownConfig;
}

/** How tests are written in a dbt project; those of ours have either form. */
function formOfTests(
  { project, root, diagnostics }: ParseContext,
  { file, line }: SourceLocation,
): ReadTestOptions {
  if (project.file !== 'dbt_project.yml') return {};
  return {
    nests: root.flags['require_generic_test_arguments_property'] !== false,
    warn: (name, text) =>
      diagnostics.warn(name, `${file}:${line}: ${text}`, { file: `${project.name}\t${file}` }),
  };
}

function parseTest(
  context: ParseContext,
  tested: Tested,
  written: unknown,
  path: YamlPath,
  column: TestedColumn | null,
): Node {
  const location = tested.yaml.locate(path);
  const test = readTest(
    written,
    location,
    (text) => context.renderYaml(text, { file: tested.yaml, path }),
    formOfTests(context, location),
  );
  const { on } = tested;
  const macro = findTestMacro(context, test, on, location);
  const columnName = column === null ? null : writtenName(context, tested, column);
  const args: Record<string, Json> =
    columnName === null ? { ...test.args } : { ...test.args, column_name: columnName };
  const kwargs: Record<string, Json> = {
    ...args,
    model: `{{ get_where_subquery(${targetCall(on)}) }}`,
  };
  const generated = genericTestName(...subjectOf(test, on), args);
  const names =
    test.customName === null ? generated : { short: test.customName, full: test.customName };
  const ownConfig =
    names.short === names.full || 'alias' in test.config
      ? test.config
      : { ...test.config, alias: names.short };
  const metadata = { namespace: test.namespace, name: test.name, kwargs };
  const { name: packageName } = context.project;
  const id = uniqueId('test', packageName, names.full, genericTestHash(names.full, metadata));
  const fqn = [packageName, ...foldersOf(tested.file.path), names.full];
  const configWith = (fromNode: readonly Readonly<Record<string, Json>>[]) =>
    layeredConfig(context, 'data_tests', fqn, {}, configCalls(macro, ownConfig, fromNode));
  const plain = macro && factsOfPlainTest(context, { macro, namespace: test.namespace, args, on });
  const facts =
    plain ??
    renderForFacts(context, {
      uniqueId: id,
      resourceType: 'test',
      name: names.full,
      fqn,
      packageName,
      code: genericTestCode(metadata),
      file: tested.file.path,
      ...(location.line === undefined ? {} : { firstLine: location.line }),
      configSoFar: configWith,
      alsoKnown: (name) => macro && macroBelow(macro, name, context),
    });
  if (facts.error !== undefined) {
    // The test's own text is made up; what the user can mend stands in the property file.
    throw tsdbtError(
      'generic-test-invalid',
      { problem: facts.error.message },
      { location, nodeId: id, cause: facts.error },
    );
  }
  // A project's own test of that name is counted, whichever package's is called: so does dbt.
  const counted =
    test.namespace === null
      ? macro
      : (context.host.macros.find(`test_${test.name}`, packageName) ?? macro);
  const macros =
    counted === undefined
      ? facts.macros
      : [counted.uniqueId, ...facts.macros.filter(isKnownTo(counted, context))];
  const config = configWith(facts.configs);
  for (const [key, problem] of mistypedTestSettings(config, context.diagnostics)) {
    const where = `test "${names.full}"`;
    throw tsdbtError('invalid-value', { key, where, problem }, { location, nodeId: id });
  }
  const relation = relationName(context, {
    name: names.full,
    packageName,
    version: null,
    config,
    fqn,
    resourceType: 'test',
    path: tested.file.path,
  });
  const tags = new Set(
    [
      ...(tested.tags ?? []),
      ...(column === null ? [] : columnTags(column)),
      ...tagList(test.config['tags']),
    ].sort(),
  );
  for (const tag of tagList(config['tags'])) tags.add(tag);
  const description = describing(context, tested.file.path, config)(test.description);
  return {
    uniqueId: id,
    resourceType: 'test',
    name: names.full,
    packageName,
    fqn,
    path: `${names.short}.sql`,
    originalFilePath: tested.file.path,
    rawCode: rawCode(test, ownConfig),
    firstLine: location.line ?? 1,
    checksum: '',
    config,
    unrenderedConfig: writtenConfig(
      context,
      'data_tests',
      fqn,
      {},
      unrendered(test, macro, ownConfig, facts),
    ),
    ...relation,
    description: description.text,
    docBlocks: description.docBlocks,
    columns: {},
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    tags: [...tags],
    refs: facts.refs,
    sources: facts.sources,
    ...(facts.functions.length === 0 ? {} : { functions: facts.functions }),
    metrics: facts.metrics,
    dependsOn: { nodes: [], macros },
    patchPath: null,
    access: null,
    group: isSource(on) ? ((config['group'] ?? null) as string | null) : on.group,
    version: null,
    latestVersion: null,
    testMetadata: metadata,
    columnName,
    attachedNode: isSource(on) || tested.isMissing === true ? null : on.uniqueId,
    fileKeyName: tested.key,
  };
}

/** The folders of a property file below its resource folder. */
function foldersOf(path: string): readonly string[] {
  return path.split('/').slice(1, -1);
}

function findTestMacro(
  context: ParseContext,
  test: WrittenTest,
  on: TestedNode | SourceNode,
  location: SourceLocation,
): Macro<MacroBlock> | undefined {
  const { macros } = context.host;
  const name = `test_${test.name}`;
  const found =
    test.namespace === null
      ? macros.find(name, context.project.name)
      : macros.inPackage(test.namespace, name);
  if (found !== undefined) return found;
  const known = [...macros.names(context.project.name)]
    .filter((known) => known.startsWith('test_'))
    .map((known) => known.slice(5));
  const error = tsdbtError(
    'test-macro-not-found',
    { name: test.name, node: on.uniqueId, near: suggest(test.name, known) },
    { location },
  );
  // dbt finds this only when the test is compiled; our own projects are checked before a row moves.
  if (context.root.file === 'project.yml') throw error;
  const { file, line } = location;
  context.diagnostics.warn('GenericTestFileParse', `${file}:${line ?? 1}: ${error.message}`);
  return undefined;
}

/** The column's name as it stands in the test's SQL: in quotes where the properties ask for it. */
function writtenName(context: ParseContext, tested: Tested, column: TestedColumn): string {
  const quoted = column.quote ?? tested.quoteColumns ?? false;
  return quoted ? context.dialect.quote(column.name) : column.name;
}

function targetCall(on: TestedNode | SourceNode): string {
  if (isSource(on)) return `source('${on.sourceName}', '${on.name}')`;
  return on.version === null ? `ref('${on.name}')` : `ref('${on.name}', version='${on.version}')`;
}

/** The two parts that a test's name begins with: the test, and what it is on. */
function subjectOf(test: WrittenTest, on: TestedNode | SourceNode): [test: string, on: string] {
  const name = `${isSource(on) ? 'source_' : ''}${test.name}`;
  const full = test.namespace === null ? name : `${test.namespace}_${name}`;
  if (isSource(on)) return [full, `${on.sourceName}_${on.name}`];
  return [full, on.version === null ? on.name : `${on.name}_v${on.version}`];
}

/** The text dbt keeps of a generic test (core `parser/generic_test_builders.py`, `build_raw_code`). */
function rawCode(test: WrittenTest, config: Readonly<Record<string, Json>>): string {
  const callee =
    test.namespace === null ? `test_${test.name}` : `${test.namespace}.test_${test.name}`;
  const settings = Object.entries(config).map(([key, value]) =>
    typeof value === 'string'
      ? `${key}="${value.replaceAll('"', '\\"')}"`
      : `${key}=${repr(fromJs(value))}`,
  );
  const call = `{{ ${callee}(**_dbt_generic_test_kwargs) }}`;
  return settings.length === 0 ? call : `${call}{{ config(${settings.join(',')}) }}`;
}
