import type { SelectableNode, SelectionContext } from '../selectable.ts';

/** One selector method (`tag:`, `path:` …): does the node match the value? */
export interface SelectorMethod {
  readonly name: string;
  /** Refuses a value that the method can't know, or facts that are missing, once for each atom. */
  readonly check?: (value: string, context: SelectionContext) => void;
  readonly matches: (
    node: SelectableNode,
    value: string,
    methodArguments: readonly string[],
    context: SelectionContext,
  ) => boolean;
}
