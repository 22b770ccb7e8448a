import type { NodeConfig } from '../config/node-config.ts';
import type { Json } from '../contracts/json.ts';
import type { ParseContext } from './parse-context.ts';
import { type RenderedFacts, type RenderRequest, renderForFacts } from './render-node.ts';

/** What the hooks of a node use: they run with it, so it depends on that too. */
export function hookFacts(
  context: ParseContext,
  config: NodeConfig,
  node: Omit<RenderRequest, 'code' | 'configSoFar'>,
): readonly RenderedFacts[] {
  return ['pre-hook', 'post-hook'].flatMap((key) => {
    const hooks = config[key];
    if (!Array.isArray(hooks)) return [];
    return (hooks as readonly { sql?: Json }[]).flatMap(({ sql }) =>
      typeof sql === 'string' && sql.includes('{')
        ? [renderForFacts(context, { ...node, code: sql, configSoFar: () => config })]
        : [],
    );
  });
}

/** Facts of a node and of its hooks together. */
export function withHooks(facts: RenderedFacts, hooks: readonly RenderedFacts[]): RenderedFacts {
  if (hooks.length === 0) return facts;
  return {
    ...facts,
    refs: [...facts.refs, ...hooks.flatMap((h) => h.refs)],
    sources: [...facts.sources, ...hooks.flatMap((h) => h.sources)],
    functions: [...facts.functions, ...hooks.flatMap((h) => h.functions)],
    macros: [...new Set([...facts.macros, ...hooks.flatMap((h) => h.macros)])],
  };
}
