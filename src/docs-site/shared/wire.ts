/**
 * The shapes that travel from the generator to the browser. Everything is columnar or an array:
 * names come from the user's SQL and YAML, so they are never keys of an object.
 */

/** One inline piece of a description; plain strings are text. */
export type MdInline =
  | string
  | readonly ['em' | 'strong' | 'del', readonly MdInline[]]
  | readonly ['code', string]
  | readonly ['a', string, readonly MdInline[]]
  | readonly ['br'];

/** One block of a description. */
export type MdBlock =
  | readonly ['p', readonly MdInline[]]
  | readonly ['h', number, readonly MdInline[]]
  | readonly ['ul', readonly (readonly MdBlock[])[]]
  | readonly ['ol', number, readonly (readonly MdBlock[])[]]
  | readonly ['pre', string, string]
  | readonly ['quote', readonly MdBlock[]]
  | readonly ['table', readonly MdAlign[], readonly MdCell[], readonly (readonly MdCell[])[]]
  | readonly ['hr'];

export type MdCell = readonly MdInline[];
export type MdAlign = '' | 'left' | 'center' | 'right';

/** Facts of a node that few nodes have, or that many share; stored once per distinct value. */
export interface NodeExtra {
  readonly sourceName?: string;
  readonly access?: string;
  readonly group?: string;
  readonly version?: string;
  readonly testName?: string;
  /** Tests only: `generic` or `singular`. */
  readonly testKind?: string;
  /** The last part of the fqn where it isn't the name (versioned models). */
  readonly fqnTail?: string;
  readonly label?: string;
  /** `docs: {show: false}`: in the lineage, but not in trees and search. */
  readonly hidden?: true;
}

/** All nodes, one array per fact. Index `i` is the node's number everywhere on the site. */
export interface NodeColumns {
  readonly name: readonly string[];
  /** Unique id, shortened: see `encodeId`. */
  readonly id: readonly string[];
  readonly type: readonly number[];
  readonly pkg: readonly number[];
  readonly folder: readonly number[];
  /** Index into `fileNames`, where '' means the name plus `.sql`. */
  readonly file: readonly number[];
  /** Index into `spaces`, -1 for what has no relation. */
  readonly space: readonly number[];
  readonly material: readonly number[];
  readonly tags: readonly number[];
  readonly fqn: readonly number[];
  readonly config: readonly number[];
  readonly extra: readonly number[];
  /** Index into `statuses`; 0 means not part of the last run. */
  readonly status: readonly number[];
  readonly ms: readonly number[];
  /** Rows written by a node, or failing rows of a test; -1 when unknown. */
  readonly rows: readonly number[];
  readonly parents: readonly (readonly number[])[];
}

/** What the first script carries: enough for the trees, the map, name search and every list. */
export interface BootWire {
  readonly format: 1;
  readonly title: string;
  readonly generatedAt: string;
  readonly project: ProjectWire;
  readonly files: FilesWire;
  readonly run: RunWire | null;
  readonly overview: readonly MdBlock[] | null;
  /** Nodes `[0, drawn)` are in the lineage; macros and tests follow. */
  readonly drawn: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly types: readonly string[];
  readonly packages: readonly string[];
  readonly folders: readonly string[];
  readonly fileNames: readonly string[];
  readonly spaces: readonly (readonly [string, string])[];
  readonly materials: readonly string[];
  readonly tagSets: readonly (readonly string[])[];
  readonly fqns: readonly (readonly string[])[];
  readonly configs: readonly Readonly<Record<string, unknown>>[];
  readonly extras: readonly NodeExtra[];
  readonly statuses: readonly string[];
  readonly nodes: NodeColumns;
}

export interface ProjectWire {
  readonly name: string;
  readonly adapter: string;
  readonly toolVersion: string;
  readonly manifestAt: string;
  readonly catalogAt: string | null;
}

/** Content hashes of the other data files; the file of shard 3 of family m is `m3-<hash>.js`. */
export interface FilesWire {
  readonly nodesPerShard: number;
  readonly search: string;
  readonly runs: string | null;
  readonly m: readonly string[];
  readonly q: readonly string[];
}

export interface RunWire {
  readonly at: string;
  readonly command: string;
  readonly seconds: number;
  /** Number of results per status, in the order of the site's severity. */
  readonly counts: readonly (readonly [string, number])[];
}

/** The runs page: one entry per result of the last run, plus a line per earlier run. */
export interface RunsWire {
  readonly threads: readonly string[];
  /** Node -2 is the first of `unknownIds`, -3 the second: results of nodes the manifest no longer has. */
  readonly results: readonly RunResultWire[];
  readonly unknownIds: readonly string[];
  readonly history: readonly RunWire[];
}

export type RunResultWire = readonly [
  node: number,
  thread: number,
  startMs: number,
  durationMs: number,
  status: string,
  message: string,
];

/** The search index: columns by dictionary, descriptions as plain text. */
export interface SearchWire {
  readonly columns: readonly string[];
  /** Per column name, the nodes that have it: first number, then differences. */
  readonly postings: readonly (readonly number[])[];
  /** Plain text of the description per node, '' for none. */
  readonly descriptions: readonly string[];
  /** Column descriptions: distinct text, then pairs of node and column name number. */
  readonly columnTexts: readonly (readonly [string, readonly number[]])[];
}

export type Pair = readonly [string, string];

export interface ColumnWire {
  readonly name: string;
  readonly type?: string;
  readonly doc?: readonly MdBlock[];
  readonly pii?: true;
  /** In the manifest but not in the catalog, when a catalog is there. */
  readonly undocumented?: true;
  readonly missing?: true;
  readonly tests?: readonly number[];
  readonly constraints?: readonly string[];
  readonly meta?: readonly Pair[];
  readonly tags?: readonly string[];
}

export interface ExpectationWire {
  readonly name: string;
  readonly rule: string;
  readonly onViolation: string;
  readonly message: string;
}

export interface HistoryPoint {
  readonly at: string;
  readonly status: string;
  readonly ms: number;
}

/** Everything a node's page shows beside its SQL. */
export interface DetailWire {
  readonly doc?: readonly MdBlock[];
  readonly columns?: readonly ColumnWire[];
  /** Tests of the whole node; those of a column are in the column. */
  readonly tests?: readonly number[];
  readonly expectations?: readonly ExpectationWire[];
  readonly landing?: readonly Pair[];
  readonly config?: readonly Pair[];
  readonly meta?: readonly Pair[];
  readonly relation?: string;
  readonly definedIn?: string;
  readonly contract?: true;
  readonly message?: string;
  readonly thread?: string;
  readonly startedAt?: string;
  readonly history?: readonly HistoryPoint[];
  readonly stats?: readonly Pair[];
  readonly owner?: string;
  readonly comment?: string;
  readonly freshness?: readonly Pair[];
  readonly sourceDoc?: readonly MdBlock[];
  readonly macros?: readonly (readonly [string, number])[];
  readonly exposure?: ExposureWire;
  readonly macro?: MacroWire;
  readonly signature?: SignatureWire;
  readonly test?: TestWire;
}

export interface ExposureWire {
  readonly kind: string;
  readonly maturity: string;
  readonly url: string;
  readonly owner: string;
  readonly email: string;
}

export interface MacroWire {
  readonly arguments: readonly MacroArgument[];
  readonly usedBy: readonly number[];
}

/** What a user-defined function takes and gives. */
export interface SignatureWire {
  readonly arguments: readonly MacroArgument[];
  readonly returns: string;
}

export interface MacroArgument {
  readonly name: string;
  readonly type: string;
  readonly doc?: readonly MdBlock[];
}

export interface TestWire {
  readonly node: number;
  readonly column: string;
  readonly severity: string;
  readonly arguments: readonly Pair[];
}

/** Family q: the SQL of a node. */
export interface CodeWire {
  readonly raw?: string;
  readonly compiled?: string;
  readonly language?: string;
}

export type Shard<T> = readonly (T | null)[];

/** Unique id as stored: '' for `type.package.name`, `.x` for a suffix, `=x` after the package, `!x` in full. */
export function encodeId(id: string, type: string, pkg: string, name: string): string {
  const prefix = `${type}.${pkg}.`;
  if (!id.startsWith(prefix)) return `!${id}`;
  const rest = id.slice(prefix.length);
  if (rest === name) return '';
  return rest.startsWith(`${name}.`) ? rest.slice(name.length) : `=${rest}`;
}

/** The inverse of {@link encodeId}. */
export function decodeId(code: string, type: string, pkg: string, name: string): string {
  if (code === '') return `${type}.${pkg}.${name}`;
  if (code.startsWith('!')) return code.slice(1);
  if (code.startsWith('=')) return `${type}.${pkg}.${code.slice(1)}`;
  return `${type}.${pkg}.${name}${code}`;
}
