import { isBuiltin } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro, MacroArgument } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { checkMacroArguments } from './checks/check-macro-arguments.ts';
import { macrosCalledBy } from './macro-calls.ts';
import type { ParseContext } from './parse-context.ts';
import type { MacroProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';

/** Macros with what the property files of their packages say of them. */
export function describeMacros(
  macros: readonly Macro<MacroBlock>[],
  contexts: readonly ParseContext[],
): readonly Macro<MacroBlock>[] {
  const byPackage = new Map(
    contexts.map((context) => [
      context.project.name,
      {
        context,
        entries: new Map(context.properties.macros.map((e) => [e.properties.name, e])),
      },
    ]),
  );
  reportLooseMacros(macros, contexts);
  return macros.map((macro) => {
    const found = byPackage.get(macro.packageName);
    const entry = found?.entries.get(macro.name);
    return found === undefined || entry === undefined
      ? macro
      : described(macro, entry, found.context);
  });
}

function described(
  macro: Macro<MacroBlock>,
  entry: PropertyEntry<MacroProperties>,
  context: ParseContext,
): Macro<MacroBlock> {
  const { properties, file } = entry;
  const describe = (text: unknown) => context.describe(text, file.path).text;
  const stated: MacroArgument[] = (properties.arguments ?? []).map((a) => ({
    name: a.name,
    type: a.type === undefined || a.type === null ? null : String(a.type),
    description: describe(a.description),
  }));
  if (context.root.flags['validate_macro_args'] !== false)
    checkMacroArguments(macro, stated, file.path, context.diagnostics);
  const config = (properties.config ?? {}) as Record<string, Json>;
  const meta = {
    ...(properties.meta as Record<string, Json> | null | undefined),
    ...(config['meta'] as Record<string, Json> | null | undefined),
  };
  const docs = [properties.docs, config['docs']].filter(isPlainObject);
  return {
    ...macro,
    description: describe(properties.description),
    meta,
    arguments: stated.length > 0 ? stated : macro.arguments,
    patchPath: file.path,
    ...(docs.length === 0 ? {} : { docs: Object.assign({}, ...docs) as Json }),
  };
}

/** Properties of macros that are not there: dbt warns, a project of ours is held to more elsewhere. */
function reportLooseMacros(
  macros: readonly Macro<MacroBlock>[],
  contexts: readonly ParseContext[],
): void {
  if (contexts.every(({ properties }) => properties.macros.length === 0)) return;
  const names = new Set(macros.map(({ packageName, name }) => `${packageName}.${name}`));
  for (const { project, properties, diagnostics } of contexts) {
    const seen = new Map<string, string>();
    for (const { properties: macro, yaml, path, file } of properties.macros) {
      const { name } = macro;
      const location = yaml.locate([...path, 'name']);
      const first = seen.get(name);
      seen.set(name, file.path);
      if (first !== undefined) {
        const facts = { kind: 'properties of the macro', name, first, second: file.path };
        diagnostics.add(tsdbtError('duplicate-resource', facts, { location }));
      }
      if (names.has(`${project.name}.${name}`)) continue;
      const { message } = tsdbtError('properties-without-node', { kind: 'macro', name });
      diagnostics.warn('MacroNotFoundForPatch', `${file.path}: ${message}`);
    }
  }
}

/** Macros with the macros they call. */
export function linkMacros(
  macros: readonly Macro<MacroBlock>[],
  host: TemplateHost,
): readonly Macro<MacroBlock>[] {
  return macros.map((macro) => {
    if (isBuiltin(macro.packageName)) return macro;
    const ids = macrosCalledBy(macro, host).map(({ uniqueId }) => uniqueId);
    return ids.length === 0 ? macro : { ...macro, dependsOnMacros: ids };
  });
}
