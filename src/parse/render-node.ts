import type { NodeConfig } from '../config/node-config.ts';
import { ConfigObject } from '../context/config-object.ts';
import type { MacroIndex } from '../context/macro-index.ts';
import { nodeScope } from '../context/node-scope.ts';
import { functionArguments, refArguments, sourceArguments } from '../context/ref-arguments.ts';
import { RelationObject } from '../context/relation-object.ts';
import { refMembers } from '../context/runtime-config.ts';
import { undefinedHint, withUndefinedHint } from '../context/undefined-hint.ts';
import type { Json } from '../contracts/json.ts';
import type { FunctionCall, Macro, RefCall, SourceCall } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { type TsdbtError, toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  isStaticTemplate,
  keywordTexts,
  type MacroBlock,
  parseTemplate,
  renderSync,
  type Scope,
  staticCalls,
  type Template,
  toStr,
  type Value,
} from '../jinja/index.ts';
import type { ParseContext } from './parse-context.ts';
import { isPythonModel } from './python-model.ts';

export interface RenderRequest {
  readonly uniqueId: UniqueId;
  readonly resourceType: string;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly packageName: string;
  readonly code: string;
  readonly file: string;
  readonly firstLine?: number;
  /** The configuration known so far, for `config.get`; the node's own calls are laid over it. */
  readonly configSoFar: (fromNode: readonly NodeConfig[]) => NodeConfig;
  readonly extra?: ReadonlyMap<string, Value>;
  /** Macros of other packages that may be called by their bare names. */
  readonly alsoKnown?: (name: string) => Macro<MacroBlock> | undefined;
}

/** What a node says of itself when it is rendered without a database. */
export interface RenderedFacts {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly metrics: readonly (readonly string[])[];
  readonly functions: readonly FunctionCall[];
  readonly configs: readonly NodeConfig[];
  /** The arguments of the first `config()` that stands in the text, unrendered; undefined where none does. */
  readonly configTexts?: NodeConfig | undefined;
  /** True for a model whose calls dbt reads without rendering it. */
  readonly isStatic?: boolean;
  readonly macros: readonly UniqueId[];
  readonly error: TsdbtError | undefined;
}

/**
 * Renders a node with `execute = false` and records its refs, sources, configuration and macros.
 * Names that only exist at run time are empty, not errors, as in dbt.
 */
export function renderForFacts(context: ParseContext, request: RenderRequest): RenderedFacts {
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  const metrics: string[][] = [];
  const functions: FunctionCall[] = [];
  const configs: NodeConfig[] = [];
  const macros = new Set<UniqueId>();
  const { database, schema } = context.target;
  // The name the node will have is not known yet; dbt gives a provisional one of its own here.
  const own = new RelationObject(context.dialect, { database, schema, identifier: request.name });
  const members = new Map<string, Value>([
    [
      'ref',
      hostFunction(
        'ref',
        (args, kwargs) => {
          refs.push(refArguments(args, kwargs));
          return own;
        },
        refMembers(context.host),
      ),
    ],
    [
      'source',
      hostFunction('source', (args, kwargs) => {
        sources.push(sourceArguments(args, kwargs));
        return own;
      }),
    ],
    [
      'metric',
      hostFunction('metric', (args) => {
        metrics.push(args.map(toStr));
        return '';
      }),
    ],
    [
      'function',
      hostFunction('function', (args, kwargs) => {
        functions.push(functionArguments(args, kwargs));
        return own;
      }),
    ],
    ['config', new ConfigObject(request.uniqueId, undefined, (given) => configs.push(given))],
    ['this', own],
    ['database', database],
    ['schema', schema],
    ...(request.extra ?? []),
  ]);
  const missing = new Set<string>();
  const known = nodeScope(context.host, {
    packageName: request.packageName,
    members,
    onMacro: (id) => macros.add(id),
    alsoKnown: request.alsoKnown,
    lazy: (name) =>
      name === 'model' || name === 'node' ? provisionalModel(context, request) : undefined,
  });
  const scope: Scope = {
    lookup: (name) => {
      const found = known.lookup(name);
      if (found === undefined) missing.add(name);
      return found;
    },
  };
  let error: TsdbtError | undefined;
  let configTexts: NodeConfig | undefined;
  let isStatic = false;
  try {
    const template = parseTemplate(request.code, {
      file: request.file,
      ...(request.firstLine === undefined ? {} : { firstLine: request.firstLine }),
    });
    renderSync(template, scope, { undefinedMode: 'lenient' });
    isStatic = request.resourceType === 'model' && isKnownUnrendered(template, context);
    if (isStatic && request.code.includes('\\')) {
      for (const found of [refs, sources, configs]) found.splice(0);
      const code = withRawTexts(request.code);
      renderSync(parseTemplate(code, { file: request.file }), scope, { undefinedMode: 'lenient' });
    }
    // dbt looks for the texts only where the name and its bracket stand together.
    const keepsTexts =
      configs.length > 0 &&
      !isStatic &&
      !isPythonModel(request.file) &&
      request.code.includes('config(');
    if (keepsTexts) configTexts = keywordTexts(template.body, 'config');
    if (isStatic && sources.length > 1) keepFirst(sources);
    // dbt finds these only when the node is compiled; our own projects are checked before a row moves.
    if (context.root.file === 'project.yml') {
      error = undefinedCall(template, request, missing, context.host.macros);
    }
  } catch (thrown) {
    const details = { nodeId: request.uniqueId, location: { file: request.file } };
    error = withUndefinedHint(
      toTsdbtError(thrown, details),
      context.host.macros,
      request.packageName,
    );
  }
  return {
    refs,
    sources,
    metrics,
    functions,
    configs,
    configTexts,
    isStatic,
    macros: [...macros],
    error,
  };
}

/** Whether dbt reads a model without rendering it, which it does where nobody replaced what it calls. */
function isKnownUnrendered(template: Template, { host, project }: ParseContext): boolean {
  const isReplaced = ['ref', 'source', 'config'].some(
    (name) => host.macros.find(name, project.name) !== undefined,
  );
  return !isReplaced && isStaticTemplate(template);
}

/** A template whose texts keep their backslashes: dbt's extractor takes what stands between the quotes. */
function withRawTexts(code: string): string {
  return code.replace(/\\([\s\S])/g, (pair, next: string) =>
    next === '"' || next === "'" ? `\\\\${pair}` : `\\\\${next === '\\' ? '\\\\' : next}`,
  );
}

/** Leaves of equal calls the first: dbt's extractor gives a set of them. */
function keepFirst(sources: SourceCall[]): void {
  const seen = new Map(sources.map((call) => [`${call.source}\0${call.table}`, call]));
  sources.splice(0, sources.length, ...seen.values());
}

/** `model` while it is parsed: what is known before its text was read. */
function provisionalModel(context: ParseContext, request: RenderRequest): Value {
  const { database, schema } = context.target;
  return fromJs({
    unique_id: request.uniqueId,
    resource_type: request.resourceType,
    name: request.name,
    alias: request.name,
    database,
    schema,
    package_name: request.packageName,
    fqn: request.fqn,
    original_file_path: request.file,
    path: request.file.split('/').slice(1).join('/'),
    raw_code: request.code,
    config: request.configSoFar([]),
    tags: [],
    meta: {},
    columns: {},
    refs: [],
    sources: [],
    depends_on: { macros: [], nodes: [] },
    language: 'sql',
    description: '',
    version: null,
  });
}

/** The first call of a name that nothing defines; a template that asks `is defined` knows what it does. */
function undefinedCall(
  template: Template,
  request: RenderRequest,
  missing: ReadonlySet<string>,
  macros: MacroIndex,
): TsdbtError | undefined {
  const call = staticCalls(template.body, template.text).find(({ name }) => missing.has(name));
  if (
    call === undefined ||
    new RegExp(`\\b${call.name}\\s+is\\s+(not\\s+)?defined`).test(request.code)
  ) {
    return undefined;
  }
  return tsdbtError(
    'jinja-undefined',
    {
      message: `'${call.name}' is undefined`,
      hint: undefinedHint(call.name, macros, request.packageName),
    },
    {
      nodeId: request.uniqueId,
      location: { file: request.file, line: call.line, column: call.column },
    },
  );
}

/** Turns JSON-like values of a property file into node configuration. */
export function asConfig(value: unknown): NodeConfig {
  return (value ?? {}) as Readonly<Record<string, Json>>;
}
