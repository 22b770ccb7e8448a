import type { DocBlock } from '../contracts/node.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  hostFunction,
  parseTemplate,
  renderSync,
  scopeFromMap,
  toStr,
  type Value,
} from '../jinja/index.ts';

/**
 * Renders descriptions: plain text, or a template that may call `doc('name')` or
 * `doc('package', 'name')`. Blocks of the own package come first, then those of the root.
 */
export function describer(
  docs: readonly DocBlock[],
  packageName: string,
  rootPackage: string,
): (text: unknown, file: string) => string {
  const find = (name: string, inPackage: string | undefined): DocBlock | undefined => {
    const packages = inPackage === undefined ? [packageName, rootPackage] : [inPackage];
    return packages
      .map((p) => docs.find((d) => d.packageName === p && d.name === name))
      .find((d) => d !== undefined);
  };
  const doc = hostFunction('doc', (args) => {
    const [first, second] = args.map((arg) => toStr(arg));
    const name = second ?? first ?? '';
    const found = find(name, second === undefined ? undefined : first);
    if (found !== undefined) return found.contents;
    const near = suggest(
      name,
      docs.map((d) => d.name),
    );
    throw tsdbtError(
      'compiler-error',
      { message: `There is no docs block "${name}"` },
      near ? { hint: `Did you mean "${near}"?` } : {},
    );
  });
  const scope = scopeFromMap(new Map<string, Value>([['doc', doc]]));
  return (text, file) => {
    if (text === undefined || text === null) return '';
    const plain = String(text);
    return plain.includes('{{') ? renderSync(parseTemplate(plain, { file }), scope) : plain;
  };
}
