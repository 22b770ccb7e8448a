import type { SourceLocation } from '../errors/tsdbt-error.ts';
import type { Json } from './json.ts';
import type { UniqueId } from './unique-id.ts';

export type NodeResourceType =
  | 'model'
  | 'seed'
  | 'snapshot'
  | 'test'
  | 'analysis'
  | 'operation'
  | 'unit_test'
  | 'function';

/** A `ref(...)` as the node wrote it. */
export interface RefCall {
  readonly name: string;
  readonly package: string | null;
  readonly version: string | number | null;
}

/** A `source(...)` as the node wrote it. */
export interface SourceCall {
  readonly source: string;
  readonly table: string;
}

/** A `function(...)` as the node wrote it. */
export interface FunctionCall {
  readonly name: string;
  readonly package: string | null;
}

/** An argument of a user-defined function; a default is SQL text, or a plain value of YAML. */
export interface FunctionArgument {
  readonly name: string;
  readonly dataType: string;
  readonly description: string | null;
  readonly defaultValue: Json;
}

export interface FunctionReturns {
  readonly dataType: string;
  readonly description: string | null;
}

/** The function again with other arguments; its text stands in a file of its own. */
export interface FunctionOverload {
  /** Name of the file, without its ending. */
  readonly definedIn: string;
  readonly arguments: readonly FunctionArgument[];
  /** Null where it gives what the function itself does. */
  readonly returns: FunctionReturns | null;
  readonly description: string | null;
  readonly rawBody: string;
  readonly originalFilePath: string;
  readonly firstLine: number;
}

/** What a property file says of a user-defined function. */
export interface FunctionSignature {
  readonly arguments: readonly FunctionArgument[];
  readonly returns: FunctionReturns;
  readonly overloads: readonly FunctionOverload[];
}

export interface ColumnInfo {
  readonly name: string;
  readonly description: string;
  readonly dataType: string | null;
  readonly meta: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly quote: boolean | null;
  readonly constraints: readonly Json[];
  /** `config:` of the column, completed with its tags and meta. */
  readonly config?: Readonly<Record<string, Json>>;
  readonly granularity?: string | null;
  /** What the semantic model of its model makes of it; carried. */
  readonly dimension?: Json;
  readonly entity?: Json;
  /** Docs blocks that the description uses. */
  readonly docBlocks?: readonly UniqueId[];
  /** Keys that nobody knows; dbt hands them on. */
  readonly extra?: Readonly<Record<string, Json>>;
}

export interface DependsOn {
  readonly nodes: readonly UniqueId[];
  readonly macros: readonly UniqueId[];
}

/** What a generic test was made from. */
export interface TestMetadata {
  readonly name: string;
  readonly namespace: string | null;
  readonly kwargs: Readonly<Record<string, Json>>;
}

/** A model, seed, test, snapshot, analysis, function or hook: what is compiled and run. */
export interface Node {
  readonly uniqueId: UniqueId;
  readonly resourceType: NodeResourceType;
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  /** Relative to its resource folder: `raw/raw_orders.sql`. */
  readonly path: string;
  /** Relative to the root of its package: `models/raw/raw_orders.sql`. */
  readonly originalFilePath: string;
  readonly rawCode: string;
  /** SQL where nothing is said. */
  readonly language?: 'python' | 'javascript';
  /** Line of the file that the raw code starts at. */
  readonly firstLine: number;
  /** sha256 of the raw code (of the file, for seeds). */
  readonly checksum: string;
  /** A seed so large that dbt knows it by its path alone, whatever is in it. */
  readonly isKnownByPath?: boolean;
  readonly config: Readonly<Record<string, Json>>;
  /** Configuration as written, before rendering, for state comparison. */
  readonly unrenderedConfig: Readonly<Record<string, Json>>;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly description: string;
  readonly columns: Readonly<Record<string, ColumnInfo>>;
  readonly meta: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  /** User-defined functions that it calls; none where it is not said. */
  readonly functions?: readonly FunctionCall[];
  /** Functions only. */
  readonly signature?: FunctionSignature;
  readonly dependsOn: DependsOn;
  /** Property file that describes the node, relative to the root of its package. */
  readonly patchPath: string | null;
  /** Package of the file that describes it, where that is another one. */
  readonly patchPackage?: string;
  readonly access: string | null;
  readonly group: string | null;
  readonly version: string | number | null;
  readonly latestVersion: string | number | null;
  /** The latest version of a model: name of the view beside it that always leads to the latest. */
  readonly latestPointer?: string;
  readonly testMetadata: TestMetadata | null;
  /** Generic tests: the column they check. */
  readonly columnName: string | null;
  /** Generic tests: the node they were declared on. */
  readonly attachedNode: UniqueId | null;
  /** Generic tests: where they were declared, as `models.orders`. */
  readonly fileKeyName?: string;
  /** Docs blocks that the description uses. */
  readonly docBlocks?: readonly UniqueId[];
  /** Models: constraints of the whole table. */
  readonly constraints?: readonly Json[];
  readonly deprecationDate?: string | null;
  /** Models: columns that name a row, read from constraints and tests. */
  readonly primaryKey?: readonly string[];
  /** What dbt's manifest has as the checksum of an enforced contract. */
  readonly contractChecksum?: string | null;
  readonly timeSpine?: Json;
  /** `ref`, `source` or `metric` calls of metrics, as dbt keeps them. */
  readonly metrics?: readonly (readonly string[])[];
}

/** A period of a freshness rule. */
export interface FreshnessThreshold {
  readonly count: number;
  readonly period: 'minute' | 'hour' | 'day';
}

export interface Freshness {
  readonly warnAfter: FreshnessThreshold | null;
  readonly errorAfter: FreshnessThreshold | null;
  readonly filter: string | null;
}

/** A declared source table. */
export interface SourceNode {
  readonly uniqueId: UniqueId;
  readonly resourceType: 'source';
  readonly sourceName: string;
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly path: string;
  readonly originalFilePath: string;
  readonly database: string;
  readonly schema: string;
  readonly identifier: string;
  readonly description: string;
  readonly sourceDescription: string;
  readonly loader: string;
  readonly columns: Readonly<Record<string, ColumnInfo>>;
  readonly meta: Readonly<Record<string, Json>>;
  readonly sourceMeta: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, Json>>;
  readonly freshness: Freshness | null;
  readonly loadedAtField: string | null;
  /** `landing:` of the table: the source is a folder of files. Checked when parsed. */
  readonly landing: Readonly<Record<string, Json>> | null;
  readonly loadedAtQuery?: string | null;
  readonly external?: Json;
  readonly quoting?: Readonly<Record<string, Json>>;
  readonly unrenderedConfig?: Readonly<Record<string, Json>>;
  readonly unrenderedDatabase?: string | null;
  readonly unrenderedSchema?: string | null;
  readonly docBlocks?: readonly UniqueId[];
}

/** A use of the project's data outside of it. */
export interface Exposure {
  readonly uniqueId: UniqueId;
  readonly resourceType: 'exposure';
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly path: string;
  readonly originalFilePath: string;
  readonly type: string;
  readonly label: string | null;
  readonly owner: Readonly<Record<string, Json>>;
  readonly url: string | null;
  readonly maturity: string | null;
  readonly description: string;
  readonly meta: Readonly<Record<string, Json>>;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, Json>>;
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly dependsOn: DependsOn;
  readonly metrics?: readonly (readonly string[])[];
  readonly unrenderedConfig?: Readonly<Record<string, Json>>;
}

/** A set of nodes with an owner; private models are for their own group only. */
export interface Group {
  readonly uniqueId: UniqueId;
  readonly resourceType: 'group';
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly owner: Readonly<Record<string, Json>>;
  readonly description: string | null;
  readonly config: Readonly<Record<string, Json>>;
}

/** Rows that stand in for an input of a unit test, or that are expected of it. */
export interface UnitTestRows {
  readonly rows: Json;
  readonly format: 'dict' | 'csv' | 'sql';
  readonly fixture: string | null;
}

/** What the macro of a unit test must give: its text, its value, or the rows of its text as a query. */
export interface MacroExpectation {
  readonly text?: string;
  readonly value?: Json;
}

/** A model run on given rows, with the rows it must give; or a macro, with what it must give. */
export interface UnitTest {
  readonly uniqueId: UniqueId;
  readonly resourceType: 'unit_test';
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly path: string;
  readonly originalFilePath: string;
  readonly description: string;
  /** Line of the property file it is declared on. */
  readonly line: number;
  /** Name of the model, or of the macro, that is tested. */
  readonly model: string;
  readonly given: readonly (UnitTestRows & { readonly input: string })[];
  /** Where each input of `given` is written. */
  readonly givenPlaces: readonly SourceLocation[];
  /** Null where only common table expressions or the merged table are checked. */
  readonly expect: UnitTestRows | null;
  /** Incremental models: the rows of the table after the batch is in it. */
  readonly expectAfterMerge: UnitTestRows | null;
  /** Rows of common table expressions of the model, by their names. */
  readonly expectCtes: Readonly<Record<string, UnitTestRows>>;
  /** Tests of a macro: its arguments, by position or by name, and what it must give. */
  readonly macro: {
    readonly args: readonly Json[] | Readonly<Record<string, Json>>;
    readonly expect: MacroExpectation;
  } | null;
  readonly overrides: Readonly<Record<string, Json>> | null;
  readonly versions: Json;
  readonly version: string | number | null;
  readonly schema: string | null;
  readonly checksum: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, Json>>;
  readonly config: Readonly<Record<string, Json>>;
  readonly dependsOn: DependsOn;
}

/** Tells a unit test from the node it is while it runs, which has the same resource type. */
export function isUnitTest(node: { readonly resourceType: string }): node is UnitTest {
  return node.resourceType === 'unit_test' && 'given' in node;
}

/**
 * A metric, semantic model or saved query. They are read, named and linked to what they are made
 * of; nothing is computed from them.
 */
export interface SemanticNode {
  readonly uniqueId: UniqueId;
  readonly resourceType: 'metric' | 'semantic_model' | 'saved_query';
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly path: string;
  readonly originalFilePath: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, Json>>;
  readonly group: string | null;
  readonly config: Readonly<Record<string, Json>>;
  readonly unrenderedConfig: Readonly<Record<string, Json>>;
  readonly refs: readonly RefCall[];
  readonly dependsOn: DependsOn;
  /** What only this kind has, under the names of the manifest. */
  readonly properties: Readonly<Record<string, Json>>;
}

export interface MacroArgument {
  readonly name: string;
  readonly type: string | null;
  readonly description: string;
}

/** A macro, generic test or materialization; `block` is its parsed text, opaque at this layer. */
export interface Macro<Block = unknown> {
  readonly uniqueId: UniqueId;
  /** As in the file; generic tests carry dbt's prefix `test_`, materializations theirs. */
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly sql: string;
  readonly description: string;
  readonly meta: Readonly<Record<string, Json>>;
  readonly arguments: readonly MacroArgument[];
  readonly dependsOnMacros: readonly UniqueId[];
  readonly patchPath?: string | null;
  readonly docs?: Json;
  /** Of a materialization. */
  readonly supportedLanguages?: readonly string[];
  readonly block: Block;
}

/** A `{% docs %}` block. */
export interface DocBlock {
  readonly uniqueId: UniqueId;
  readonly name: string;
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
  readonly contents: string;
}
