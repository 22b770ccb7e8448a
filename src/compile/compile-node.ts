import { manifestNode } from '../artifacts/manifest-node.ts';
import { ConfigObject } from '../context/config-object.ts';
import { FlagsObject } from '../context/flags-object.ts';
import { genericTestCode } from '../context/generic-test-code.ts';
import { nodeScope, type TemplateHost } from '../context/node-scope.ts';
import { refArguments, sourceArguments } from '../context/ref-arguments.ts';
import { RelationObject } from '../context/relation-object.ts';
import { refMembers } from '../context/runtime-config.ts';
import type { PackageFiles, TemplateDatabase } from '../context/template-database.ts';
import { withUndefinedHint } from '../context/undefined-hint.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { FunctionCall, Node, SourceNode } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  fromJsDate,
  hostFunction,
  type Kwargs,
  PyDateTime,
  PyDict,
  parseTemplate,
  render,
  type Scope,
  type Suspension,
  suspend,
  utcZone,
  type Value,
} from '../jinja/index.ts';
import { builtInTest } from './built-in-test.ts';
import { cteRelation } from './cte-relation.ts';
import { type Deferral, deferredRelation } from './deferral.ts';
import { functionName } from './function-name.ts';
import { graphValue } from './graph-value.ts';
import { type Cte, cteName, injectCtes } from './inject-ctes.ts';
import { type Batch, filteredInput, type InputFilter } from './input-filter.ts';
import { quarantineOf } from './quarantine-input.ts';
import { quotePolicy } from './quote-policy.ts';
import { readRelation } from './read-relation.ts';
import { givenFor, standInRelation } from './stand-in.ts';

/** Looks up what `ref`, `source` and `function` mean. */
export interface Names {
  ref(
    call: { name: string; package: string | null; version: string | number | null },
    from: string,
  ): Node | undefined;
  /** The landing model whose quarantine a `ref` means, and that table as a source. */
  quarantine(
    call: { name: string; package: string | null; version: string | number | null },
    from: string,
  ): { readonly model: Node; readonly table: SourceNode } | undefined;
  source(
    call: { source: string; table: string },
    from: string,
  ): ({ uniqueId: UniqueId } & Relation & { landing: unknown }) | undefined;
  function(call: FunctionCall, from: string): Node | undefined;
}

export interface CompileEnvironment {
  readonly manifest: Manifest;
  readonly host: TemplateHost;
  readonly names: Names;
  /** The database, connected on first use. */
  readonly database: TemplateDatabase;
  readonly files: PackageFiles;
  /** SQL text that stands for a landing source, given where a load is under way. */
  readonly landingRelation?: (sourceId: UniqueId) => string;
  /** What is left out of everything that nodes read: `--empty`, `--sample`. */
  readonly filter?: InputFilter | undefined;
  /** The batch of a microbatch model. */
  readonly batch?: Batch | undefined;
  /** SQL names that stand for nodes: a batch in the place of its table. */
  readonly replaced?: ReadonlyMap<UniqueId, string> | undefined;
  /** `--defer`: nodes that stand elsewhere. */
  readonly deferral?: Deferral | undefined;
  /** Rows in place of relations, by unique id or `this`: what unit tests give. Nothing else is read. */
  readonly standIns?: ReadonlyMap<string, StandIn>;
  /** Values that macros are replaced by, under their names or `package.name`. */
  readonly overrides?: ReadonlyMap<string, Value>;
  /** False leaves out the queries of ephemeral models: the SQL names what is not there. */
  readonly injectsCtes?: boolean | undefined;
  /** The node is built whole although nobody gave --full-refresh: `is_incremental()` is false then. */
  readonly rebuild?: boolean;
  /** Told of each node as it is compiled from what it reads; not of batches or with rows in place of inputs. */
  readonly onCompiled?: ((compiled: CompiledNode) => void) | undefined;
}

/** A query that a relation is replaced by; it becomes a common table expression of that name. */
export interface StandIn {
  readonly name: string;
  readonly sql: string;
}

export interface CompiledNode {
  readonly nodeId: UniqueId;
  readonly compiledCode: string;
  readonly extraCtes: readonly Cte[];
  /** Of a function: the texts of its overloads, in their order. */
  readonly overloads?: readonly string[];
  /** The macros that the template called, which may be more than while it was parsed: `execute` is true. */
  readonly macros: readonly UniqueId[];
}

/** The relation a node builds. */
export function relationOf(node: Node): Relation {
  return { database: node.database, schema: node.schema, identifier: node.alias };
}

/**
 * Node → SQL: renders the template with `execute = true` and puts the ephemeral models it uses in
 * front as common table expressions. `extra` are names that go before those of the node.
 */
export async function compileNode(
  node: Node,
  environment: CompileEnvironment,
  extra?: ReadonlyMap<string, Value>,
): Promise<CompiledNode> {
  if (node.resourceType === 'seed')
    return { nodeId: node.uniqueId, compiledCode: '', extraCtes: [], macros: [] };
  if (node.language === 'python' && node.resourceType === 'model') {
    const location = { file: node.originalFilePath };
    throw tsdbtError('python-model-not-run', { name: node.name }, { location });
  }
  const ctes = new Map<UniqueId, Cte>();
  const macros = new Set<UniqueId>();
  const onMacro = (id: UniqueId) => macros.add(id);
  let sql = compileBuiltInTest(node, environment, onMacro);
  if (sql === undefined) {
    const code = node.testMetadata === null ? node.rawCode : genericTestCode(node.testMetadata);
    sql = await renderCode(node, code, environment, ctes, { onMacro, extra });
  }
  const extraCtes = [...ctes.values()];
  const compiledCode = environment.injectsCtes === false ? sql : injectCtes(sql, extraCtes);
  const overloads = await compileOverloads(node, environment, onMacro);
  const made = { nodeId: node.uniqueId, compiledCode, extraCtes, macros: [...macros] };
  const compiled = overloads === undefined ? made : { ...made, overloads };
  if (environment.standIns === undefined && environment.batch === undefined)
    environment.onCompiled?.(compiled);
  return compiled;
}

/** The overloads of a function, each rendered as if it stood in the file of the function. */
async function compileOverloads(
  node: Node,
  environment: CompileEnvironment,
  onMacro: (id: UniqueId) => void,
): Promise<readonly string[] | undefined> {
  const { overloads = [] } = node.signature ?? {};
  if (overloads.length === 0) return undefined;
  const texts: string[] = [];
  for (const { rawBody, originalFilePath, firstLine } of overloads) {
    const at = { ...node, originalFilePath, firstLine };
    texts.push(await renderCode(at, rawBody, environment, new Map(), { onMacro }));
  }
  return texts;
}

/** The SQL of a plain built-in test, which need not be rendered; undefined for every other node. */
function compileBuiltInTest(
  node: Node,
  environment: CompileEnvironment,
  onMacro: (id: UniqueId) => void,
): string | undefined {
  const { host, names, deferral, landingRelation, overrides, replaced, standIns } = environment;
  if (deferral ?? landingRelation ?? overrides ?? replaced ?? standIns) return undefined;
  const test = builtInTest(node, host);
  if (test === undefined) return undefined;
  const inputs: string[] = [];
  for (const input of test.inputs) {
    const target =
      'source' in input
        ? names.source(input, node.packageName)
        : names.ref({ name: input.name, package: null, version: null }, node.packageName);
    if (target === undefined || !node.dependsOn.nodes.includes(target.uniqueId)) return undefined;
    const source = environment.manifest.sources.get(target.uniqueId);
    const of = source ?? environment.manifest.nodes.get(target.uniqueId);
    if (of === undefined || of.config['materialized'] === 'ephemeral') return undefined;
    const relation = of.resourceType === 'source' ? of : relationOf(of);
    inputs.push(readRelation(relation, of, node, environment).pyStr());
  }
  for (const id of test.macros) onMacro(id);
  return test.sql(inputs);
}

export interface ScopeOptions {
  /** Names that go before those of the node. */
  readonly extra?: ReadonlyMap<string, Value> | undefined;
  /** Told of the macros that the template itself calls. */
  readonly onMacro?: ((id: UniqueId) => void) | undefined;
}

/** Renders any text in the context of a node, as hooks and `--inline` do. */
export async function renderCode(
  node: Node,
  code: string,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte> = new Map(),
  options: ScopeOptions = {},
): Promise<string> {
  const { macros } = environment.host;
  try {
    const scope = scopeOf(node, environment, ctes, options);
    const template = parseTemplate(code, {
      file: node.originalFilePath,
      firstLine: node.firstLine,
    });
    return await render(template, scope);
  } catch (error) {
    const details = { nodeId: node.uniqueId, location: { file: node.originalFilePath } };
    throw withUndefinedHint(toTsdbtError(error, details), macros, node.packageName);
  }
}

/** The names that templates of a node can use while it is compiled or run. */
export function scopeOf(
  node: Node,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
  { extra, onMacro }: ScopeOptions = {},
): Scope {
  const { host } = environment;
  const quote = quotePolicy(environment.manifest, undefined);
  const own = new RelationObject(host.dialect, relationOf(node), null, { quote });
  const members = new Map<string, Value>([
    ['ref', refFunction(node, environment, ctes)],
    ['source', sourceFunction(node, environment, ctes)],
    ['function', functionName(node, environment)],
    [
      'config',
      new ConfigObject(
        node.uniqueId,
        () => node.config,
        () => undefined,
        (name, text) => host.invocation.say(text, `warning:${name}`),
      ),
    ],
    ['this', thisRelation(own, environment, ctes)],
    ['database', node.database],
    ['schema', node.schema],
  ]);
  if (environment.rebuild === true) {
    members.set('flags', new FlagsObject({ ...host.invocation.flags, FULL_REFRESH: true }));
  }
  for (const [name, value] of extra ?? []) members.set(name, value);
  return nodeScope(host, {
    packageName: node.packageName,
    members,
    database: environment.database,
    overrides: environment.overrides,
    onMacro,
    lazy: (name) => {
      if (name === 'model' || name === 'node') {
        return modelValue(node, own.pyStr(), environment.batch);
      }
      return name === 'graph' ? graphValue(environment.manifest) : undefined;
    },
  });
}

/** `model`: the node under dbt's names, with the batch that runs when it is a microbatch model. */
function modelValue(node: Node, relationName: string, batch: Batch | undefined): Value {
  const value = fromJs(manifestNode(node, relationName, undefined, 0));
  if (batch !== undefined && value instanceof PyDict) {
    const utc = (time: Date) => new PyDateTime(fromJsDate(time), utcZone);
    const [start, end] = [utc(batch.window.start), utc(batch.window.end)];
    const fields = new PyDict();
    fields.set('id', batch.id);
    fields.set('event_time_start', start);
    fields.set('event_time_end', end);
    value.set('batch', fields);
    const config = value.get('config');
    // Where models and macros from before there was `model.batch` look.
    if (config instanceof PyDict) {
      config.set('__dbt_internal_microbatch_event_time_start', start);
      config.set('__dbt_internal_microbatch_event_time_end', end);
    }
  }
  return value;
}

/** `this`, which a unit test of an incremental model may give rows for. */
function thisRelation(
  own: RelationObject,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
): RelationObject {
  const given = environment.standIns?.get('this');
  return given === undefined ? own : standInRelation(asUniqueId('this'), given, environment, ctes);
}

function refFunction(node: Node, environment: CompileEnvironment, ctes: Map<UniqueId, Cte>): Value {
  const call = (args: Value[], kwargs: Kwargs): Value | Suspension => {
    const asked = refArguments(args, kwargs);
    const target = environment.names.ref(asked, node.packageName);
    if (target === undefined) {
      const kept = environment.names.quarantine(asked, node.packageName);
      if (kept !== undefined) return quarantineOf(kept, asked.name, node, environment, ctes);
      throw tsdbtError('ref-not-found', {
        node: `${node.resourceType} "${node.name}"`,
        target: asked.name,
      });
    }
    const relation = relationOf(target);
    if (environment.standIns !== undefined) {
      const given = givenFor(node, target.uniqueId, `ref('${target.name}')`, environment);
      return standInRelation(target.uniqueId, given, environment, ctes);
    }
    const declared =
      node.dependsOn.nodes.includes(target.uniqueId) || node.resourceType === 'operation';
    if (!declared) throw tsdbtError('ref-undeclared', { node: node.uniqueId, target: asked.name });
    const replaced = environment.replaced?.get(target.uniqueId);
    if (replaced !== undefined) {
      return new RelationObject(environment.host.dialect, relation, 'table', {
        rendered: replaced,
      });
    }
    if (target.config['materialized'] === 'ephemeral')
      return suspend(addCte(target, node, environment, ctes));
    const { deferral, database } = environment;
    if (deferral === undefined) return readRelation(relation, target, node, environment);
    return suspend(
      deferredRelation(target, relation, deferral, database).then((other) =>
        readRelation(other ?? relation, target, node, environment),
      ),
    );
  };
  return hostFunction('ref', call, refMembers(environment.host));
}

/** Compiles an ephemeral model, with those it uses before it, and gives its name in the query. */
async function addCte(
  target: Node,
  reader: Node,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
): Promise<Value> {
  const name = cteName(target.alias);
  if (!ctes.has(target.uniqueId)) {
    const sql = await renderCode(
      target,
      target.rawCode,
      { ...environment, batch: undefined },
      ctes,
    );
    ctes.set(target.uniqueId, { id: target.uniqueId, sql: ` ${name} as (\n${sql}\n)` });
  }
  const { dialect } = environment.host;
  const rendered = filteredInput(name, target, reader, environment, dialect);
  return cteRelation(dialect, name, rendered);
}

function sourceFunction(
  node: Node,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
): Value {
  return hostFunction('source', (args, kwargs) => {
    const call = sourceArguments(args, kwargs);
    const target = environment.names.source(call, node.packageName);
    if (target === undefined) {
      throw tsdbtError('source-not-found', {
        node: `${node.resourceType} "${node.name}"`,
        target: `${call.source}.${call.table}`,
      });
    }
    const { database, schema, identifier } = target;
    const relation = { database, schema, identifier };
    if (environment.standIns !== undefined) {
      const input = `source('${call.source}', '${call.table}')`;
      const given = givenFor(node, target.uniqueId, input, environment);
      return standInRelation(target.uniqueId, given, environment, ctes);
    }
    const staged =
      target.landing === null ? undefined : environment.landingRelation?.(target.uniqueId);
    return staged === undefined
      ? readRelation(relation, environment.manifest.sources.get(target.uniqueId), node, environment)
      : new RelationObject(environment.host.dialect, relation, 'external', { rendered: staged });
  });
}
