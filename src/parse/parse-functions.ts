import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { absorbOverloads } from './absorb-overloads.ts';
import { entriesByName } from './entries-by-name.ts';
import { functionArguments, functionReturns, unknownType } from './function-signature.ts';
import type { ParseContext } from './parse-context.ts';
import { type NodeKind, parseNode } from './parse-nodes.ts';
import type { FunctionProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';
import { type SourceFile, textChecksum } from './source-file.ts';
import { stem } from './template-endings.ts';

const kind = {
  resourceType: 'function',
  config: 'functions',
  section: 'functions',
} as const satisfies NodeKind;

/**
 * User-defined functions: one for each `.sql`, `.py` and `.js` file of the folders of functions, all of
 * them templates. Files that are overloads of another function are no functions of their own.
 */
export function parseFunctions(given: ParseContext, files: readonly SourceFile[]): Node[] {
  // Descriptions of functions are kept as they are written (core `parser/manifest.py`, `process_docs`).
  const describe = (text: unknown) => ({ text: String(text ?? ''), docBlocks: [] });
  const context = { ...given, describe };
  const functions = files.flatMap((file) => {
    const name = stem(file.subPath);
    const node = parseNode(context, kind, {
      name,
      path: file.subPath,
      fqn: [context.project.name, ...file.subPath.split('/').slice(0, -1), name],
      file,
      code: file.contents,
      firstLine: 1,
      checksum: textChecksum(file.contents),
      version: undefined,
    });
    return node === undefined ? [] : [described(context, node, file.path)];
  });
  return absorbOverloads(context, functions);
}

/** A function with its language, and what its property file says that it takes and gives. */
function described(context: ParseContext, node: Node, path: string): Node {
  const [entry] = entriesByName(context.properties.functions, node.name);
  const { properties } = entry ?? {};
  if (entry !== undefined) checkEntry(context, entry);
  const language = path.endsWith('.py') ? 'python' : path.endsWith('.js') ? 'javascript' : 'sql';
  return {
    ...node,
    ...(language === 'sql' ? {} : { language }),
    ...(entry?.packageName === undefined ? {} : { patchPackage: entry.packageName }),
    signature: {
      arguments: functionArguments(properties?.arguments),
      returns: functionReturns(properties?.returns ?? { data_type: unknownType }),
      overloads: [],
    },
  };
}

function checkEntry(
  { diagnostics }: ParseContext,
  { properties, yaml, path, file }: PropertyEntry<FunctionProperties>,
): void {
  const { name, constraints = [] } = properties;
  if (constraints.length > 0)
    diagnostics.warn(
      'ValidationWarning',
      `${file.path}: the function "${name}" has constraints, which mean nothing.`,
    );
  const lists = [
    { list: properties.arguments ?? [], at: [...path, 'arguments'] },
    ...(properties.overloads ?? []).map((overload, i) => ({
      list: overload.arguments ?? [],
      at: [...path, 'overloads', i, 'arguments'],
    })),
  ];
  for (const { list, at } of lists) {
    const first = list.findIndex((one) => (one.default_value ?? null) !== null);
    const late = list.findIndex((one, i) => i > first && (one.default_value ?? null) === null);
    if (first === -1 || late === -1) continue;
    const problem = `has the argument "${list[late]!.name}" without a default behind one that has a default`;
    const hint = 'Arguments with a default stand last: move it, or give it a default_value.';
    const location = yaml.locate([...at, late, 'name']);
    diagnostics.add(tsdbtError('function-invalid', { name, problem }, { location, hint }));
  }
}
