import type {
  DocBlock,
  Exposure,
  Group,
  Macro,
  Node,
  SemanticNode,
  SourceNode,
  UnitTest,
} from './node.ts';
import type { Project, Target } from './project.ts';
import type { UniqueId } from './unique-id.ts';

/** A parsed and resolved project: every name leads somewhere, there is no circle. */
export interface Manifest<Block = unknown> {
  readonly project: Project;
  /** The packages the project uses; the project itself is not among them. */
  readonly packages: readonly Project[];
  readonly target: Target;
  readonly nodes: ReadonlyMap<UniqueId, Node>;
  readonly sources: ReadonlyMap<UniqueId, SourceNode>;
  readonly exposures: ReadonlyMap<UniqueId, Exposure>;
  readonly macros: ReadonlyMap<UniqueId, Macro<Block>>;
  readonly docs: ReadonlyMap<UniqueId, DocBlock>;
  readonly groups: ReadonlyMap<UniqueId, Group>;
  readonly unitTests: ReadonlyMap<UniqueId, UnitTest>;
  /** User-defined functions; they are no nodes of `nodes`, as in dbt's manifest. */
  readonly functions: ReadonlyMap<UniqueId, Node>;
  /** Metrics, semantic models and saved queries. */
  readonly semantics: ReadonlyMap<UniqueId, SemanticNode>;
  /**
   * Nodes that dbt's manifest lists and no command takes: hooks of projects, and tests that are off
   * because what they test is. These tests are among the disabled ones, too.
   */
  readonly inert: ReadonlyMap<UniqueId, Node>;
  readonly disabled: ReadonlyMap<UniqueId, Node | SourceNode | Exposure | UnitTest | SemanticNode>;
}
