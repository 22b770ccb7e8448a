import { searchOrder } from '../context/adapter-object.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Macro } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { type MacroBlock, macroCalls, type StaticCall } from '../jinja/index.ts';

/**
 * The macros that a macro calls, read from its text: calls by name, by package and name, and through
 * `adapter.dispatch` (core `clients/jinja_static.py`).
 */
export function macrosCalledBy(
  macro: Macro<MacroBlock>,
  host: TemplateHost,
): readonly Macro<MacroBlock>[] {
  const found = new Map<UniqueId, Macro<MacroBlock>>();
  for (const call of macroCalls(macro.block, macro.block.text)) {
    // A macro that calls itself counts when it says its package, as in core `parser/manifest.py`.
    if (call.name === macro.name) continue;
    for (const target of targetsOf(call, macro, host)) found.set(target.uniqueId, target);
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

function targetsOf(
  call: StaticCall,
  from: Macro<MacroBlock>,
  host: TemplateHost,
): readonly Macro<MacroBlock>[] {
  if (call.name !== 'adapter.dispatch') return given(called(call.name, from, host));
  const name = call.args[0] ?? call.keywords.get('macro_name');
  const namespace = call.args[1] ?? call.keywords.get('macro_namespace');
  if (typeof name !== 'string') return [];
  // dbt counts the macro of the bare name, too, where there is one that is not this.
  const bare = name === from.name ? undefined : called(name, from, host);
  const packageName = typeof namespace === 'string' ? namespace : undefined;
  return [...given(bare), ...given(dispatched(name, packageName, host))];
}

function given<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

/** Never counted, even where a project has macros of these names. */
const isStandard: ReadonlySet<string> = new Set(['ref', 'source', 'config']);

function called(
  name: string,
  from: Macro<MacroBlock>,
  { macros }: TemplateHost,
): Macro<MacroBlock> | undefined {
  const [first, second, ...rest] = name.split('.');
  if (rest.length > 0 || first === 'adapter' || isStandard.has(name)) return undefined;
  // dbt counts a method of the same name as a macro, too: `relation.information_schema()`.
  const [packageName, macroName] =
    second === undefined ? [from.packageName, first!] : [first!, second];
  return macros.inPackage(packageName, macroName) ?? macros.anywhere(macroName);
}

function dispatched(
  name: string,
  namespace: string | undefined,
  host: TemplateHost,
): Macro<MacroBlock> | undefined {
  const { macros, dialect, dispatch, dependencies, projectName: rootPackage } = host;
  for (const packageName of searchOrder({ dispatch, dependencies, rootPackage }, namespace)) {
    for (const prefix of [dialect.name, 'default']) {
      const full = `${prefix}__${name}`;
      const found =
        packageName === undefined ? macros.anywhere(full) : macros.inPackage(packageName, full);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
