import type { ParseContext } from './parse-context.ts';
import type { FunctionProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { listFiles } from './source-file.ts';
import { stem, templateEndings } from './template-endings.ts';

type Entry = PropertyEntry<FunctionProperties>;

/**
 * The packages with what others say of their functions: dbt looks for a function that properties describe
 * in all packages (core `parser/schemas.py`). A function of one's own comes first here.
 */
export function withForeignFunctions(contexts: readonly ParseContext[]): readonly ParseContext[] {
  if (contexts.every(({ properties }) => properties.functions.length === 0)) return contexts;
  const names = contexts.map(functionNames);
  const added = new Map<ParseContext, Entry[]>();
  for (const [at, context] of contexts.entries()) {
    for (const entry of context.properties.functions) {
      const { name } = entry.properties;
      if (names[at]!.has(name)) continue;
      const [owner, second] = contexts.filter((_, i) => names[i]!.has(name));
      if (owner === undefined || second !== undefined) continue;
      const entries = added.get(owner) ?? [];
      added.set(owner, [...entries, { ...entry, packageName: context.project.name }]);
    }
  }
  return contexts.map((context) => {
    const more = added.get(context);
    if (more === undefined) return context;
    const functions = [...context.properties.functions, ...more];
    return { ...context, properties: { ...context.properties, functions } };
  });
}

/** The names of the functions that a package has files of. */
function functionNames({ project, root }: ParseContext): ReadonlySet<string> {
  const endings = functionEndings(root);
  const files = listFiles(project, project.paths.functions, endings);
  return new Set(files.map(({ subPath }) => stem(subPath)));
}

/** How the files of functions end. */
export function functionEndings(root: ParseContext['root']): readonly string[] {
  return [...templateEndings(root, '.sql'), '.py', '.js'];
}
