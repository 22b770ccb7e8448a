import type { DocBlock, Exposure, Macro, Node, SourceNode } from './node.ts';
import type { Project, Target } from './project.ts';
import type { UniqueId } from './unique-id.ts';

/** A parsed and resolved project: every name leads somewhere, there is no circle. */
export interface Manifest<Block = unknown> {
  readonly project: Project;
  readonly target: Target;
  readonly nodes: ReadonlyMap<UniqueId, Node>;
  readonly sources: ReadonlyMap<UniqueId, SourceNode>;
  readonly exposures: ReadonlyMap<UniqueId, Exposure>;
  readonly macros: ReadonlyMap<UniqueId, Macro<Block>>;
  readonly docs: ReadonlyMap<UniqueId, DocBlock>;
  readonly disabled: ReadonlyMap<UniqueId, Node | SourceNode>;
}
