import type { DocBlock } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  hostFunction,
  parseTemplate,
  printedCalls,
  renderSync,
  type Scope,
  type Template,
  toStr,
  type Value,
} from '../jinja/index.ts';

/** A rendered description, with the docs blocks it uses. */
export interface Description {
  readonly text: string;
  readonly docBlocks: readonly UniqueId[];
}

export type Describe = (text: unknown, file: string) => Description;

/** How a resource of a file is described: what is switched off keeps its texts as they are written. */
export function describing(
  { describe }: { readonly describe: Describe },
  file: string,
  { enabled }: Readonly<Record<string, unknown>>,
): (text: unknown) => Description {
  if (enabled !== false) return (text) => describe(text, file);
  return (text) => ({
    text: text === undefined || text === null ? '' : String(text),
    docBlocks: [],
  });
}

/**
 * Renders descriptions: plain text, or a template that may call `doc('name')` or
 * `doc('package', 'name')`. Blocks of the root project come first, then those of the own package,
 * then any (core `contracts/graph/manifest.py`, `resolve_doc`).
 */
export function describer(
  docs: readonly DocBlock[],
  packageName: string,
  rootPackage: string,
  others: (name: string) => Value | undefined = () => undefined,
): Describe {
  const byName = new Map<string, DocBlock[]>();
  for (const block of docs) byName.set(block.name, [...(byName.get(block.name) ?? []), block]);
  const find = (name: string, inPackage: string | undefined): DocBlock | undefined => {
    const named = byName.get(name) ?? [];
    if (inPackage !== undefined) return named.find((d) => d.packageName === inPackage);
    return (
      named.find((d) => d.packageName === rootPackage) ??
      named.find((d) => d.packageName === packageName) ??
      named[0]
    );
  };
  return (text, file) => {
    if (text === undefined || text === null) return { text: '', docBlocks: [] };
    const plain = String(text);
    if (!plain.includes('{{') && !plain.includes('{%')) return { text: plain, docBlocks: [] };
    const used: UniqueId[] = [];
    const doc = hostFunction('doc', (args) => {
      const [first, second] = args.map((arg) => toStr(arg));
      const name = second ?? first ?? '';
      const found = find(name, second === undefined ? undefined : first);
      if (found === undefined) throw notFound(name, docs);
      if (!used.includes(found.uniqueId)) used.push(found.uniqueId);
      return found.contents;
    });
    const scope: Scope = { lookup: (name) => (name === 'doc' ? doc : others(name)) };
    const template = parseTemplate(plain, { file });
    const rendered = renderSync(template, scope);
    return { text: rendered, docBlocks: used.length === 0 ? used : printedDocs(template, find) };
  };
}

function notFound(name: string, docs: readonly DocBlock[]) {
  const near = suggest(
    name,
    docs.map((d) => d.name),
  );
  return tsdbtError(
    'compiler-error',
    { message: `There is no docs block "${name}"` },
    near ? { hint: `Did you mean "${near}"?` } : {},
  );
}

/** The blocks that a description prints as they are, which are those that dbt notes: `{{ doc('name') }}`. */
function printedDocs(
  { body, text }: Template,
  find: (name: string, inPackage: string | undefined) => DocBlock | undefined,
): readonly UniqueId[] {
  const printed = printedCalls(body, text).filter(({ name }) => name === 'doc');
  const blocks = printed.flatMap(({ args }) => {
    const names = args.filter((arg) => typeof arg === 'string');
    const [first, second] = names;
    if (names.length === 0 || names.length > 2) return [];
    return find(second ?? first!, second === undefined ? undefined : first) ?? [];
  });
  return [...new Set(blocks.map(({ uniqueId }) => uniqueId))];
}
