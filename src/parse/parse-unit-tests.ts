import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, UnitTest, UnitTestRows } from '../contracts/node.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { mapStrings } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import { checkEnabled } from './checks/check-enabled.ts';
import { tagList } from './columns.ts';
import { parseCsvRows } from './csv-rows.ts';
import { layeredConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import type { UnitTestProperties, UnitTestRowsProperties } from './properties-schema.ts';
import { listFiles } from './source-file.ts';
import { unitTestChecksum } from './unit-test-checksum.ts';

/**
 * Unit tests, one for each version of the model they are on. Fixtures are read from
 * `tests/fixtures/`; rows become a list of dictionaries (core `parser/unit_tests.py`).
 */
export function parseUnitTests(context: ParseContext, models: readonly Node[]): UnitTest[] {
  const tests: UnitTest[] = [];
  for (const { properties, file, yaml, path } of context.properties.unit_tests) {
    context.diagnostics.collect(() => {
      const location = yaml.locate(path);
      const places = (properties.given ?? []).map((_, i) =>
        yaml.locate([...path, 'given', i, 'input']),
      );
      checkShape(properties, location);
      const place = { file: yaml, path: [...path, 'config'] };
      const config = mapStrings(properties.config ?? {}, (text, at) =>
        text.includes('{')
          ? context.renderYaml(text, { ...place, path: [...place.path, ...at] })
          : text,
      ) as NodeConfig;
      if (properties.macro !== undefined) {
        tests.push(unitTest(context, { ...properties, config }, file, location, places, undefined));
        return;
      }
      const tested = models.filter(
        (node) => node.name === properties.model && node.packageName === context.project.name,
      );
      checkVersions(properties, location);
      const versions = chosenVersions(properties, tested);
      if (versions.length === 0) throw modelMissing(properties, location);
      for (const model of versions) {
        checkIncremental(properties, model, location);
        tests.push(unitTest(context, { ...properties, config }, file, location, places, model));
      }
    });
  }
  return tests;
}

/** A unit test names a model or a macro, and says what it must give. */
function checkShape(properties: UnitTestProperties, location: SourceLocation): void {
  const { model, macro, expect, expect_after_merge: merged, expect_ctes: ctes } = properties;
  const refuse = (key: string, problem: string) => {
    const where = `unit test "${properties.name}"`;
    throw tsdbtError('invalid-value', { key, where, problem }, { location });
  };
  if ((model === undefined) === (macro === undefined))
    refuse('model', 'or `macro`, one of the two, must name what is tested');
  if (expect === undefined && merged === undefined && ctes === undefined)
    refuse('expect', 'must say which rows are expected');
  const ofMacro = expect?.text !== undefined || expect?.value !== undefined;
  if (macro === undefined && ofMacro) refuse('expect', 'takes `text` and `value` for macros only');
  if (macro === undefined && properties.args !== undefined)
    refuse('args', 'are for tests of a macro');
  if (macro !== undefined && (merged !== undefined || ctes !== undefined))
    refuse('expect', 'is the only expectation a test of a macro has');
}

/** A test of a model that asks `is_incremental()` says what the answer is, and what the table holds. */
function checkIncremental(
  { name, overrides, given, expect_after_merge: merged }: UnitTestProperties,
  model: Node,
  location: SourceLocation,
): void {
  if (!asksIsIncremental(model) || merged !== undefined) return;
  const where = `unit test "${name}"`;
  const refuse = (key: string, problem: string) =>
    tsdbtError('invalid-value', { key, where, problem }, { location });
  const answer = (overrides?.macros as Record<string, unknown> | undefined)?.['is_incremental'];
  if (typeof answer !== 'boolean')
    throw refuse(
      'overrides',
      `must say under \`macros\` whether \`is_incremental\` is true or false, since the model "${model.name}" asks for it`,
    );
  if (answer && !(given ?? []).some(({ input }) => input === 'this'))
    throw refuse(
      'given',
      `must have the input \`this\`, the rows that the incremental model "${model.name}" holds before`,
    );
}

/** Whether unit tests of the model must say what `is_incremental()` is. */
export function asksIsIncremental({ resourceType, dependsOn }: Node): boolean {
  return resourceType === 'model' && dependsOn.macros.includes(isIncremental);
}

const isIncremental = uniqueId('macro', 'dbt', 'is_incremental');

function modelMissing(properties: UnitTestProperties, location: SourceLocation) {
  return tsdbtError(
    'ref-not-found',
    { node: `The unit test "${properties.name}"`, target: properties.model ?? '' },
    { location },
  );
}

/** `versions:` with both of its keys, as the manifest has it. */
function writtenVersions({ versions }: UnitTestProperties): Json {
  if ((versions ?? null) === null) return null;
  return { include: null, exclude: null, ...(versions as Record<string, Json>) };
}

/** Of a unit test's `versions:`, dbt refuses both keys at once (core `parser/unit_tests.py`). */
function checkVersions({ name, versions }: UnitTestProperties, location: SourceLocation): void {
  const { include, exclude } = (versions ?? {}) as Record<string, unknown>;
  const isGiven = (list: unknown) => Array.isArray(list) && list.length > 0;
  if (!isGiven(include) || !isGiven(exclude)) return;
  const problem = 'may have include or exclude, not both';
  throw tsdbtError(
    'invalid-value',
    { key: 'versions', where: `unit test "${name}"`, problem },
    { location },
  );
}

/** `versions: {include: […]}` or `{exclude: […]}` of a versioned model; all of them by default. */
function chosenVersions(properties: UnitTestProperties, tested: readonly Node[]): readonly Node[] {
  const { include, exclude } = (properties.versions ?? {}) as Record<string, unknown>;
  const has = (list: unknown, node: Node) =>
    Array.isArray(list) && list.some((v) => String(v) === String(node.version));
  return tested.filter((node) => {
    if (Array.isArray(include)) return has(include, node);
    return !has(exclude, node);
  });
}

function unitTest(
  context: ParseContext,
  properties: UnitTestProperties,
  file: { readonly path: string; readonly subPath: string },
  location: SourceLocation,
  givenPlaces: readonly SourceLocation[],
  model: Node | undefined,
): UnitTest {
  const { name: packageName } = context.project;
  const folders = file.path.split('/').slice(1, -1);
  const tested = properties.model ?? properties.macro!;
  const version = (model?.version ?? null) === null ? [] : [`v${model!.version}`];
  const fqn = [packageName, ...folders, tested, properties.name];
  const config = layeredConfig(
    context,
    'unit_tests',
    fqn,
    (properties.config ?? {}) as NodeConfig,
    [],
  );
  checkEnabled(config, `unit test "${properties.name}"`, location);
  const versioned = [properties.name, ...version].join('_');
  const id: UniqueId = uniqueId('unit_test', packageName, tested, versioned);
  const given = (properties.given ?? []).map((input) => ({
    input: input.input,
    // Without rows a seed stands for itself.
    ...(isBare(input)
      ? { rows: null, format: 'dict' as const, fixture: null }
      : rowsOf(context, properties.name, input, location)),
  }));
  const rowsOrNull = (written: UnitTestRowsProperties | undefined) =>
    written === undefined ? null : rowsOf(context, properties.name, written, location);
  const ofMacro = properties.macro === undefined ? undefined : properties.expect;
  const byValue = ofMacro !== undefined && (ofMacro.text !== undefined || 'value' in ofMacro);
  const expect = byValue ? null : rowsOrNull(properties.expect);
  const expectAfterMerge = rowsOrNull(properties.expect_after_merge);
  const expectCtes = Object.fromEntries(
    Object.entries(properties.expect_ctes ?? {}).map(([name, written]) => [
      name,
      rowsOf(context, properties.name, written, location),
    ]),
  );
  const macro =
    properties.macro === undefined
      ? null
      : {
          args: (properties.args ?? []) as readonly Json[] | Record<string, Json>,
          expect: {
            ...(ofMacro?.text === undefined ? {} : { text: ofMacro.text }),
            ...(byValue && ofMacro.text === undefined
              ? { value: (ofMacro.value ?? null) as Json }
              : {}),
          },
        };
  const overrides =
    properties.overrides === undefined || properties.overrides === null
      ? null
      : {
          macros: (properties.overrides.macros ?? {}) as Json,
          vars: (properties.overrides.vars ?? {}) as Json,
          env_vars: (properties.overrides.env_vars ?? {}) as Json,
        };
  return {
    uniqueId: id,
    resourceType: 'unit_test',
    name: properties.name,
    packageName,
    fqn,
    path: file.subPath,
    originalFilePath: file.path,
    // As in dbt its templates are not rendered.
    description: String(properties.description ?? ''),
    line: location.line ?? 1,
    model: tested,
    given,
    givenPlaces,
    expect,
    expectAfterMerge,
    expectCtes,
    macro,
    overrides,
    versions: writtenVersions(properties),
    version: model?.version ?? null,
    schema: model?.schema ?? null,
    checksum: unitTestChecksum({
      model: tested,
      versions: properties.versions,
      given,
      expect,
      overrides,
      expectAfterMerge,
      expectCtes,
      macro,
    }),
    tags: tagList(config['tags']),
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    config,
    dependsOn: { nodes: model === undefined ? [] : [model.uniqueId], macros: [] },
  };
}

function isBare({ rows, fixture, format }: UnitTestRowsProperties): boolean {
  return (rows ?? null) === null && (fixture ?? null) === null && (format ?? 'dict') === 'dict';
}

function rowsOf(
  context: ParseContext,
  test: string,
  written: UnitTestRowsProperties,
  location: SourceLocation,
): UnitTestRows {
  const format = written.format ?? 'dict';
  const fixture = written.fixture ?? null;
  const text = fixture === null ? written.rows : fixtureText(context, fixture, format, location);
  const needed = format === 'dict' ? 'a list' : 'a text';
  const fits = format === 'dict' ? Array.isArray(text ?? []) : typeof text === 'string';
  if (!fits) {
    const problem = `must be ${needed} for format ${format}`;
    const where = `unit test "${test}"`;
    throw tsdbtError('invalid-value', { key: 'rows', where, problem }, { location });
  }
  if (format === 'sql') return { rows: text as Json, format, fixture };
  const rows = format === 'csv' ? parseCsvRows(text as string) : ((text ?? []) as unknown[]);
  return { rows: completeRowFirst(rows) as Json, format, fixture };
}

/** The first row without nulls changes places with the first of all, as in dbt. */
function completeRowFirst(rows: readonly unknown[]): readonly unknown[] {
  const at = rows.findIndex((row) => Object.values(row as object).every((value) => value !== null));
  if (at <= 0) return rows;
  const swapped = [...rows];
  [swapped[0], swapped[at]] = [rows[at], rows[0]];
  return swapped;
}

function fixtureText(
  context: ParseContext,
  name: string,
  format: string,
  location: SourceLocation,
): string {
  const { root, paths } = context.project;
  const wanted = `${name}.${format === 'sql' ? 'sql' : 'csv'}`;
  const [found, second] = listFiles(context.project, paths.tests, ['.csv', '.sql']).filter(
    ({ subPath }) => subPath.startsWith('fixtures/') && subPath.split('/').at(-1) === wanted,
  );
  if (found === undefined || second !== undefined) {
    const problem =
      found === undefined
        ? `names ${wanted}, which is not there`
        : `names ${wanted}, and there are two: ${found.path} and ${second!.path}`;
    throw tsdbtError(
      'invalid-value',
      { key: 'fixture', where: 'the unit test', problem },
      { location },
    );
  }
  return readText(join(root, found.path)).trim();
}
