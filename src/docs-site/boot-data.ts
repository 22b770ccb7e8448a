import {
  entriesOf,
  isEmpty,
  listOf,
  numberOf,
  own,
  type Raw,
  record,
  textOf,
  textsOf,
} from './artifact-value.ts';
import { runSummary } from './run-data.ts';
import { foldLayout, layoutLayered } from './shared/layered-layout.ts';
import { mapNode } from './shared/map-size.ts';
import { visibleText } from './shared/visible-text.ts';
import { type BootWire, encodeId, type FilesWire, type NodeExtra } from './shared/wire.ts';
import type { SiteModel, SiteNode } from './site-model.ts';

/** Numbers for values that repeat; equal values (as JSON) share a number. */
class Table<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();

  number(value: T): number {
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    let found = this.#numbers.get(key);
    if (found === undefined) {
      found = this.values.length;
      this.#numbers.set(key, found);
      this.values.push(value);
    }
    return found;
  }
}

/** Config keys with their own place on the page, or too long for every visitor to load. */
const longConfig = new Set([
  'expectations',
  'landing',
  'docs',
  'meta',
  'tags',
  'pre-hook',
  'post-hook',
  'column_types',
]);

/** The first data file: everything trees, map, lists and name search need. */
export function buildBoot(
  model: SiteModel,
  options: { readonly title: string; readonly now: Date; readonly files: FilesWire },
): BootWire {
  const types = new Table<string>();
  const packages = new Table<string>();
  const folders = new Table<string>();
  const fileNames = new Table<string>();
  const spaces = new Table<readonly [string, string]>();
  const materials = new Table<string>();
  const tagSets = new Table<readonly string[]>();
  const fqns = new Table<readonly string[]>();
  const configs = new Table<Record<string, unknown>>();
  const extras = new Table<NodeExtra>();
  const statuses = new Table<string>();
  statuses.number('');
  const { nodes } = model;
  const results = nodes.map(resultFacts);
  const fqnOf = (node: SiteNode): string[] => textsOf(own(node.raw, 'fqn'));
  const metadata = record(own(model.manifest, 'metadata'));
  const places = layoutModel(model);

  return {
    format: 1,
    title: options.title,
    generatedAt: options.now.toISOString(),
    project: {
      name: textOf(own(metadata, 'project_name')),
      adapter: textOf(own(metadata, 'adapter_type')),
      toolVersion: textOf(own(metadata, 'tsdbt_version')) || textOf(own(metadata, 'dbt_version')),
      manifestAt: textOf(own(metadata, 'generated_at')),
      catalogAt: model.catalog
        ? textOf(own(record(own(model.catalog, 'metadata')), 'generated_at'))
        : null,
    },
    files: options.files,
    run: model.runResults === undefined ? null : runSummary(model.runResults),
    overview: overviewText(model),
    drawn: model.drawn,
    x: Array.from(places.x, Math.round),
    y: Array.from(places.y, Math.round),
    nodes: {
      name: nodes.map((node) => node.name),
      id: nodes.map((node) => encodeId(node.id, node.type, node.pkg, node.name)),
      type: nodes.map((node) => types.number(node.type)),
      pkg: nodes.map((node) => packages.number(node.pkg)),
      folder: nodes.map((node) => folders.number(folderOf(node.path))),
      file: nodes.map((node) => fileNames.number(fileOf(node))),
      space: nodes.map((node) => spaceOf(node, spaces)),
      material: nodes.map((node) => materials.number(materialOf(node))),
      tags: nodes.map((node) => tagSets.number(tagsOf(node))),
      fqn: nodes.map((node) => fqns.number(fqnOf(node).slice(0, -1))),
      config: nodes.map((node) => configs.number(shortConfig(node))),
      extra: nodes.map((node) => extras.number(extraOf(node, fqnOf(node)))),
      status: results.map((result) => statuses.number(result.status)),
      ms: results.map((result) => result.ms),
      rows: results.map((result) => result.rows),
      parents: nodes.map((node) => node.parents),
    },
    types: types.values,
    packages: packages.values,
    folders: folders.values,
    fileNames: fileNames.values,
    spaces: spaces.values,
    materials: materials.values,
    tagSets: tagSets.values,
    fqns: fqns.values,
    configs: configs.values,
    extras: extras.values,
    statuses: statuses.values,
  };
}

function layoutModel(model: SiteModel): { x: Float64Array; y: Float64Array } {
  const edges: [number, number][] = [];
  for (const node of model.nodes.slice(0, model.drawn)) {
    for (const parent of node.parents) if (parent < model.drawn) edges.push([parent, node.index]);
  }
  return foldLayout(layoutLayered({ count: model.drawn, edges, ...mapNode }), mapNode);
}

function resultFacts(node: SiteNode): { status: string; ms: number; rows: number } {
  const result = node.result;
  if (result === undefined) return { status: '', ms: 0, rows: -1 };
  const isTest = node.type === 'test' || node.type === 'unit_test';
  const rows = isTest
    ? numberOf(own(result, 'failures'))
    : numberOf(own(record(own(result, 'adapter_response')), 'rows_affected'));
  return {
    status: visibleText(textOf(own(result, 'status'))),
    ms: Math.round((numberOf(own(result, 'execution_time')) ?? 0) * 10_000) / 10,
    rows: rows ?? -1,
  };
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function fileOf(node: SiteNode): string {
  const file = node.path.slice(node.path.lastIndexOf('/') + 1);
  return file === `${node.name}.sql` ? '' : file;
}

function spaceOf(node: SiteNode, spaces: Table<readonly [string, string]>): number {
  // Ephemeral models and tests have a schema on paper, but nothing in the database.
  if (
    !isEmpty(own(node.raw, 'relation_name')) ||
    (node.type === 'seed' && own(node.raw, 'schema'))
  ) {
    return spaces.number([textOf(own(node.raw, 'database')), textOf(own(node.raw, 'schema'))]);
  }
  return -1;
}

/** The materialization; for an exposure its kind. */
export function materialOf(node: SiteNode): string {
  if (node.type === 'exposure') return textOf(own(node.raw, 'type'));
  if (node.type === 'test' || node.type === 'seed') return '';
  return textOf(own(record(own(node.raw, 'config')), 'materialized'));
}

function tagsOf(node: SiteNode): string[] {
  return [
    ...new Set([
      ...textsOf(own(node.raw, 'tags')),
      ...textsOf(own(record(own(node.raw, 'config')), 'tags')),
    ]),
  ];
}

function shortConfig(node: SiteNode): Record<string, unknown> {
  const kept: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entriesOf(own(node.raw, 'config'))) {
    if (key === 'meta') {
      const meta = entriesOf(value).filter(([, item]) => typeof item !== 'object');
      if (meta.length > 0) kept['meta'] = Object.fromEntries(meta);
    } else if (!longConfig.has(key) && !isEmpty(value)) kept[key] = value;
  }
  return kept;
}

function extraOf(node: SiteNode, fqn: readonly string[]): NodeExtra {
  const { raw } = node;
  const config = record(own(raw, 'config'));
  const isTest = node.type === 'test';
  const testName = textOf(own(record(own(raw, 'test_metadata')), 'name'));
  const tail = fqn.at(-1);
  const text = (key: string): string => textOf(own(raw, key)) || textOf(own(config, key));
  return filled({
    sourceName: text('source_name'),
    access: node.type === 'model' ? text('access') : '',
    group: text('group'),
    version: textOf(own(raw, 'version')),
    testName,
    testKind: isTest
      ? testName === ''
        ? 'singular'
        : 'generic'
      : node.type === 'unit_test'
        ? 'unit'
        : '',
    fqnTail: tail === undefined || tail === node.name ? '' : tail,
    label: node.type === 'exposure' || node.type === 'metric' ? textOf(own(raw, 'label')) : '',
    ...(own(docsConfig(raw, config), 'show') === false ? { hidden: true as const } : {}),
  });
}

function docsConfig(raw: Raw, config: Raw): Raw {
  const docs = record(own(raw, 'docs'));
  return isEmpty(docs) ? record(own(config, 'docs')) : docs;
}

function filled(extra: NodeExtra): NodeExtra {
  return Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== '')) as NodeExtra;
}

/** The project's own `__overview__` doc block, if it has one. */
function overviewText(model: SiteModel): BootWire['overview'] {
  const project = textOf(own(record(own(model.manifest, 'metadata')), 'project_name'));
  for (const [id, value] of entriesOf(own(model.manifest, 'docs'))) {
    const doc = record(value);
    const isOverview = id.endsWith('.__overview__') || id.endsWith(`.__${project}__`);
    if (!isOverview || ['dbt', 'tsdbt'].includes(textOf(own(doc, 'package_name')))) continue;
    return model.markdown(textOf(own(doc, 'block_contents'))) ?? null;
  }
  return null;
}

/** Node numbers of the macros that each macro is used by are derived here, once for all. */
export function macroUsers(model: SiteModel): ReadonlyMap<string, readonly number[]> {
  const users = new Map<string, number[]>();
  for (const node of model.nodes) {
    for (const id of listOf(own(record(own(node.raw, 'depends_on')), 'macros'))) {
      if (typeof id !== 'string' || !model.indexOf.has(id)) continue;
      const list = users.get(id);
      if (list) list.push(node.index);
      else users.set(id, [node.index]);
    }
  }
  return users;
}
