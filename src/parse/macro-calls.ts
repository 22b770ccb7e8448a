import type { TemplateHost } from '../context/node-scope.ts';
import type { Macro } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { type MacroBlock, staticCalls } from '../jinja/index.ts';

/**
 * The macros that a macro calls, read from its text: calls by name, by package and name, and through
 * `adapter.dispatch` (core `clients/jinja_static.py`).
 */
export function macrosCalledBy(
  macro: Macro<MacroBlock>,
  host: TemplateHost,
): readonly Macro<MacroBlock>[] {
  const found = new Map<UniqueId, Macro<MacroBlock>>();
  for (const call of staticCalls(macro.block.body, macro.block.text)) {
    const target =
      call.name === 'adapter.dispatch'
        ? dispatched(call.args, macro, host)
        : called(call.name, macro, host);
    if (target !== undefined && target.uniqueId !== macro.uniqueId)
      found.set(target.uniqueId, target);
  }
  return [...found.values()];
}

/** A macro and all that it calls, and they call. */
export function macrosBelow(macro: Macro<MacroBlock>, host: TemplateHost): ReadonlySet<UniqueId> {
  const below = new Set<UniqueId>([macro.uniqueId]);
  const queue = [macro];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const target of macrosCalledBy(next, host)) {
      if (below.has(target.uniqueId)) continue;
      below.add(target.uniqueId);
      queue.push(target);
    }
  }
  return below;
}

function called(
  name: string,
  from: Macro<MacroBlock>,
  { macros }: TemplateHost,
): Macro<MacroBlock> | undefined {
  const [first, second, ...rest] = name.split('.');
  if (rest.length > 0) return undefined;
  if (second === undefined) return macros.find(first!, from.packageName);
  return macros.hasPackage(first!) ? macros.inPackage(first!, second) : undefined;
}

function dispatched(
  args: readonly unknown[],
  from: Macro<MacroBlock>,
  { macros, dialect }: TemplateHost,
): Macro<MacroBlock> | undefined {
  const [name, namespace] = args;
  if (typeof name !== 'string') return undefined;
  for (const prefix of [dialect.name, 'default']) {
    const full = `${prefix}__${name}`;
    const found =
      typeof namespace === 'string'
        ? (macros.inPackage(namespace, full) ?? macros.find(full, from.packageName))
        : macros.find(full, from.packageName);
    if (found !== undefined) return found;
  }
  return undefined;
}
