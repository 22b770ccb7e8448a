import type { SelectableNode, SelectionContext } from '../selectable.ts';

/** One selector method (`tag:`, `path:` …): does the node match the value? */
export interface SelectorMethod {
  readonly name: string;
  readonly matches: (
    node: SelectableNode,
    value: string,
    methodArguments: readonly string[],
    context: SelectionContext,
  ) => boolean;
}
