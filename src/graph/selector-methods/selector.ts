import type { SelectorMethod } from './method.ts';

/** `selector:nightly`: what a selector of selectors.yml selects; the name is a glob. */
export const selector: SelectorMethod = {
  name: 'selector',
  // Throws when no selector has the name, also in a project without nodes.
  check: (value, context) => void context.selectedBy?.(value),
  matches: (node, value, _arguments, context) =>
    context.selectedBy?.(value).has(node.uniqueId) ?? false,
};
