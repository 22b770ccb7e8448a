import type { FunctionOverload, Node } from '../contracts/node.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { entriesByName } from './entries-by-name.ts';
import { functionArguments, functionReturns } from './function-signature.ts';
import type { ParseContext } from './parse-context.ts';
import type { FunctionProperties } from './properties-schema.ts';
import type { PropertyEntry } from './property-files.ts';

/**
 * Functions with their overloads in them: the file that an overload stands in is no function of its own
 * any more, and what it reads is read by the function (core `parser/schemas.py`, `_absorb_overloads`).
 */
export function absorbOverloads(context: ParseContext, functions: readonly Node[]): Node[] {
  const left = new Map<string, Node>();
  for (const one of functions) if (one.config['enabled'] !== false) left.set(one.name, one);
  const absorbed = new Map<Node, string>();
  const roots = functions.map((root) => {
    const [entry] = entriesByName(context.properties.functions, root.name);
    const overloads = entry?.properties.overloads ?? [];
    if (entry === undefined || overloads.length === 0 || absorbed.has(root)) return root;
    let made = root;
    for (const at of overloads.keys()) {
      const found = context.diagnostics.collect(() => overloadOf(root, entry, at, left, absorbed));
      if (found === undefined) continue;
      left.delete(found.name);
      absorbed.set(found, root.name);
      made = withOverload(made, found, overloads[at]!);
    }
    return made;
  });
  return roots.filter((_, i) => !absorbed.has(functions[i]!));
}

type Overload = NonNullable<FunctionProperties['overloads']>[number];

/** The function of the file that an overload names; throws where there is none to be had. */
function overloadOf(
  root: Node,
  { properties, yaml, path }: PropertyEntry<FunctionProperties>,
  at: number,
  left: ReadonlyMap<string, Node>,
  absorbed: ReadonlyMap<Node, string>,
): Node {
  const { defined_in: file } = properties.overloads![at]!;
  const found = left.get(file);
  if (found !== undefined && file !== root.name) return found;
  const owner = [...absorbed].find(([node]) => node.name === file)?.[1];
  const problem =
    file === root.name
      ? 'has itself among its overloads'
      : owner === undefined
        ? `has the overload "${file}", and no file of that name is in the folder of functions`
        : `has the overload "${file}", which is one of "${owner}" already`;
  const near = suggest(file, [...left.keys()]);
  const hint =
    owner === undefined && file !== root.name && near !== undefined
      ? `Did you mean "${near}"?`
      : '`defined_in` is the name of a file of its own, without its ending.';
  const location = yaml.locate([...path, 'overloads', at, 'defined_in']);
  throw tsdbtError('function-invalid', { name: root.name, problem }, { location, hint });
}

function withOverload(root: Node, file: Node, written: Overload): Node {
  const { signature } = root;
  const overload: FunctionOverload = {
    definedIn: written.defined_in,
    arguments: functionArguments(written.arguments),
    returns: written.returns ? functionReturns(written.returns) : null,
    description: written.description ?? null,
    rawBody: file.rawCode,
    originalFilePath: file.originalFilePath,
    firstLine: file.firstLine,
  };
  const functions = together(root.functions ?? [], file.functions ?? []);
  return {
    ...root,
    refs: together(root.refs, file.refs),
    sources: together(root.sources, file.sources),
    ...(functions.length === 0 ? {} : { functions }),
    signature: { ...signature!, overloads: [...signature!.overloads, overload] },
  };
}

/** The calls of a function, and those of an overload that are not among them. */
function together<T>(own: readonly T[], others: readonly T[]): readonly T[] {
  const known = new Set(own.map((call) => JSON.stringify(call)));
  return [...own, ...others.filter((call) => !known.has(JSON.stringify(call)))];
}
