import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, NodeResourceType } from '../contracts/node.ts';
import type { ConfigKind } from '../contracts/project.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { checkNode } from './checks/check-node.ts';
import { columnInfos, modelConstraint, tagList } from './columns.ts';
import { contractChecksum } from './contract-checksum.ts';
import { dateText } from './date-text.ts';
import { describing } from './describe.ts';
import { entriesByName } from './entries-by-name.ts';
import { foreignKeyCalls } from './foreign-keys.ts';
import { hookFacts, withHooks } from './hook-facts.ts';
import {
  layeredConfig,
  mergedCalls,
  mergedKeys,
  withProjectValues,
  writtenConfig,
} from './layered-config.ts';
import { withMoment } from './microbatch-config.ts';
import {
  type ModelVersion,
  propertyConfig,
  unrenderedProperties,
  versionProperties,
  versionsByFile,
} from './model-versions.ts';
import type { ParseContext } from './parse-context.ts';
import type { ModelProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { isPythonModel, pythonModelTemplate } from './python-model.ts';
import { relationName } from './relation-name.ts';
import { type RenderedFacts, renderForFacts } from './render-node.ts';
import { timeSpine } from './semantics/check-time-spine.ts';
import { type SourceFile, seedChecksum, textChecksum } from './source-file.ts';
import { stem } from './template-endings.ts';

const noFacts: RenderedFacts = {
  refs: [],
  sources: [],
  metrics: [],
  functions: [],
  configs: [],
  macros: [],
  error: undefined,
};

/** What sets the kinds of nodes apart: where their configuration and properties stand. */
export interface NodeKind {
  readonly resourceType: NodeResourceType;
  readonly config: ConfigKind;
  readonly section: 'models' | 'seeds' | 'analyses' | 'data_tests' | 'snapshots' | 'functions';
}

const kinds = {
  model: { resourceType: 'model', config: 'models', section: 'models' },
  analysis: { resourceType: 'analysis', config: 'analyses', section: 'analyses' },
  test: { resourceType: 'test', config: 'data_tests', section: 'data_tests' },
  seed: { resourceType: 'seed', config: 'seeds', section: 'seeds' },
} as const satisfies Record<string, NodeKind>;

/** Models, singular tests or analyses: one node for each `.sql` file, and each `.py` file of models. */
export function parseSqlNodes(
  context: ParseContext,
  kind: 'model' | 'analysis' | 'test',
  files: readonly SourceFile[],
): Node[] {
  const versions =
    kind === 'model'
      ? versionsByFile(context.properties.models, new Set(files.map((f) => stem(f.subPath))))
      : new Map<string, ModelVersion>();
  return files.flatMap((file) => {
    // dbt shows analyses under the path `analysis/`, whatever their folder is called.
    const path = kind === 'analysis' ? `analysis/${file.subPath}` : file.subPath;
    const name = stem(file.subPath);
    const isCorrected = context.root.flags['require_corrected_analysis_fqns'] === true;
    const place = isCorrected ? file.subPath : path;
    const node = parseNode(context, kinds[kind], {
      name,
      path,
      fqn: [context.project.name, ...place.split('/').slice(0, -1), name],
      file,
      code: file.contents,
      firstLine: 1,
      checksum: textChecksum(file.contents),
      version: versions.get(name),
    });
    return node === undefined ? [] : [node];
  });
}

/** Seeds: one node for each `.csv` file. Its rows are read when it is loaded, not here. */
export function parseSeeds(
  context: ParseContext,
  files: readonly Omit<SourceFile, 'contents'>[],
): Node[] {
  return files.flatMap((file) => {
    const bytes = readFileSync(join(context.project.root, file.path));
    const isKnownByPath = bytes.length > largestHashedSeed(context);
    const name = stem(file.subPath);
    const node = parseNode(context, kinds.seed, {
      name,
      path: file.subPath,
      fqn: [context.project.name, ...file.subPath.split('/').slice(0, -1), name],
      file: { ...file, contents: '' },
      code: '',
      firstLine: 1,
      checksum: seedChecksum(bytes, isKnownByPath),
      isKnownByPath,
      version: undefined,
    });
    return node === undefined ? [] : [node];
  });
}

/** Bytes; what is larger dbt knows by its path, so that its manifest need not read it. */
function largestHashedSeed({ host }: ParseContext): number {
  const mebibytes = Number(host.invocation.flags['MAXIMUM_SEED_SIZE_MIB'] ?? 1);
  return mebibytes === 0 ? Number.POSITIVE_INFINITY : mebibytes * 1024 * 1024;
}

/** A piece of a file that becomes a node. */
export interface NodeSource {
  readonly name: string;
  readonly path: string;
  readonly fqn: readonly string[];
  readonly file: SourceFile;
  readonly code: string;
  /** Line of the file that the code begins at. */
  readonly firstLine: number;
  readonly checksum: string;
  readonly isKnownByPath?: boolean;
  readonly version: ModelVersion | undefined;
}

/** Renders a node for its facts and puts it together with its configuration and properties. */
export function parseNode(
  context: ParseContext,
  kind: NodeKind,
  source: NodeSource,
): Node | undefined {
  const { project } = context;
  const { version } = source;
  const name = version?.entry.properties.name ?? source.name;
  const versionName = version === undefined ? [] : [`v${version.version}`];
  const fqn = [...source.fqn.slice(0, -1), name, ...versionName];
  const id = uniqueId(kind.resourceType, project.name, name, ...versionName);
  const entry = version?.entry ?? propertiesOf(context, kind, name);
  const properties = version === undefined ? entry?.properties : versionProperties(version);
  const fromProperties = propertyConfig(properties);
  const configWith = (fromNode: readonly NodeConfig[]) =>
    layeredConfig(context, kind.config, fqn, fromProperties, fromNode);

  const facts: RenderedFacts =
    kind.resourceType === 'seed'
      ? noFacts
      : renderForFacts(context, {
          uniqueId: id,
          resourceType: kind.resourceType,
          name,
          fqn,
          packageName: project.name,
          code: templateOf(context, kind, source),
          file: source.file.path,
          firstLine: source.firstLine,
          configSoFar: configWith,
        });
  const config = configWith(facts.configs);
  // A node that is switched off may hold anything.
  if (facts.error !== undefined && config['enabled'] !== false)
    context.diagnostics.add(facts.error);
  const all = withHooks(
    facts,
    hookFacts(context, config, {
      uniqueId: id,
      resourceType: kind.resourceType,
      name,
      fqn,
      packageName: project.name,
      file: source.file.path,
    }),
  );
  const parts = {
    id,
    kind,
    name,
    fqn,
    source,
    config,
    facts: all,
    entry,
    properties,
    fromProperties,
  };
  const { diagnostics } = context;
  const built = diagnostics.collect(() => {
    const node = buildNode(context, parts);
    const described = entry && (() => entry.yaml.locate(entry.path));
    checkNode(node, parts.config, described, diagnostics);
    return node;
  });
  if (built === undefined) diagnostics.noteBroken('node', name);
  return built;
}

function templateOf({ diagnostics }: ParseContext, kind: NodeKind, source: NodeSource): string {
  const { code, file } = source;
  if (kind.resourceType !== 'model' || !isPythonModel(file.path)) return code;
  return diagnostics.collect(() => pythonModelTemplate(code, file.path)) ?? '';
}

interface NodeParts {
  readonly id: UniqueId;
  readonly kind: NodeKind;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly source: NodeSource;
  readonly config: NodeConfig;
  readonly facts: RenderedFacts;
  readonly entry: PropertyEntry<ModelProperties> | undefined;
  readonly properties: ModelProperties | undefined;
  readonly fromProperties: NodeConfig;
}

function buildNode(context: ParseContext, parts: NodeParts): Node {
  const { id, kind, name, fqn, source, facts, entry, properties } = parts;
  const { project } = context;
  const { file, code, version } = source;
  const relation = relationName(context, {
    name,
    packageName: project.name,
    version: version?.version ?? null,
    latestVersion: version?.latest ?? null,
    config: parts.config,
    fqn,
    resourceType: kind.resourceType,
    path: file.path,
  });
  const config = withProjectValues(context, kind.config, fqn, parts.config);
  const describe = describing(context, entry?.file.path ?? file.path, config);
  const description = describe(properties?.description);
  const isModel = kind.resourceType === 'model';
  const isFunction = kind.resourceType === 'function';
  const columns = columnInfos(isFunction ? undefined : properties?.columns, describe);
  const constraints = (properties?.constraints ?? []).map(modelConstraint);
  const keys = foreignKeyCalls(
    context,
    {
      uniqueId: id,
      resourceType: kind.resourceType,
      name,
      fqn,
      packageName: project.name,
      file: file.path,
      configSoFar: () => config,
    },
    columns,
    isModel ? constraints : [],
    {
      // dbt looks at the constraints of a version twice.
      times: version === undefined ? 1 : 2,
      location: () =>
        entry === undefined
          ? { file: file.path }
          : entry.yaml.locate([...entry.path, 'constraints']),
    },
  );
  return {
    uniqueId: id,
    resourceType: kind.resourceType,
    name,
    packageName: project.name,
    fqn,
    path: source.path,
    originalFilePath: file.path,
    ...rawCode(kind, code, source.firstLine),
    ...(isModel && isPythonModel(file.path) ? { language: 'python' as const } : {}),
    checksum: source.checksum,
    ...(source.isKnownByPath === true ? { isKnownByPath: true } : {}),
    config: isModel ? withMoment(config) : config,
    unrenderedConfig: writtenConfig(
      context,
      kind.config,
      fqn,
      asWritten(context, parts),
      unrenderedCalls(context, facts),
      // dbt forgets what its extractor read when it lays properties over it.
      facts.isStatic === true && !isPatched(parts) ? facts.configs : [],
    ),
    ...relation,
    description: description.text,
    docBlocks: description.docBlocks,
    columns,
    meta: (config['meta'] ?? {}) as Record<string, Json>,
    tags: tagsOf(context, parts),
    refs: [...facts.refs, ...keys.refs],
    sources: [...facts.sources, ...keys.sources],
    metrics: facts.metrics,
    ...(facts.functions.length === 0 ? {} : { functions: facts.functions }),
    dependsOn: { nodes: [], macros: facts.macros },
    patchPath: entry?.file.path ?? null,
    access: isModel ? String(config['access'] ?? 'protected') : null,
    group: (config['group'] as string | null | undefined) ?? null,
    version: version?.version ?? null,
    latestVersion: version?.latest ?? null,
    testMetadata: null,
    columnName: null,
    attachedNode: null,
    ...(isModel
      ? {
          constraints,
          contractChecksum: contractChecksum({ config, columns, constraints }),
          deprecationDate: dateText(properties?.deprecation_date),
          timeSpine: timeSpine(context, entry, columns),
        }
      : {}),
  };
}

/** Configured by a property file, as versions always are. */
function isPatched({ fromProperties, source }: NodeParts): boolean {
  return Object.keys(fromProperties).length > 0 || source.version !== undefined;
}

/** Tags in the order in which dbt meets them: those of property files after those of the node. */
function tagsOf(context: ParseContext, parts: NodeParts): readonly string[] {
  const { config, fromProperties, kind, fqn, facts } = parts;
  const all = tagList(config['tags']);
  if (fromProperties['tags'] === undefined) return [...new Set(all)];
  const first = layeredConfig(context, kind.config, fqn, {}, facts.configs);
  return [...new Set([...tagList(first['tags']), ...all])];
}

/** The text of a node: of a file without the blanks around it, of a block as it is. */
function rawCode(kind: NodeKind, code: string, firstLine: number) {
  if (kind.resourceType === 'snapshot') return { rawCode: code, firstLine };
  const blankLines = /^\s*/.exec(code)![0].split('\n').length - 1;
  return { rawCode: code.trim(), firstLine: firstLine + blankLines };
}

/** What property files say of a node as they say it, unless a flag asks for the values. */
function asWritten(
  context: ParseContext,
  { kind, entry, fromProperties, source }: NodeParts,
): NodeConfig {
  // Of singular tests dbt keeps the values.
  return entry === undefined || keepsValues(context) || kind.resourceType === 'test'
    ? fromProperties
    : unrenderedProperties(fromProperties, entry, source.version);
}

function keepsValues({ root }: ParseContext): boolean {
  return root.flags['state_modified_compare_more_unrendered_values'] === false;
}

/** What `config()` was given as it was written, unless a flag asks for the values, as dbt had it once. */
function unrenderedCalls(
  context: ParseContext,
  { configs, configTexts, isStatic }: RenderedFacts,
): NodeConfig {
  if (isStatic === true) return mergedKeys(configs);
  return keepsValues(context) || configTexts === undefined ? mergedCalls(configs) : configTexts;
}

function propertiesOf(
  context: ParseContext,
  kind: NodeKind,
  name: string,
): PropertyEntry<ModelProperties> | undefined {
  // What of it is read here has the same form in all of them.
  const section = context.properties[kind.section] as readonly PropertyEntry<ModelProperties>[];
  const [first, second] = entriesByName(section, name);
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
