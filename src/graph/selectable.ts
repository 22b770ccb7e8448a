/** What selectors see of a node. The manifest and the docs site both give their nodes this face. */
export interface SelectableNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly resourceType: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  readonly tags: readonly string[];
  /** File of the node, relative to the project. */
  readonly path: string;
  /** Property file that describes it, relative to the project. */
  readonly patchPath?: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  readonly sourceName?: string | undefined;
  readonly access?: string | undefined;
  readonly group?: string | undefined;
  readonly version?: string | number | undefined;
  readonly latestVersion?: string | number | undefined;
  /** Generic tests: the name of the test macro. */
  readonly testName?: string | undefined;
  /** Tests: `generic`, `singular` or `unit`. */
  readonly testType?: string | undefined;
}

/** The graph that selectors walk: ids in, ids out. */
export interface SelectableGraph {
  readonly nodes: ReadonlyMap<string, SelectableNode>;
  parents(id: string): readonly string[];
  children(id: string): readonly string[];
}

/** Which tests come with the nodes they check: dbt's `--indirect-selection`. */
export type IndirectSelection = 'eager' | 'cautious' | 'buildable' | 'empty';

/** Facts from outside the graph that some methods compare with. */
export interface SelectionContext {
  /** The name that `package:this` means. */
  readonly rootPackage?: string;
}
