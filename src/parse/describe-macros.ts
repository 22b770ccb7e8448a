import { isBuiltin } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro, MacroArgument } from '../contracts/node.ts';
import type { MacroBlock } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
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
