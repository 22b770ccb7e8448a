import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, NodeResourceType } from '../contracts/node.ts';
import type { ConfigKind } from '../contracts/project.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { columnInfos, tagList } from './columns.ts';
import { layeredConfig, writtenConfig } from './layered-config.ts';
import type { ParseContext } from './parse-context.ts';
import type { ModelProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { relationName } from './relation-name.ts';
import { asConfig, type RenderedFacts, renderForFacts } from './render-node.ts';
import { type SourceFile, sha256 } from './source-file.ts';

interface NodeKind {
  readonly resourceType: NodeResourceType;
  readonly config: ConfigKind;
  readonly section: 'models' | 'seeds' | 'analyses' | 'data_tests';
}

const kinds = {
  model: { resourceType: 'model', config: 'models', section: 'models' },
  analysis: { resourceType: 'analysis', config: 'analyses', section: 'analyses' },
  test: { resourceType: 'test', config: 'data_tests', section: 'data_tests' },
  seed: { resourceType: 'seed', config: 'seeds', section: 'seeds' },
} as const satisfies Record<string, NodeKind>;

/** Models, singular tests or analyses: one node for each `.sql` file. */
export function parseSqlNodes(
  context: ParseContext,
  kind: 'model' | 'analysis' | 'test',
  files: readonly SourceFile[],
): Node[] {
  const nodes: Node[] = [];
  for (const file of files) {
    const parsed = parseNode(
      context,
      kinds[kind],
      file,
      file.contents,
      sha256(file.contents.trim()),
    );
    if (parsed !== undefined) nodes.push(parsed);
  }
  return nodes;
}

/** Seeds: one node for each `.csv` file. Its rows are read when it is loaded, not here. */
export function parseSeeds(
  context: ParseContext,
  files: readonly Omit<SourceFile, 'contents'>[],
): Node[] {
  const nodes: Node[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(context.project.root, file.path));
    const parsed = parseNode(context, kinds.seed, { ...file, contents: '' }, '', sha256(bytes));
    if (parsed !== undefined) nodes.push(parsed);
  }
  return nodes;
}

function parseNode(
  context: ParseContext,
  kind: NodeKind,
  file: SourceFile,
  code: string,
  checksum: string,
): Node | undefined {
  const { project } = context;
  const name = file.subPath
    .split('/')
    .at(-1)!
    .replace(/\.[^.]+$/, '');
  const fqn = [project.name, ...file.subPath.split('/').slice(0, -1), name];
  const id = uniqueId(kind.resourceType, project.name, name);
  const entry = propertiesOf(context, kind, name);
  const properties = entry?.properties;
  const fromProperties = propertyConfig(properties);
  const configWith = (fromNode: readonly NodeConfig[]) =>
    layeredConfig(context, kind.config, fqn, fromProperties, fromNode);

  const facts: RenderedFacts =
    kind.resourceType === 'seed'
      ? { refs: [], sources: [], configs: [], macros: [], error: undefined }
      : renderForFacts(context, {
          uniqueId: id,
          packageName: project.name,
          code,
          file: file.path,
          configSoFar: configWith,
        });
  const config = configWith(facts.configs);
  // A node that is switched off may hold anything.
  if (facts.error !== undefined && config['enabled'] !== false)
    context.diagnostics.add(facts.error);

  return context.diagnostics.collect(() =>
    buildNode(context, {
      id,
      kind,
      name,
      fqn,
      file,
      code,
      checksum,
      config,
      facts,
      entry,
      fromProperties,
    }),
  );
}

interface NodeParts {
  readonly id: UniqueId;
  readonly kind: NodeKind;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly file: SourceFile;
  readonly code: string;
  readonly checksum: string;
  readonly config: NodeConfig;
  readonly facts: RenderedFacts;
  readonly entry: PropertyEntry<ModelProperties> | undefined;
  readonly fromProperties: NodeConfig;
}

function buildNode(context: ParseContext, parts: NodeParts): Node {
  const { id, kind, name, fqn, file, code, config, facts, entry } = parts;
  const { project } = context;
  const properties = entry?.properties;
  const relation = relationName(context, {
    name,
    packageName: project.name,
    version: null,
    config,
    fqn,
    resourceType: kind.resourceType,
  });
  const describe = (text: unknown) => context.describe(text, entry?.file.path ?? file.path);
  return {
    uniqueId: id,
    resourceType: kind.resourceType,
    name,
    packageName: project.name,
    fqn,
    path: file.subPath,
    originalFilePath: file.path,
    rawCode: code.trim(),
    firstLine: /^\s*/.exec(code)![0].split('\n').length,
    checksum: parts.checksum,
    config,
    unrenderedConfig: writtenConfig(context, kind.config, fqn, parts.fromProperties, facts.configs),
    ...relation,
    description: describe(properties?.description),
    columns: columnInfos(properties?.columns, describe),
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    tags: tagList(config['tags']),
    refs: facts.refs,
    sources: facts.sources,
    dependsOn: { nodes: [], macros: facts.macros },
    patchPath: entry?.file.path ?? null,
    access:
      kind.resourceType === 'model'
        ? String(properties?.access ?? config['access'] ?? 'protected')
        : null,
    group: (properties?.group ?? (config['group'] as string | null | undefined) ?? null) as
      | string
      | null,
    version: null,
    latestVersion: null,
    testMetadata: null,
    columnName: null,
    attachedNode: null,
  };
}

function propertyConfig(properties: ModelProperties | undefined): NodeConfig {
  if (properties === undefined) return {};
  const config: Record<string, Json> = { ...asConfig(properties.config) };
  if (properties.meta !== undefined && properties.meta !== null) {
    config['meta'] = {
      ...(properties.meta as Record<string, Json>),
      ...((config['meta'] ?? {}) as Record<string, Json>),
    };
  }
  if (properties.docs !== undefined) config['docs'] = properties.docs as Json;
  if (properties.access !== undefined) config['access'] = properties.access;
  if (properties.group !== undefined) config['group'] = properties.group;
  if (properties.expectations) config['expectations'] = properties.expectations as Json;
  return config;
}

function propertiesOf(
  context: ParseContext,
  kind: NodeKind,
  name: string,
): PropertyEntry<ModelProperties> | undefined {
  const [first, second] = context.properties[kind.section].filter(
    (entry) => entry.properties.name === name,
  );
  if (first !== undefined && second !== undefined) {
    context.diagnostics.add(
      tsdbtError(
        'duplicate-resource',
        {
          kind: `properties of the ${kind.resourceType}`,
          name,
          first: first.file.path,
          second: second.file.path,
        },
        { location: second.yaml.locate([...second.path, 'name']) },
      ),
    );
  }
  return first;
}
