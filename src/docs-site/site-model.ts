import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  entriesOf,
  listOf,
  numberOf,
  own,
  type Raw,
  record,
  textOf,
  textsOf,
} from './artifact-value.ts';
import { parseMarkdown } from './markdown.ts';
import type { MdBlock } from './shared/wire.ts';

/** One thing that has a page. */
export interface SiteNode {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly pkg: string;
  readonly path: string;
  readonly raw: Raw;
  readonly catalog: Raw | undefined;
  readonly result: Raw | undefined;
  readonly parents: readonly number[];
}

/** The artifacts, joined by unique id and put in the order of the site. */
export interface SiteModel {
  readonly manifest: Raw;
  readonly catalog: Raw | undefined;
  readonly runResults: Raw | undefined;
  readonly history: readonly Raw[];
  readonly nodes: readonly SiteNode[];
  /** Nodes `[0, drawn)` are in the lineage; macros and tests follow. */
  readonly drawn: number;
  readonly indexOf: ReadonlyMap<string, number>;
  /** Tests of a node, by its index. */
  readonly testsOf: ReadonlyMap<number, readonly number[]>;
  /** A description as tokens, undefined for none; equal texts share their tokens. */
  markdown(text: unknown): readonly MdBlock[] | undefined;
}

export interface SiteInput {
  readonly manifest: unknown;
  readonly catalog?: unknown;
  readonly runResults?: unknown;
  readonly history?: readonly unknown[];
}

const collections = [
  'nodes',
  'sources',
  'exposures',
  'metrics',
  'semantic_models',
  'saved_queries',
  'functions',
  'unit_tests',
  'macros',
];

const notShown = new Set(['operation', 'sql_operation', 'sql operation', 'rpc', 'doc']);
const afterLineage = new Map([
  ['macro', 1],
  ['test', 2],
  ['unit_test', 2],
]);

/** Reads the artifacts into one list of nodes: lineage first in folder order, then macros, then tests. */
export function buildSiteModel(input: SiteInput): SiteModel {
  const manifest = record(input.manifest);
  if (
    Object.keys(record(own(manifest, 'nodes'))).length === 0 &&
    own(manifest, 'metadata') === undefined
  ) {
    throw tsdbtError('artifact-not-found', { path: 'manifest.json (with `metadata` and `nodes`)' });
  }
  const catalog =
    input.catalog === undefined || input.catalog === null ? undefined : record(input.catalog);
  const runResults =
    input.runResults === undefined || input.runResults === null
      ? undefined
      : record(input.runResults);
  const found = readEntities(manifest);
  found.sort(byPlace);
  const indexOf = new Map(found.map((entity, index) => [entity.id, index]));
  const catalogOf = catalogEntries(catalog);
  const resultOf = resultsById(runResults);

  const nodes = found.map((entity, index): SiteNode => {
    const wanted = textsOf(own(record(own(entity.raw, 'depends_on')), 'nodes'));
    // The node a test is attached to comes first: the browser lists the test there.
    if (entity.type === 'test') wanted.unshift(textOf(own(entity.raw, 'attached_node')));
    const parents = [...new Set(wanted)].flatMap((id) => {
      const parent = indexOf.get(id);
      return parent === undefined || parent === index ? [] : [parent];
    });
    return {
      ...entity,
      index,
      catalog: catalogOf.get(entity.id),
      result: resultOf.get(entity.id),
      parents,
    };
  });
  const drawn = nodes.filter((node) => !afterLineage.has(node.type)).length;
  return {
    manifest,
    catalog,
    runResults,
    history: (input.history ?? []).map(record),
    nodes,
    drawn,
    indexOf,
    testsOf: testsByNode(nodes, indexOf),
    markdown: rememberedMarkdown(),
  };
}

/** Column descriptions repeat by the thousand. */
function rememberedMarkdown(): SiteModel['markdown'] {
  const known = new Map<string, readonly MdBlock[]>();
  return (value) => {
    const text = textOf(value);
    if (text.trim() === '') return undefined;
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = parseMarkdown(text);
      known.set(text, parsed);
    }
    return parsed;
  };
}

type Entity = Pick<SiteNode, 'id' | 'type' | 'name' | 'pkg' | 'path' | 'raw'>;

function readEntities(manifest: Raw): Entity[] {
  const metadata = record(own(manifest, 'metadata'));
  const builtIn = new Set(['dbt', 'tsdbt', `dbt_${textOf(own(metadata, 'adapter_type'))}`]);
  const found: Entity[] = [];
  for (const collection of collections) {
    for (const [id, value] of entriesOf(own(manifest, collection))) {
      const raw = record(value);
      const type = textOf(own(raw, 'resource_type')) || id.split('.')[0]!;
      const pkg = textOf(own(raw, 'package_name'));
      // Tests that are off because what they test is.
      const isOff = own(record(own(raw, 'config')), 'enabled') === false;
      if (isOff || notShown.has(type) || (type === 'macro' && builtIn.has(pkg))) continue;
      found.push({
        id,
        type,
        name: textOf(own(raw, 'name')) || id,
        pkg,
        path: textOf(own(raw, 'original_file_path')).replaceAll('\\', '/'),
        raw,
      });
    }
  }
  return found;
}

/** Folder order, so that neighbours share a data file; a plain comparison, equal on every machine. */
function byPlace(a: Entity, b: Entity): number {
  return (
    (afterLineage.get(a.type) ?? 0) - (afterLineage.get(b.type) ?? 0) ||
    compare(a.pkg, b.pkg) ||
    compare(a.path, b.path) ||
    compare(a.name, b.name) ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function catalogEntries(catalog: Raw | undefined): Map<string, Raw> {
  if (catalog === undefined) return new Map();
  return new Map(
    [...entriesOf(own(catalog, 'nodes')), ...entriesOf(own(catalog, 'sources'))].map(
      ([id, value]) => [id, record(value)],
    ),
  );
}

/** Results by unique id; of several for one id the last one counts. */
export function resultsById(runResults: Raw | undefined): Map<string, Raw> {
  const found = new Map<string, Raw>();
  if (runResults === undefined) return found;
  for (const item of listOf(own(runResults, 'results'))) {
    const result = record(item);
    found.set(textOf(own(result, 'unique_id')), result);
  }
  return found;
}

/** A test belongs to the node it is attached to, else to all it reads. */
function testsByNode(
  nodes: readonly SiteNode[],
  indexOf: ReadonlyMap<string, number>,
): Map<number, number[]> {
  const tests = new Map<number, number[]>();
  for (const node of nodes) {
    if (node.type !== 'test' && node.type !== 'unit_test') continue;
    for (const owner of testOwners(node, indexOf)) {
      const list = tests.get(owner);
      if (list) list.push(node.index);
      else tests.set(owner, [node.index]);
    }
  }
  return tests;
}

/** The nodes a test is listed under. */
export function testOwners(
  test: SiteNode,
  indexOf: ReadonlyMap<string, number>,
): readonly number[] {
  const attached = indexOf.get(textOf(own(test.raw, 'attached_node')));
  if (attached !== undefined) return [attached];
  return test.type === 'unit_test' ? test.parents.slice(0, 1) : test.parents;
}

/** Start and duration of a result in ms; undefined for what did not run. */
export function resultTiming(
  result: Raw,
): { readonly start: number; readonly ms: number } | undefined {
  const steps = listOf(own(result, 'timing')).map(record);
  const starts = steps
    .map((step) => Date.parse(textOf(own(step, 'started_at'))))
    .filter(Number.isFinite);
  const seconds = numberOf(own(result, 'execution_time'));
  if (starts.length === 0) return undefined;
  const start = Math.min(...starts);
  const ends = steps
    .map((step) => Date.parse(textOf(own(step, 'completed_at'))))
    .filter(Number.isFinite);
  return { start, ms: seconds === undefined ? Math.max(start, ...ends) - start : seconds * 1000 };
}
