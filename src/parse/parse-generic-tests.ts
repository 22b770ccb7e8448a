import type { YamlFile, YamlPath } from '../config/yaml-file.ts';
import { genericTestCode } from '../context/generic-test-code.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { suggest } from '../errors/suggest.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { tagList } from './columns.ts';
import { genericTestHash, genericTestName } from './generic-test-name.ts';
import { layeredConfig, writtenConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import { relationName } from './relation-name.ts';
import { renderForFacts } from './render-node.ts';
import { type SourceFile, sha256 } from './source-file.ts';

/** What carries tests: a node or a source table, with the YAML that declares them. */
export interface Tested {
  readonly on: Node | SourceNode;
  readonly file: SourceFile;
  readonly yaml: YamlFile;
  readonly path: YamlPath;
  readonly tests: unknown;
  readonly columns: readonly {
    readonly name: string;
    readonly tests?: unknown;
    readonly data_tests?: unknown;
  }[];
}

const configKeys = new Set(
  'enabled severity tags where limit warn_if error_if fail_calc store_failures store_failures_as meta database schema alias sql_header group'.split(
    ' ',
  ),
);

/** The test nodes of the generic tests that one node, its columns or a source table declare. */
export function parseGenericTests(context: ParseContext, tested: Tested): Node[] {
  const nodes: Node[] = [];
  const build = (written: unknown, path: YamlPath, columnName: string | null) => {
    for (const [i, test] of (Array.isArray(written) ? written : []).entries()) {
      const place = [...path, i];
      const node = context.diagnostics.collect(() =>
        parseTest(context, tested, test, place, columnName),
      );
      if (node !== undefined) nodes.push(node);
    }
  };
  build(tested.tests, [...tested.path, 'data_tests'], null);
  for (const [i, column] of tested.columns.entries()) {
    const key = column.data_tests === undefined ? 'tests' : 'data_tests';
    build(column[key], [...tested.path, 'columns', i, key], column.name);
  }
  return nodes;
}

interface WrittenTest {
  readonly namespace: string | null;
  readonly name: string;
  readonly args: Readonly<Record<string, Json>>;
  readonly config: Readonly<Record<string, Json>>;
  readonly customName: string | null;
  readonly description: string;
}

function parseTest(
  context: ParseContext,
  tested: Tested,
  written: unknown,
  path: YamlPath,
  columnName: string | null,
): Node {
  const location = tested.yaml.locate(path);
  const test = readTest(written, location);
  const { on } = tested;
  const macroName = `test_${test.name}`;
  const macro =
    test.namespace === null
      ? context.host.macros.find(macroName, context.project.name)
      : context.host.macros.inPackage(test.namespace, macroName);
  if (macro === undefined) {
    const known = [...context.host.macros.names(context.project.name)]
      .filter((name) => name.startsWith('test_'))
      .map((name) => name.slice(5));
    throw tsdbtError(
      'test-macro-not-found',
      { name: test.name, node: on.uniqueId, near: suggest(test.name, known) },
      { location },
    );
  }
  const args = { ...(columnName === null ? {} : { column_name: columnName }), ...test.args };
  const target =
    on.resourceType === 'source' ? `source('${on.sourceName}', '${on.name}')` : `ref('${on.name}')`;
  const kwargs: Record<string, Json> = { ...args, model: `{{ get_where_subquery(${target}) }}` };
  const subject = on.resourceType === 'source' ? `source_${on.sourceName}_${on.name}` : on.name;
  const testName = test.namespace === null ? test.name : `${test.namespace}_${test.name}`;
  const generated = genericTestName(testName, subject, args);
  const names =
    test.customName === null ? generated : { short: test.customName, full: test.customName };
  const metadata = { namespace: test.namespace, name: test.name, kwargs };
  const id = uniqueId(
    'test',
    context.project.name,
    names.full,
    genericTestHash(names.full, metadata),
  );
  const fqn = [context.project.name, ...tested.file.subPath.split('/').slice(0, -1), names.full];
  const callee = test.namespace === null ? macroName : `${test.namespace}.${macroName}`;
  const rawCode = `{{ ${callee}(**_dbt_generic_test_kwargs) }}${aliasConfig(names)}`;
  const configWith = (fromNode: readonly Readonly<Record<string, Json>>[]) =>
    layeredConfig(context, 'data_tests', fqn, test.config, fromNode);
  const facts = renderForFacts(context, {
    uniqueId: id,
    packageName: context.project.name,
    code: genericTestCode(metadata) + aliasConfig(names),
    file: tested.file.path,
    ...(location.line === undefined ? {} : { firstLine: location.line }),
    configSoFar: configWith,
  });
  if (facts.error !== undefined) {
    // The test's own text is made up; what the user can mend stands in the property file.
    throw tsdbtError(
      'generic-test-invalid',
      { problem: facts.error.message },
      { location, nodeId: id, cause: facts.error },
    );
  }
  const config = configWith(facts.configs);
  const relation = relationName(context, {
    name: names.short,
    packageName: context.project.name,
    version: null,
    config,
    fqn,
    resourceType: 'test',
  });
  return {
    uniqueId: id,
    resourceType: 'test',
    name: names.short,
    packageName: context.project.name,
    fqn,
    path: `${names.short}.sql`,
    originalFilePath: tested.file.path,
    rawCode,
    firstLine: location.line ?? 1,
    checksum: sha256(rawCode),
    config,
    unrenderedConfig: writtenConfig(context, 'data_tests', fqn, test.config, facts.configs),
    ...relation,
    description: context.describe(test.description, tested.file.path),
    columns: {},
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    tags: tagList(config['tags']),
    refs: facts.refs,
    sources: facts.sources,
    dependsOn: { nodes: [], macros: facts.macros },
    patchPath: null,
    access: null,
    group: null,
    version: null,
    latestVersion: null,
    testMetadata: metadata,
    columnName,
    attachedNode: on.resourceType === 'source' ? null : on.uniqueId,
  };
}

function aliasConfig(names: { short: string; full: string }): string {
  return names.short === names.full ? '' : `{{ config(alias="${names.short}") }}`;
}

/** `unique`, or `accepted_values: {arguments: {…}, config: {…}}`, or dbt's older flat arguments. */
function readTest(written: unknown, location: SourceLocation): WrittenTest {
  const invalid = (problem: string) =>
    tsdbtError('generic-test-invalid', { problem }, { location });
  let name: unknown = written;
  let body: unknown = {};
  if (isPlainObject(written)) {
    if (typeof written['test_name'] === 'string') {
      const { test_name: testName, ...rest } = written;
      [name, body] = [testName, rest];
    } else {
      const entries = Object.entries(written);
      if (entries.length !== 1)
        throw invalid('A test must have exactly one name, with its arguments indented below it.');
      [name, body] = entries[0]!;
    }
  }
  if (typeof name !== 'string' || name === '') throw invalid('A test must be a name or a mapping.');
  if (body !== null && !isPlainObject(body))
    throw invalid(`The arguments of the test "${name}" must be a mapping.`);
  const fields = (body ?? {}) as Record<string, unknown>;
  const args: Record<string, Json> = {};
  const config: Record<string, Json> = {};
  let customName: string | null = null;
  let description = '';
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'name') customName = String(value);
    else if (key === 'description') description = String(value ?? '');
    else if (key === 'config' && isPlainObject(value)) Object.assign(config, value);
    else if (key === 'arguments' && isPlainObject(value)) Object.assign(args, value);
    else if (configKeys.has(key)) config[key] = value as Json;
    else args[key] = value as Json;
  }
  const [first, second] = name.split('.');
  return {
    namespace: second === undefined ? null : first!,
    name: second ?? first!,
    args,
    config,
    customName,
    description,
  };
}
