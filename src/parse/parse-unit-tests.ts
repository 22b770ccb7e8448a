import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, UnitTest, UnitTestRows } from '../contracts/node.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { tagList } from './columns.ts';
import { parseCsvRows } from './csv-rows.ts';
import { layeredConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import type { UnitTestProperties, UnitTestRowsProperties } from './properties-schema.ts';
import { listFiles, sha256 } from './source-file.ts';

/**
 * Unit tests, one for each version of the model they are on. Fixtures are read from
 * `tests/fixtures/`; rows become a list of dictionaries (core `parser/unit_tests.py`).
 */
export function parseUnitTests(context: ParseContext, models: readonly Node[]): UnitTest[] {
  const tests: UnitTest[] = [];
  for (const { properties, file, yaml, path } of context.properties.unit_tests) {
    context.diagnostics.collect(() => {
      const location = yaml.locate(path);
      const tested = models.filter(
        (node) => node.name === properties.model && node.packageName === context.project.name,
      );
      const versions = chosenVersions(properties, tested);
      if (versions.length === 0) throw modelMissing(properties, location);
      for (const model of versions) {
        tests.push(unitTest(context, properties, file, location, model));
      }
    });
  }
  return tests;
}

function modelMissing(properties: UnitTestProperties, location: SourceLocation) {
  return tsdbtError(
    'ref-not-found',
    { node: `The unit test "${properties.name}"`, target: properties.model },
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
  model: Node,
): UnitTest {
  const { name: packageName } = context.project;
  const folders = file.path.split('/').slice(1, -1);
  const version = model.version === null ? [] : [`v${model.version}`];
  const fqn = [packageName, ...folders, properties.model, properties.name, ...version];
  const config = layeredConfig(
    context,
    'unit_tests',
    fqn,
    (properties.config ?? {}) as NodeConfig,
    [],
  );
  const id: UniqueId = uniqueId(
    'unit_test',
    packageName,
    properties.model,
    properties.name,
    ...version,
  );
  const given = (properties.given ?? []).map((input) => ({
    input: input.input,
    ...rowsOf(context, properties.name, input, location),
  }));
  const expect = rowsOf(context, properties.name, properties.expect, location);
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
    description: context.describe(properties.description, file.path).text,
    model: properties.model,
    given,
    expect,
    overrides,
    versions: (properties.versions ?? null) as Json,
    version: model.version,
    schema: model.schema,
    checksum: sha256(JSON.stringify([properties.model, given, expect, overrides])),
    tags: tagList(config['tags']),
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    config,
    dependsOn: { nodes: [model.uniqueId], macros: [] },
  };
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
  if (format === 'sql') return { rows: (text ?? null) as Json, format, fixture };
  const rows = format === 'csv' && typeof text === 'string' ? parseCsvRows(text) : (text ?? []);
  if (!Array.isArray(rows)) {
    throw tsdbtError(
      'invalid-value',
      { key: 'rows', where: `unit test "${test}"`, problem: `must be a list for format ${format}` },
      { location },
    );
  }
  return { rows: completeRowFirst(rows) as Json, format, fixture };
}

/** A row without nulls comes first, since its values may settle the types of the columns. */
function completeRowFirst(rows: readonly unknown[]): readonly unknown[] {
  const at = rows.findIndex((row) => Object.values(row as object).every((value) => value !== null));
  return at <= 0 ? rows : [rows[at], ...rows.slice(0, at), ...rows.slice(at + 1)];
}

function fixtureText(
  context: ParseContext,
  name: string,
  format: string,
  location: SourceLocation,
): string {
  const { root, paths } = context.project;
  const wanted = `${name}.${format === 'sql' ? 'sql' : 'csv'}`;
  const found = listFiles(root, paths.tests, ['.csv', '.sql']).find(
    ({ subPath }) => subPath.startsWith('fixtures/') && subPath.split('/').at(-1) === wanted,
  );
  if (found === undefined) {
    throw tsdbtError(
      'invalid-value',
      { key: 'fixture', where: 'the unit test', problem: `names ${wanted}, which is not there` },
      { location },
    );
  }
  return readFileSync(join(root, found.path), 'utf8').trim();
}
