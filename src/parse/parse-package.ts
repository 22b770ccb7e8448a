import type { Exposure, Group, Node, SourceNode, UnitTest } from '../contracts/node.ts';
import { uniqueId } from '../contracts/unique-id.ts';
import { functionEndings } from './foreign-functions.ts';
import { versionProperties } from './model-versions.ts';
import type { ParseContext } from './parse-context.ts';
import { parseExposures } from './parse-exposures.ts';
import { parseFunctions } from './parse-functions.ts';
import { parseGenericTests, type Tested } from './parse-generic-tests.ts';
import { parseGroups } from './parse-groups.ts';
import { parseHooks } from './parse-hooks.ts';
import { parseSeeds, parseSqlNodes } from './parse-nodes.ts';
import { parseSnapshots } from './parse-snapshots.ts';
import { parseSources, type SourceOverrides } from './parse-sources.ts';
import { parseUnitTests } from './parse-unit-tests.ts';
import { type ParsedSemantic, parseSemantics } from './semantics/parse-semantics.ts';
import { listFiles, readFiles } from './source-file.ts';
import { templateEndings } from './template-endings.ts';

/** All that one package declares, before names lead anywhere. */
export interface ParsedPackage {
  readonly nodes: readonly Node[];
  /** Its `on-run-start` and `on-run-end`. */
  readonly hooks: readonly Node[];
  readonly sources: readonly SourceNode[];
  readonly exposures: readonly Exposure[];
  readonly functions: readonly Node[];
  readonly groups: readonly Group[];
  readonly unitTests: readonly UnitTest[];
  readonly semantics: readonly ParsedSemantic[];
}

/** Reads the files of one package. */
export function parsePackage(context: ParseContext, overrides: SourceOverrides): ParsedPackage {
  const { project } = context;
  const { paths } = project;
  const endings = templateEndings(context.root, '.sql');
  const sql = (folders: readonly string[]) => readFiles(project, folders, endings);
  const singular = sql(paths.tests).filter(({ subPath }) => !/^(generic|fixtures)\//.test(subPath));
  const nodes: Node[] = [
    ...parseSqlNodes(context, 'model', readFiles(project, paths.models, [...endings, '.py'])),
    ...parseSnapshots(context, sql(paths.snapshots)),
    ...parseSqlNodes(context, 'analysis', sql(paths.analyses)),
    ...parseSqlNodes(context, 'test', singular),
    ...parseSeeds(context, listFiles(project, paths.seeds, ['.csv'])),
  ];
  const sources = parseSources(context, overrides);
  const tested = [
    ...testedNodes(context, nodes),
    ...testedMissing(context, nodes),
    ...sources.map((s) => s.tested),
  ];
  const models = nodes.filter((node) => node.resourceType === 'model');
  return {
    nodes: [...nodes, ...tested.flatMap((t) => parseGenericTests(context, t))],
    hooks: parseHooks(context),
    sources: sources.map((s) => s.source),
    exposures: parseExposures(context),
    functions: parseFunctions(
      context,
      readFiles(project, paths.functions, functionEndings(context.root)),
    ),
    groups: parseGroups(context),
    unitTests: parseUnitTests(context, models),
    semantics: parseSemantics(context, models),
  };
}

/**
 * What properties describe and is not there: dbt lists the tests of it, switched off. In a project of
 * ours such properties are an error of their own.
 */
function testedMissing(context: ParseContext, nodes: readonly Node[]): Tested[] {
  if (context.root.file !== 'dbt_project.yml') return [];
  const known = new Set(nodes.map(({ resourceType, name }) => `${resourceType} ${name}`));
  return (['model', 'seed', 'snapshot'] as const).flatMap((resourceType) =>
    context.properties[`${resourceType}s`].flatMap(({ properties, file, yaml, path }) => {
      const { name, data_tests: tests = properties.tests, columns } = properties;
      if (known.has(`${resourceType} ${name}`) || properties.versions !== undefined) return [];
      const id = uniqueId(resourceType, context.project.name, name);
      const on = { resourceType, uniqueId: id, name, version: null, group: null };
      const key = `${resourceType}s.${name}`;
      return { on, isMissing: true, file, yaml, path, tests, columns: columns ?? [], key };
    }),
  );
}

/** The nodes whose property file entry declares tests, once for each version of a model. */
export function testedNodes(context: ParseContext, nodes: readonly Node[]): Tested[] {
  const tested: Tested[] = [];
  const byName = new Map<string, Node[]>();
  for (const node of nodes) {
    const key = `${node.resourceType} ${node.name}`;
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [node]);
    else same.push(node);
  }
  for (const [section, kind] of [
    ['models', 'model'],
    ['seeds', 'seed'],
    ['snapshots', 'snapshot'],
  ] as const) {
    for (const entry of context.properties[section]) {
      const { properties, file, yaml, path } = entry;
      for (const on of byName.get(`${kind} ${properties.name}`) ?? []) {
        const written = (properties.versions ?? []).find((v) => String(v.v) === String(on.version));
        const own =
          written === undefined || on.version === null
            ? properties
            : versionProperties({ version: on.version, latest: on.version, entry, written });
        tested.push({
          on,
          file,
          yaml,
          path,
          tests: own.data_tests ?? own.tests,
          columns: own.columns ?? [],
          key: `${section}.${properties.name}`,
          quoteColumns: properties.quote_columns,
        });
      }
    }
  }
  return tested;
}
