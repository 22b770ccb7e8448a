import type { SelectionSpec } from './selection-spec.ts';

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

/** The comparisons with an earlier state that `state:` knows. */
export const stateChecks = [
  'new',
  'old',
  'modified',
  'unmodified',
  'modified.body',
  'modified.configs',
  'modified.persisted_descriptions',
  'modified.relation',
  'modified.macros',
  'modified.contract',
] as const;

export type StateCheck = (typeof stateChecks)[number];

/** Facts from outside the graph that some methods compare with. */
export interface SelectionContext {
  /** The name that `package:this` means. */
  readonly rootPackage?: string;
  /** Selectors of selectors.yml, for `selector:`. */
  readonly selectors?: ReadonlyMap<string, SelectionSpec>;
  /** Comparison with the manifest of `--state`. */
  readonly state?: ((check: StateCheck, id: string) => boolean) | undefined;
  /** Statuses of the run results of `--state`, by id. */
  readonly results?: ReadonlyMap<string, string> | undefined;
  /** Sources that have newer data than those of `--state`. */
  readonly fresherSources?: ReadonlySet<string> | undefined;
  /** What the selectors of a pattern select; set while selecting. */
  readonly selectedBy?: (pattern: string) => ReadonlySet<string>;
}
