import type { NodeConfig } from '../config/node-config.ts';
import { ConfigObject } from '../context/config-object.ts';
import { nodeScope } from '../context/node-scope.ts';
import { refArguments, sourceArguments } from '../context/ref-arguments.ts';
import { RelationObject } from '../context/relation-object.ts';
import type { Json } from '../contracts/json.ts';
import type { RefCall, SourceCall } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { type TsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, hostFunction, parseTemplate, renderSync, type Value } from '../jinja/index.ts';
import type { ParseContext } from './parse-context.ts';

export interface RenderRequest {
  readonly uniqueId: UniqueId;
  readonly packageName: string;
  readonly code: string;
  readonly file: string;
  readonly firstLine?: number;
  /** The configuration known so far, for `config.get`; the node's own calls are laid over it. */
  readonly configSoFar: (fromNode: readonly NodeConfig[]) => NodeConfig;
  readonly extra?: ReadonlyMap<string, Value>;
}

/** What a node says of itself when it is rendered without a database. */
export interface RenderedFacts {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly configs: readonly NodeConfig[];
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
  const configs: NodeConfig[] = [];
  const macros = new Set<UniqueId>();
  // What a relation is called does not matter yet; dbt gives the node's own one here.
  const placeholder = new RelationObject(context.dialect, {
    database: context.target.database,
    schema: context.target.schema,
    identifier: request.uniqueId.split('.').at(-1)!,
  });
  const members = new Map<string, Value>([
    [
      'ref',
      hostFunction('ref', (args, kwargs) => {
        refs.push(refArguments(args, kwargs));
        return placeholder;
      }),
    ],
    [
      'source',
      hostFunction('source', (args) => {
        sources.push(sourceArguments(args));
        return placeholder;
      }),
    ],
    [
      'config',
      new ConfigObject(
        request.uniqueId,
        () => request.configSoFar(configs),
        (given) => configs.push(given),
      ),
    ],
    ['this', placeholder],
    ['graph', fromJs({})],
    [
      'model',
      fromJs({ unique_id: request.uniqueId, name: placeholder.relation.identifier, config: {} }),
    ],
    ...(request.extra ?? []),
  ]);
  const scope = nodeScope(context.host, {
    packageName: request.packageName,
    members,
    onMacro: (id) => macros.add(id),
  });
  let error: TsdbtError | undefined;
  try {
    const template = parseTemplate(request.code, {
      file: request.file,
      ...(request.firstLine === undefined ? {} : { firstLine: request.firstLine }),
    });
    renderSync(template, scope, { undefinedMode: 'lenient' });
  } catch (thrown) {
    error = toTsdbtError(thrown, { nodeId: request.uniqueId, location: { file: request.file } });
  }
  return { refs, sources, configs, macros: [...macros], error };
}

/** Turns JSON-like values of a property file into node configuration. */
export function asConfig(value: unknown): NodeConfig {
  return (value ?? {}) as Readonly<Record<string, Json>>;
}
