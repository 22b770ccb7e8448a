import { builtinPackage } from '../context/macro-index.ts';
import type { TemplateHost } from '../context/node-scope.ts';

export type NamePart = 'database' | 'schema' | 'alias';

const known = new WeakMap<TemplateHost, ReadonlySet<NamePart>>();

/**
 * The parts of a node's name that no project and no package makes by a macro of its own, so that
 * what the built-in macro says can be had without calling it.
 */
export function builtinNameParts(host: TemplateHost): ReadonlySet<NamePart> {
  let parts = known.get(host);
  if (parts === undefined) {
    const all: readonly NamePart[] = ['database', 'schema', 'alias'];
    parts = new Set(all.filter((part) => !isOverridden(host, `generate_${part}_name`)));
    known.set(host, parts);
  }
  return parts;
}

function isOverridden({ macros, dialect }: TemplateHost, macro: string): boolean {
  const names = [macro, `default__${macro}`, `${dialect.name}__${macro}`];
  return [...macros.packages()].some((name) =>
    name === builtinPackage
      ? macros.inPackage(name, names[2]!) !== undefined
      : names.some((own) => macros.inPackage(name, own) !== undefined),
  );
}

/**
 * What the built-in macro of `include/macros/names.sql` gives, or undefined for a value it would
 * have to be asked about.
 */
export function builtinName(
  part: NamePart,
  custom: unknown,
  node: { readonly name: string; readonly version: string | number | null },
  target: { readonly database: string; readonly schema: string },
): string | undefined {
  if (custom !== null && typeof custom !== 'string') return undefined;
  if (part === 'alias') {
    if (custom !== null && custom !== '') return custom.trim();
    if (node.version === null) return node.name.trim();
    const isPlain = typeof node.version === 'string' || Number.isSafeInteger(node.version);
    if (!isPlain || node.version === '' || node.version === 0) return undefined;
    return `${node.name}_v${String(node.version).replaceAll('.', '_')}`.trim();
  }
  if (part === 'database') return (custom ?? target.database).trim();
  return (custom === null ? target.schema : `${target.schema}_${custom.trim()}`).trim();
}
