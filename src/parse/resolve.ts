import type {
  Exposure,
  FunctionCall,
  Node,
  RefCall,
  SourceCall,
  SourceNode,
} from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { suggest } from '../errors/suggest.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { keptSourceName, quarantinedModel, quarantineName } from './quarantine-name.ts';

/** What the name of a node consists of. */
export type Referable = Pick<
  Node,
  'uniqueId' | 'name' | 'resourceType' | 'packageName' | 'version' | 'latestVersion'
>;

/** What the name of a source table consists of. */
export type ReferableSource = Pick<SourceNode, 'uniqueId' | 'name' | 'sourceName' | 'packageName'>;

/** What the name of a function consists of. */
export type ReferableFunction = Pick<Node, 'uniqueId' | 'name' | 'packageName'>;

/** Nodes, sources and functions by the names that `ref`, `source` and `function` use. */
export class NameIndex<
  N extends Referable = Referable,
  S extends ReferableSource = ReferableSource,
> {
  readonly #nodes = new Map<string, N[]>();
  readonly #sources = new Map<string, S[]>();
  readonly #functions = new Map<string, ReferableFunction[]>();
  readonly #disabled = new Set<string>();
  readonly #disabledFunctions = new Set<string>();
  readonly #root: string;
  readonly #isOwnFirst: boolean;

  constructor(
    nodes: Iterable<N>,
    sources: Iterable<S>,
    disabled: Iterable<{
      readonly resourceType: string;
      readonly name: string;
      readonly sourceName?: string;
    }>,
    root: Pick<Project, 'name' | 'flags'>,
    functions: Iterable<ReferableFunction>,
  ) {
    this.#root = root.name;
    this.#isOwnFirst = root.flags['require_ref_searches_node_package_before_root'] === true;
    for (const node of nodes) if (isReferable(node)) addTo(this.#nodes, node.name, node);
    for (const source of sources)
      addTo(this.#sources, `${source.sourceName}.${source.name}`, source);
    for (const one of functions) addTo(this.#functions, one.name, one);
    for (const node of disabled) {
      const { sourceName, name } = node;
      if (node.resourceType === 'function') this.#disabledFunctions.add(name);
      else this.#disabled.add(sourceName === undefined ? name : `${sourceName}.${name}`);
    }
  }

  /**
   * The node a `ref` means: with a package exactly there; else in the root project, then in the
   * package of the caller (a flag lets it be first), then in any (core `contracts/graph/manifest.py`).
   */
  ref(call: RefCall, from: string): N | undefined {
    const found = (this.#nodes.get(call.name) ?? []).filter((node) => isVersion(node, call));
    if (call.package !== null) return found.find((node) => node.packageName === call.package);
    const [first, second] = this.#isOwnFirst ? [from, this.#root] : [this.#root, from];
    return (
      found.find((node) => node.packageName === first) ??
      found.find((node) => node.packageName === second) ??
      found[0]
    );
  }

  /**
   * The landing model and its quarantine that `ref('raw_orders__quarantine')` means, where no node is
   * called so.
   */
  quarantine(call: RefCall, from: string): { readonly model: N; readonly table: S } | undefined {
    const asked = quarantinedModel(call);
    const model = asked && this.ref(asked, from);
    if (model === undefined) return undefined;
    const name = quarantineName(model);
    const table = this.#sources
      .get(`${keptSourceName}.${name}`)
      ?.find(({ packageName }) => packageName === model.packageName);
    return table && { model, table };
  }

  source(call: SourceCall, from: string): S | undefined {
    const found = this.#sources.get(`${call.source}.${call.table}`) ?? [];
    return (
      found.find((source) => source.packageName === from) ??
      found.find((source) => source.packageName === this.#root) ??
      found[0]
    );
  }

  /** The function a `function` means: looked for as a `ref` without a flag is. */
  function(call: FunctionCall, from: string): ReferableFunction | undefined {
    const found = this.#functions.get(call.name) ?? [];
    if (call.package !== null) return found.find((one) => one.packageName === call.package);
    return (
      found.find((one) => one.packageName === this.#root) ??
      found.find((one) => one.packageName === from) ??
      found[0]
    );
  }

  isDisabledFunction(name: string): boolean {
    return this.#disabledFunctions.has(name);
  }

  functionNames(): readonly string[] {
    return [...this.#functions.keys()];
  }

  isDisabled(name: string): boolean {
    return this.#disabled.has(name);
  }

  refNames(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  sourceNames(): readonly string[] {
    return [...this.#sources.keys()];
  }
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** Whether a node is the version that a call means: the latest, where it names none. */
function isVersion(node: Referable, call: RefCall): boolean {
  if (call.version !== null) return String(node.version) === String(call.version);
  return node.version === null || String(node.version) === String(node.latestVersion);
}

/** Ids of what a node depends on, sources first and functions last, as dbt has them; the first name that leads nowhere is an error. */
export function resolveDependencies(node: Node | Exposure, index: NameIndex): readonly UniqueId[] {
  const ids = new Set<UniqueId>();
  const details = { nodeId: node.uniqueId };
  const label = `${node.resourceType} "${node.name}"`;
  for (const call of node.sources) {
    const found = index.source(call, node.packageName);
    const target = `${call.source}.${call.table}`;
    // A source that a function reads is no edge of dbt's graph (core `parser/manifest.py`).
    if (found !== undefined) {
      if (node.resourceType === 'function') continue;
      ids.add(found.uniqueId);
      const made = landingModelOf(call, node.packageName, index);
      if (made?.table.uniqueId === found.uniqueId) ids.add(made.model.uniqueId);
    } else if (index.isDisabled(target)) {
      throw tsdbtError(
        'ref-disabled',
        { node: label, target },
        { ...details, location: locateCall(node, 'source', call.table) },
      );
    } else {
      const near = suggest(target, index.sourceNames());
      throw tsdbtError(
        'source-not-found',
        { node: label, target, near },
        { ...details, location: locateCall(node, 'source', call.table) },
      );
    }
  }
  for (const call of node.refs) {
    const found = index.ref(call, node.packageName);
    const kept = found === undefined ? index.quarantine(call, node.packageName) : undefined;
    if (found !== undefined) ids.add(found.uniqueId);
    else if (kept !== undefined) ids.add(kept.table.uniqueId).add(kept.model.uniqueId);
    else throw refError(call, node, label, index, details);
  }
  for (const call of functionsOf(node)) {
    const found = index.function(call, node.packageName);
    if (found === undefined) throw functionError(call, node, label, index);
    ids.add(found.uniqueId);
  }
  return [...ids];
}

/** The landing model that makes a source, which is its quarantine. */
function landingModelOf({ source, table }: SourceCall, from: string, index: NameIndex) {
  return source === keptSourceName
    ? index.quarantine({ name: table, package: null, version: null }, from)
    : undefined;
}

function functionsOf(node: Node | Exposure): readonly FunctionCall[] {
  return node.resourceType === 'exposure' ? [] : (node.functions ?? []);
}

function functionError(call: FunctionCall, node: Node | Exposure, label: string, index: NameIndex) {
  const target = `${call.package === null ? '' : `${call.package}.`}${call.name}`;
  const facts = { nodeId: node.uniqueId, location: locateCall(node, 'function', call.name) };
  if (index.isDisabledFunction(call.name))
    return tsdbtError('function-disabled', { node: label, target }, facts);
  const near = suggest(call.name, index.functionNames());
  return tsdbtError('function-not-found', { node: label, target, near }, facts);
}

/** What is there of the things a node refers to, whatever else is missing or switched off. */
export function knownDependencies(node: Node, index: NameIndex): readonly UniqueId[] {
  const found = [
    ...node.sources.map((call) => index.source(call, node.packageName)),
    ...node.refs.map(
      (call) =>
        index.ref(call, node.packageName) ?? index.quarantine(call, node.packageName)?.model,
    ),
    ...functionsOf(node).map((call) => index.function(call, node.packageName)),
  ];
  return [...new Set(found.flatMap((target) => (target === undefined ? [] : target.uniqueId)))];
}

function refError(
  call: RefCall,
  node: Node | Exposure,
  label: string,
  index: NameIndex,
  details: { nodeId: string },
) {
  const version = call.version === null ? '' : `.v${call.version}`;
  const target = `${call.package === null ? '' : `${call.package}.`}${call.name}${version}`;
  const location = locateCall(node, 'ref', call.name);
  if (index.isDisabled(call.name))
    return tsdbtError('ref-disabled', { node: label, target }, { ...details, location });
  return tsdbtError(
    'ref-not-found',
    { node: label, target, near: suggest(call.name, index.refNames()) },
    { ...details, location },
  );
}

/** Where the call stands in the node's text; the file alone when a macro made it. */
export function locateCall(
  node: Node | Exposure,
  what: 'ref' | 'source' | 'metric' | 'function',
  name: string,
): SourceLocation {
  const file = node.originalFilePath;
  if (node.resourceType === 'exposure' || node.testMetadata !== null) return { file };
  const lines = node.rawCode.split('\n');
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`\\b${what}\\s*\\([^)]*['"]${escaped}['"]`);
  for (const [i, line] of lines.entries()) {
    const match = pattern.exec(line);
    if (match !== null) return { file, line: i + node.firstLine, column: match.index + 1 };
  }
  return { file };
}

function isReferable(node: Referable): boolean {
  return (
    node.resourceType === 'model' ||
    node.resourceType === 'seed' ||
    node.resourceType === 'snapshot'
  );
}
